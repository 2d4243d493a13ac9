import { TablecastError } from '../error.js'
import type { ColumnBindings } from '../query/bindings.js'
import type { WindowConfig } from '../query/config.js'
import type { Derivation } from '../table/derived.js'

/**
 * Compiles a window into a column to be derived; `bindings` finds the columns it names (table columns and expressions).
 * Throws `invalid-argument` with the reference's text.
 */
export function compileWindow(_bindings: ColumnBindings, _name: string, _config: WindowConfig): Derivation {
  throw new TablecastError('not-supported', 'Windows are not served yet')
}
