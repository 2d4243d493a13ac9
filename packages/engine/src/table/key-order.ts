import type { Column } from '../columns/column.js'
import { insertSorted } from '../sort/insert-sorted.js'
import { compareSlots, sortSlots } from '../sort/sort-slots.js'

/**
 * The live slots of an indexed table in key order, null first: the order of its unsorted views. Kept lazily; an update
 * that brings no new key costs nothing here.
 */
export class KeyOrder {
  readonly #column: Column
  #sorted: Uint32Array = new Uint32Array(0)
  /** Slots taken since `#sorted` was made. */
  #added = new Set<number>()
  /** Slots of `#sorted` that were freed since. */
  #gone = new Set<number>()

  /** `column` is the table's index column. */
  constructor(column: Column) {
    this.#column = column
  }

  insert(slot: number): void {
    this.#added.add(slot)
  }

  remove(slot: number): void {
    if (!this.#added.delete(slot)) this.#gone.add(slot)
  }

  clear(): void {
    this.#sorted = new Uint32Array(0)
    this.#added.clear()
    this.#gone.clear()
  }

  /** Compares two live slots by key. */
  compare(a: number, b: number): number {
    return compareSlots([{ column: this.#column, descending: false, absolute: false }], a, b)
  }

  /** Every live slot, by ascending key. */
  slots(): Uint32Array {
    if (this.#added.size === 0 && this.#gone.size === 0) return this.#sorted
    const column = this.#column
    const gone = this.#gone
    const old = gone.size === 0 ? this.#sorted : this.#sorted.filter((slot) => !gone.has(slot))
    const added = Uint32Array.from(this.#added)
    sortSlots(added, [{ column, descending: false, absolute: false }])
    this.#sorted = insertSorted(old, added, (a, b) => this.compare(a, b))
    this.#added.clear()
    gone.clear()
    return this.#sorted
  }
}
