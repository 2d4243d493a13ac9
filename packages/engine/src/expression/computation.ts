import type { Column } from '../columns/column.js'
import type { Table } from '../table/table.js'

/** A compiled program, ready to compute rows. */
export interface Computation {
  /** Computes `slots` into `target`. Rows over the budget become null; returns what stopped the first, or null. */
  compute(table: Table, target: Column, slots: Uint32Array): string | null
}
