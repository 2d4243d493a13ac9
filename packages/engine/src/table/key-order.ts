import type { Column } from '../columns/column.js'
import { insertSorted } from '../sort/insert-sorted.js'
import { compareSlots, type SortKey, sortSlots } from '../sort/sort-slots.js'

// What is known of a slot: nothing; in `#sorted`; in `#added`; in `#sorted`, but freed; that, and taken again.
const ABSENT = 0
const SORTED = 1
const ADDED = 2
const FREED = 3
const TAKEN_AGAIN = 4

/**
 * The live slots of an indexed table in key order, null first: the order of its unsorted views. Kept lazily; an update
 * that brings no new key costs nothing here.
 */
export class KeyOrder {
  readonly #keys: readonly SortKey[]
  #sorted: Uint32Array = new Uint32Array(0)
  /** Slots taken since `#sorted` was made; some may have been freed again. */
  #added: number[] = []
  #state = new Uint8Array(0)
  #stale = false

  /** `column` is the table's index column. */
  constructor(column: Column) {
    this.#keys = [{ column, descending: false, absolute: false }]
  }

  insert(slot: number): void {
    if (slot >= this.#state.length) {
      const state = new Uint8Array(Math.max(slot + 1, this.#state.length * 2, 64))
      state.set(this.#state)
      this.#state = state
    }
    this.#state[slot] = this.#state[slot] === FREED ? TAKEN_AGAIN : ADDED
    // Nobody may ever ask for the order of a table whose rows come and go.
    if (this.#added.length > 2 * this.#state.length) this.#added = this.#stillAdded()
    this.#added.push(slot)
    this.#stale = true
  }

  /** Those of `#added` that are live, each once. */
  #stillAdded(): number[] {
    const state = this.#state
    const seen = new Uint8Array(state.length)
    return this.#added.filter((slot) => {
      if (seen[slot] === 1 || (state[slot] !== ADDED && state[slot] !== TAKEN_AGAIN)) return false
      seen[slot] = 1
      return true
    })
  }

  remove(slot: number): void {
    this.#state[slot] = this.#state[slot] === ADDED ? ABSENT : FREED
    this.#stale = true
  }

  clear(): void {
    this.#sorted = new Uint32Array(0)
    this.#added = []
    this.#state = new Uint8Array(0)
    this.#stale = false
  }

  /** Compares two live slots by key. */
  compare(a: number, b: number): number {
    return compareSlots(this.#keys, a, b)
  }

  /** Every live slot, by ascending key. */
  slots(): Uint32Array {
    if (!this.#stale) return this.#sorted
    const state = this.#state
    const kept = new Uint32Array(this.#sorted.length)
    let count = 0
    for (let i = 0; i < kept.length; i++) {
      const slot = this.#sorted[i]!
      if (state[slot] === SORTED) kept[count++] = slot
      else if (state[slot] === FREED) state[slot] = ABSENT
    }
    const added = new Uint32Array(this.#added.length)
    let fresh = 0
    for (const slot of this.#added) {
      if (state[slot] !== ADDED && state[slot] !== TAKEN_AGAIN) continue
      state[slot] = SORTED
      added[fresh++] = slot
    }
    const sorted = added.subarray(0, fresh)
    sortSlots(sorted, this.#keys)
    this.#sorted = insertSorted(kept.subarray(0, count), sorted, (a, b) => this.compare(a, b))
    this.#added = []
    this.#stale = false
    return this.#sorted
  }
}
