import type { Column } from '../columns/column.js'
import { compareText } from '../columns/text-order.js'
import type { Table } from '../table/table.js'
import type { WindowSpec } from './spec.js'

/**
 * The order of a window: by its order column, ascending or descending, rows without a key first either way; ties, and
 * everything without an order column, as the table has them. Remembers the keys it placed rows by, so that a row can be
 * told to have moved.
 */
export class OrderedRows {
  readonly #table: Table
  readonly #position: number
  readonly #sign: 1 | -1
  /** Key by slot; NaN for none. */
  #keys = new Float64Array(0)

  constructor(table: Table, spec: WindowSpec) {
    this.#table = table
    this.#position = spec.order
    this.#sign = spec.descending ? -1 : 1
  }

  /** Takes the slot's present key; returns whether it differs from the one remembered. */
  place(slot: number): boolean {
    if (slot >= this.#keys.length) {
      const keys = new Float64Array(Math.max(slot + 1, this.#keys.length * 2)).fill(Number.NaN)
      keys.set(this.#keys)
      this.#keys = keys
    }
    const column = this.#column()
    const key = column === null || !column.isValid(slot) ? Number.NaN : column.data[slot]! + 0
    const moved = !Object.is(key, this.#keys[slot])
    this.#keys[slot] = key
    return moved
  }

  /** The key a slot was placed by; NaN for none. */
  key(slot: number): number {
    return this.#keys[slot]!
  }

  compare(a: number, b: number): number {
    const x = this.#keys[a]!
    const y = this.#keys[b]!
    const keyless = Number.isNaN(x)
    if (keyless !== Number.isNaN(y)) return keyless ? -1 : 1
    if (!keyless && x !== y) {
      const texts = this.#column()!.dictionary?.values
      return this.#sign * (texts === undefined ? (x < y ? -1 : 1) : compareText(texts[x]!, texts[y]!))
    }
    return this.#table.compareOrder(a, b)
  }

  sort(rows: Uint32Array): void {
    rows.sort((a, b) => this.compare(a, b))
  }

  /** The position of `slot`, or where it would be. */
  find(rows: Uint32Array, slot: number): number {
    return this.#search(rows, 0, (other) => this.compare(other, slot) < 0)
  }

  /** The first position with an order key. */
  firstKeyed(rows: Uint32Array): number {
    return this.#search(rows, 0, (slot) => Number.isNaN(this.#keys[slot]!))
  }

  /** How far the key of `to` is past that of `from`, in window order. */
  distance(from: number, to: number): number {
    return this.#sign * (this.#keys[to]! - this.#keys[from]!)
  }

  /** The first position, from `keyed` on, whose key is at most `range` before that of `slot`. */
  firstWithin(rows: Uint32Array, slot: number, range: number, keyed: number): number {
    return this.#search(rows, keyed, (other) => this.distance(other, slot) > range)
  }

  /** The positions whose range frames can hold `key`: from it on, to at most `range` past it. */
  reach(rows: Uint32Array, key: number, range: number, keyed: number): [number, number] {
    const past = (slot: number) => this.#sign * (this.#keys[slot]! - key)
    return [
      this.#search(rows, keyed, (slot) => past(slot) < 0),
      this.#search(rows, keyed, (slot) => past(slot) <= range),
    ]
  }

  #search(rows: Uint32Array, from: number, before: (slot: number) => boolean): number {
    let low = from
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(rows[middle]!)) low = middle + 1
      else high = middle
    }
    return low
  }

  #column(): Column | null {
    return this.#position < 0 ? null : this.#table.columns[this.#position]!
  }
}
