import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import { columnType } from '../columns/storage.js'
import { compareText } from '../columns/text-order.js'
import { sortByKey } from './radix.js'

/** One key of a sort: ascending or descending values, or absolute values. */
export interface SortKey {
  readonly column: Column
  readonly descending: boolean
  readonly absolute: boolean
}

// NaN is below null, and null below every value; for absolute order a null counts as 0.
const NAN = 0
const NULL = 1
const VALUE = 2

/**
 * Sorts slots by several keys, ties in the order they come in. The order is the reference's: NaN, then null, then
 * values ascending, strings by bytes; descending is the reverse of that.
 */
export function sortSlots(slots: Uint32Array, keys: readonly SortKey[]): void {
  // Least key first: every pass is stable.
  for (let i = keys.length - 1; i >= 0; i--) sortByColumn(slots, keys[i]!)
}

/**
 * The first `count` of `slots` in the order of `sortSlots`, without sorting the others: a heap of the best so far, which
 * nearly every slot fails to enter at the first comparison.
 */
export function topSlots(slots: Uint32Array, keys: readonly SortKey[], count: number): Uint32Array {
  const values = orderValues(slots, keys[0]!)
  // Positions in `slots`, worst at the root.
  const heap = new Uint32Array(Math.min(count, slots.length))
  const worse = (a: number, b: number) => {
    if (values[a]! !== values[b]!) return values[a]! > values[b]!
    const order = compareSlots(keys, slots[a]!, slots[b]!)
    return order === 0 ? a > b : order > 0
  }
  const sink = (root: number) => {
    for (let at = root; ; ) {
      let child = 2 * at + 1
      if (child >= heap.length) return
      if (child + 1 < heap.length && worse(heap[child + 1]!, heap[child]!)) child++
      if (!worse(heap[child]!, heap[at]!)) return
      const swap = heap[at]!
      heap[at] = heap[child]!
      heap[child] = swap
      at = child
    }
  }
  for (let i = 0; i < heap.length; i++) heap[i] = i
  for (let i = heap.length >> 1; i >= 0; i--) sink(i)
  if (heap.length === 0) return heap
  let bound = values[heap[0]!]!
  for (let i = heap.length; i < values.length; i++) {
    if (values[i]! > bound || !worse(heap[0]!, i)) continue
    heap[0] = i
    sink(0)
    bound = values[heap[0]!]!
  }
  // In order of position, so that the stable sort leaves ties as they came.
  const top = heap.sort().map((at) => slots[at]!)
  sortSlots(top, keys)
  return top
}

/** Numbers whose order is that of the slots, save that equal numbers may yet differ (null, NaN, infinity, 64 bits). */
function orderValues(slots: Uint32Array, key: SortKey): Float64Array {
  const n = slots.length
  const values = new Float64Array(n)
  const { data, valid, dictionary } = key.column
  if (dictionary === null) {
    for (let i = 0; i < n; i++) values[i] = data[slots[i]!]!
    if (key.absolute) for (let i = 0; i < n; i++) values[i] = Math.abs(values[i]!)
  } else if (!key.absolute) {
    const ranks = dictionary.ranks()
    for (let i = 0; i < n; i++) values[i] = ranks[data[slots[i]!]!]!
  }
  if (valid !== null && !key.absolute) {
    for (let i = 0; i < n; i++) if (!getBit(valid, slots[i]!)) values[i] = -Infinity
  }
  if (columnType(key.column.storage) === 'float') {
    for (let i = 0; i < n; i++) if (Number.isNaN(values[i]!)) values[i] = -Infinity
  }
  if (key.descending) for (let i = 0; i < n; i++) values[i] = -values[i]!
  return values
}

function sortByColumn(slots: Uint32Array, key: SortKey): void {
  const { column } = key
  const values = orderValues(slots, key)
  if ((column.valid === null || key.absolute) && column.fine === null && !hasNaN(column, slots)) {
    sortByKey(slots, values)
    return
  }
  // Null and NaN stand apart: they are taken out, and put back at the end they belong to.
  const n = slots.length
  const rest = new Uint32Array(n)
  const kinds: [number[], number[]] = [[], []]
  let count = 0
  for (let i = 0; i < n; i++) {
    const slot = slots[i]!
    const kind = kindOf(column, slot, key.absolute)
    if (kind === VALUE) {
      rest[count] = slot
      values[count++] = values[i]!
    } else {
      kinds[kind as 0 | 1].push(slot)
    }
  }
  const sorted = rest.subarray(0, count)
  sortByKey(sorted, values.subarray(0, count))
  if (column.fine !== null) sorted.sort((a, b) => compareBy(key, a, b))
  const apart = kinds[NAN].length + kinds[NULL].length
  slots.set(sorted, key.descending ? 0 : apart)
  slots.set(kinds[NAN], key.descending ? count + kinds[NULL].length : 0)
  slots.set(kinds[NULL], key.descending ? count : kinds[NAN].length)
}

function hasNaN({ data, storage }: Column, slots: Uint32Array): boolean {
  if (columnType(storage) !== 'float') return false
  for (let i = 0; i < slots.length; i++) if (Number.isNaN(data[slots[i]!]!)) return true
  return false
}

/** Compares two slots as `sortSlots` orders them; 0 for a tie. For few slots: strings are compared as they are. */
export function compareSlots(keys: readonly SortKey[], a: number, b: number): number {
  for (const key of keys) {
    const order = compareBy(key, a, b)
    if (order !== 0) return order
  }
  return 0
}

function compareBy(key: SortKey, a: number, b: number): number {
  const { column, absolute } = key
  const kindA = kindOf(column, a, absolute)
  const kindB = kindOf(column, b, absolute)
  let order = kindA - kindB
  if (order === 0 && kindA === VALUE) {
    const x = column.data[a]!
    const y = column.data[b]!
    if (column.dictionary !== null) {
      order = absolute || x === y ? 0 : compareText(column.dictionary.values[x]!, column.dictionary.values[y]!)
    } else if (absolute) {
      order = difference(Math.abs(x), Math.abs(y))
    } else {
      order = difference(x, y)
      if (order === 0 && column.fine !== null) order = column.fine[a]! - column.fine[b]!
    }
  }
  return key.descending ? -order : order
}

function kindOf(column: Column, slot: number, absolute: boolean): number {
  const { valid } = column
  if (valid !== null && !getBit(valid, slot)) return absolute ? VALUE : NULL
  const value = column.data[slot]!
  // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself
  return value === value ? VALUE : NAN
}

/** Infinity minus itself is NaN, so no subtraction. */
function difference(x: number, y: number): number {
  return x < y ? -1 : x > y ? 1 : 0
}
