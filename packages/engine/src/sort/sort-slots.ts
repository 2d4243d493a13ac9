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

function sortByColumn(slots: Uint32Array, key: SortKey): void {
  const n = slots.length
  const classes: [Uint32Array, Uint32Array, Uint32Array] = [new Uint32Array(n), new Uint32Array(n), new Uint32Array(n)]
  const counts: [number, number, number] = [0, 0, 0]
  const values = new Float64Array(n)
  const numeric = orderValues(key.column, key.absolute)
  const { valid } = key.column
  for (let i = 0; i < n; i++) {
    const slot = slots[i]!
    const isNull = valid !== null && !getBit(valid, slot)
    let value = isNull ? 0 : numeric(slot)
    // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself
    const kind = isNull && !key.absolute ? NULL : value !== value ? NAN : VALUE
    if (kind === VALUE) {
      if (key.descending) value = -value
      values[counts[VALUE]] = value
    }
    classes[kind][counts[kind]++] = slot
  }
  const sorted = classes[VALUE].subarray(0, counts[VALUE])
  sortByKey(sorted, values.subarray(0, counts[VALUE]))
  if (key.column.fine !== null) sorted.sort((a, b) => compareBy(key, a, b))
  let at = 0
  for (const kind of key.descending ? [VALUE, NULL, NAN] : [NAN, NULL, VALUE]) {
    slots.set(classes[kind as 0 | 1 | 2].subarray(0, counts[kind as 0 | 1 | 2]), at)
    at += counts[kind as 0 | 1 | 2]
  }
}

/** Numbers that order a column's valid cells. */
function orderValues(column: Column, absolute: boolean): (slot: number) => number {
  const { data } = column
  if (column.dictionary !== null) {
    // The reference takes the absolute value of a text as 0.
    if (absolute) return () => 0
    const ranks = column.dictionary.ranks()
    return (slot) => ranks[data[slot]!]!
  }
  if (absolute) return (slot) => Math.abs(data[slot]!)
  return (slot) => data[slot]!
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
  if (!column.isValid(slot)) return absolute ? VALUE : NULL
  return columnType(column.storage) === 'float' && Number.isNaN(column.data[slot]!) ? NAN : VALUE
}

/** Infinity minus itself is NaN, so no subtraction. */
function difference(x: number, y: number): number {
  return x < y ? -1 : x > y ? 1 : 0
}
