import type { Column } from './columns/column.js'

/**
 * Rows on their way into a table, by column. Made by a reader, already coerced to the table's storages; knows nothing of
 * the table itself.
 */
export interface Batch {
  readonly names: readonly string[]
  /** One per name, each of `length` cells. */
  readonly columns: readonly Column[]
  /** Rows. */
  readonly length: number
  /**
   * Per column a bitmap of the cells that were given at all, or null when every row gives that column. A cell that was
   * not given keeps the table's value; a given null clears it.
   */
  readonly given: readonly (Uint8Array | null)[]
  /**
   * The `__INDEX__` column, when the data had one: addresses rows by key (or by row number in a table without index) and
   * beats the index column.
   */
  readonly address: Column | null
}

/** A batch in which every row gives every column. */
export function createBatch(names: readonly string[], columns: readonly Column[], length: number): Batch {
  return { names, columns, length, given: columns.map(() => null), address: null }
}
