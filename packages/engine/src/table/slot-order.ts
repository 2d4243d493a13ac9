/** In which order people see the rows of a table. What comes and goes may not change the order of the rows that stay. */
export interface SlotOrder {
  /** The live slots in order; null stands for `0, 1, 2 … slots - 1`. Not to be kept past the next change. */
  slots(): Uint32Array | null
  /** Compares two live slots. */
  compare(a: number, b: number): number
  /** The row number of a live slot. */
  numberOf(slot: number): number
  /** The slot of a row number, or -1. */
  slotOf(number: number): number
}
