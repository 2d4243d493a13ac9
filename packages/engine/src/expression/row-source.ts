import type { Scalar, Storage } from '../columns/storage.js'

/** The table as an expression sees it, one row at a time. */
export interface RowSource {
  /** The row at hand. */
  slot: number
  /** Storage of a column, or null when there is none of that name. */
  storageOf(name: string): Storage | null
  /** Storage of the index column; that of row numbers when there is none. */
  keyStorage(): Storage
  /** A cell of the row at hand. */
  cell(name: string): Scalar
  /** The index value of the row at hand, or its number. */
  key(): Scalar
  /** A cell of the row with an index value, or a number; null when there is no such row. */
  lookup(name: string, key: Scalar): Scalar
}
