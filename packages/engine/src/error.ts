/** Every way Tablecast says no. Core maps a code to the wire's status, an HTTP status and a close code. */
export type ErrorCode =
  | 'invalid-argument'
  | 'invalid-data'
  | 'invalid-expression'
  | 'invalid-frame'
  | 'table-not-found'
  | 'view-not-found'
  | 'already-exists'
  | 'conflict'
  | 'read-only'
  | 'forbidden'
  | 'unauthorized'
  | 'not-supported'
  | 'limit-exceeded'
  | 'unavailable'
  | 'closed'
  | 'internal'

/**
 * The one error of the house. `message` names the thing, what was wrong with it and what would be right; errors that
 * Perspective's clients show keep the reference's text.
 */
export class TablecastError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TablecastError'
    this.code = code
  }
}
