import type { Column } from '../columns/column.js'
import { sortByKey } from '../sort/radix.js'

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

  /** Every live slot, by ascending key. */
  slots(): Uint32Array {
    if (this.#added.size === 0 && this.#gone.size === 0) return this.#sorted
    const column = this.#column
    const gone = this.#gone
    const old = gone.size === 0 ? this.#sorted : this.#sorted.filter((slot) => !gone.has(slot))
    const added = Uint32Array.from(this.#added)
    const addedKeys = orderKeys(column, added)
    sortByKey(added, addedKeys)
    if (column.fine !== null) added.sort((a, b) => compareWide(column, a, b))
    this.#sorted = merge(column, old, added)
    this.#added.clear()
    gone.clear()
    return this.#sorted
  }
}

/** Doubles that order the cells at `slots` as their keys order; null is below everything. */
function orderKeys(column: Column, slots: Uint32Array): Float64Array {
  const keys = new Float64Array(slots.length)
  const ranks = column.dictionary?.ranks() ?? null
  for (let i = 0; i < keys.length; i++) {
    const slot = slots[i]!
    const value = column.data[slot]!
    keys[i] = !column.isValid(slot) ? -Infinity : ranks === null ? value : ranks[value]!
  }
  return keys
}

function compareWide(column: Column, a: number, b: number): number {
  const validA = column.isValid(a)
  const validB = column.isValid(b)
  if (!validA || !validB) return Number(validA) - Number(validB)
  return column.data[a]! - column.data[b]! || column.fine![a]! - column.fine![b]!
}

function merge(column: Column, left: Uint32Array, right: Uint32Array): Uint32Array {
  if (left.length === 0) return right
  const leftKeys = orderKeys(column, left)
  const rightKeys = orderKeys(column, right)
  const out = new Uint32Array(left.length + right.length)
  const wide = column.fine !== null
  for (let i = 0, j = 0, k = 0; k < out.length; k++) {
    let takeLeft = j >= right.length
    if (!takeLeft && i < left.length) {
      takeLeft = wide ? compareWide(column, left[i]!, right[j]!) < 0 : leftKeys[i]! <= rightKeys[j]!
    }
    out[k] = takeLeft ? left[i++]! : right[j++]!
  }
  return out
}
