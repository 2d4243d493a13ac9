import type { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import type { NodeRows } from '../group/node-rows.js'

/** How an evaluated aggregate makes one cell out of the rows of a node. */
export interface Kernel {
  readonly storage: Storage
  /** Takes the columns as they stand: the aggregated one, then the arguments'. Called before a run of `evaluate`. */
  begin(columns: readonly Column[]): void
  /**
   * Nodes with so many rows in all are going to be evaluated, until `release`. Only kernels have these two to whom the
   * order of rows is nothing.
   */
  gather?(rows: NodeRows, count: number): void
  release?(): void
  /** Writes cell `at` of `out` from the rows at slots `rows[from]` to `rows[to - 1]` (at least one), at `level`. */
  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number, level: number): void
}
