import type { Column } from '../columns/column.js'
import type { Table } from '../table/table.js'

/** A compiled program, ready to compute rows. */
export interface Computation {
  /**
   * Computes `slots` into `target`; returns what stopped the first row over the budget, or null. Such rows become null, and
   * all that follow one that exhausts the whole budget; unless `stops`: then the first one ends the computation.
   */
  compute(table: Table, target: Column, slots: Uint32Array, stops: boolean): string | null
}
