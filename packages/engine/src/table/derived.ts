import type { Storage } from '../columns/storage.js'
import type { Table } from './table.js'

/**
 * A column computed from others of the same table: an expression, a window. One per table and `key`, however many
 * queries use it; kept current by `Table.apply` once somebody retains it.
 */
export interface Derivation {
  /** Canonical text: equal keys are the same column. */
  readonly key: string
  readonly storage: Storage
  /** Whether it is computed from derived columns too, so that rows where these came out anew are `touched` to it. */
  readonly readsDerived: boolean
  /**
   * The slots whose value may differ after `touched` were written and `removed` freed: `touched` itself, or other rows as
   * well (a window). Each slot once. `reset` says that the table was emptied first. Called, for column `position`, after
   * the table's own columns and earlier derived ones are written, before `compute`.
   */
  affected(table: Table, touched: Uint32Array, removed: Uint32Array, reset: boolean, position: number): Uint32Array
  /**
   * Why rows of an update are null that should not be, with what to do about it; null while none are. Computing all rows for
   * the first time throws instead.
   */
  readonly failure: string | null
  /** Writes column `position` of the table at `slots`: all that are live, or those that `affected` gave. */
  compute(table: Table, position: number, slots: Uint32Array): void
}
