/** What is wrong with an expression, with 0-based line and column in its rewritten text. */
export interface ExpressionError {
  readonly error_message: string
  readonly line: number
  readonly column: number
}

/** Thrown inside the compiler at the first fault; never leaves it. */
export class Failure extends Error {
  /** Offset in the rewritten text, or -1 when the fault has no place. */
  readonly position: number

  constructor(message: string, position: number) {
    super(message)
    this.position = position
  }
}

/** A fault for which the reference has no message; whatever the part belongs to may give it one. */
export class NamelessFailure extends Failure {
  constructor(position: number) {
    super('Invalid expression encountered', position)
  }
}

/** The place of an offset; columns count UTF-8 bytes, as the reference does. */
export function locate(message: string, position: number, text: string): ExpressionError {
  if (position < 0 || position > text.length || text === '') return { error_message: message, line: 0, column: 0 }
  let start = 0
  for (let i = position; i > 0; i--) {
    if (text[i] === '\n' || text[i] === '\r') {
      start = i + 1
      break
    }
  }
  const found = text.indexOf('\n', position + 1)
  const end = found < 0 ? text.length : found
  let line = 0
  for (let i = 0; i < end; i++) if (text[i] === '\n') line++
  return { error_message: message, line, column: byteLength(text.slice(start, position)) }
}

function byteLength(text: string): number {
  let bytes = 0
  for (const char of text) {
    const point = char.codePointAt(0)!
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}
