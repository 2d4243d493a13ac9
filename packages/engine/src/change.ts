import type { Column } from './columns/column.js'

/** What one `Table.apply` did, for those who follow the table. Slots are the table's row numbers, see `Table`. */
export interface Change {
  /** The table's version after it. */
  readonly version: number
  readonly port: number
  /** Slots that were written, each once. A slot both freed and taken again in this change is in both lists. */
  readonly touched: Uint32Array
  /** Slots that were not written, but where a derived column came out different: by that column's position. */
  readonly spread: readonly Spread[]
  /** Slots whose row went, each once. */
  readonly removed: Uint32Array
  /** The keys of rows that went and did not come back, in removal order; null when the table has no index or none went. */
  readonly removedKeys: Column | null
  /**
   * True when the table was emptied or its slots moved, so that following the change is pointless: followers rebuild.
   * `touched` then names what was written after the emptying.
   */
  readonly reset: boolean
  /** How the written and removed rows were before, for followers that must undo them; null when nobody asked for it. */
  readonly before: Before | null
}

/** Where a derived column changed beyond the rows that were written: a window that looks at their neighbours. */
export interface Spread {
  readonly position: number
  /** Each slot once. */
  readonly slots: Uint32Array
}

/** The state of some slots before a change. */
export interface Before {
  /** Each slot of `touched`, `spread` and `removed`, once. */
  readonly slots: Uint32Array
  /** One byte per slot: 1 when a row was there. */
  readonly existed: Uint8Array
  /** By table column position: the cells of `slots` before, or null when the change left that column alone. */
  readonly columns: readonly (Column | null)[]
}
