import type { Column } from '../../columns/column.js'

/**
 * The order of a column's cells as aggregates see it: null, then NaN, then values; texts by bytes. Numbers that compare
 * as the cells do, but for null.
 */
export class ValueOrder {
  readonly column: Column
  /** Of texts by code their place in order. */
  readonly ranks: Int32Array | null

  constructor(column: Column) {
    this.column = column
    this.ranks = column.dictionary?.ranks() ?? null
  }

  isNull(slot: number): boolean {
    const { valid } = this.column
    return valid !== null && (valid[slot >> 3]! & (1 << (slot & 7))) === 0
  }

  /** A number that orders a valid cell among valid cells; NaN for NaN. */
  number(slot: number): number {
    const value = this.column.data[slot]!
    return this.ranks === null ? value : this.ranks[value]!
  }

  compare(a: number, b: number): number {
    const kind = this.#kind(a) - this.#kind(b)
    if (kind !== 0 || this.#kind(a) < 2) return kind
    const x = this.number(a)
    const y = this.number(b)
    if (x !== y) return x < y ? -1 : 1
    const { fine } = this.column
    return fine === null ? 0 : fine[a]! - fine[b]!
  }

  #kind(slot: number): number {
    if (this.isNull(slot)) return 0
    return Number.isNaN(this.column.data[slot]!) ? 1 : 2
  }
}
