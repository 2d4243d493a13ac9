import type { Schema } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Derivation } from '../table/derived.js'

/**
 * Compiles a column expression against a table's schema into a column to be derived. Throws `invalid-expression` with
 * the reference's text when it does not parse, type or name its columns right.
 */
export function compileExpression(_schema: Schema, _text: string): Derivation {
  throw new TablecastError('not-supported', 'Expressions are not served yet')
}
