import { bitmapBytes, clearBit, createBitmap, getBit, setBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'

/**
 * Puts cell `i` of `source` into cell `rows[i]` of `target` (same storage), for every `i` from `first` whose `given`
 * bit is set (all, when null). The target is long enough already.
 */
export function scatterColumn(
  target: Column,
  source: Column,
  given: Uint8Array | null,
  rows: Uint32Array,
  first: number,
): void {
  const codes = target.dictionary === null ? null : target.dictionary.absorb(source.dictionary!)
  if (
    given === null &&
    source.valid === null &&
    target.valid === null &&
    source.fine === null &&
    target.fine === null
  ) {
    scatterData(target, source, codes, rows, first)
    return
  }
  for (let i = first; i < rows.length; i++) {
    if (given !== null && !getBit(given, i)) continue
    target.copyCell(rows[i]!, source, i, codes === null ? 0 : codes[source.data[i]!]!)
  }
}

function scatterData(target: Column, source: Column, codes: Int32Array | null, rows: Uint32Array, first: number): void {
  const to = target.data
  const from = source.data
  if (codes === null) for (let i = first; i < rows.length; i++) to[rows[i]!] = from[i]!
  else for (let i = first; i < rows.length; i++) to[rows[i]!] = codes[from[i]!]!
}

/** Appends all cells of `source` to `target` (same storage); the first cells ever are taken without a copy. */
export function appendColumn(target: Column, source: Column): void {
  const at = target.length
  const length = at + source.length
  if (at === 0) {
    target.data = source.data
    target.valid = source.valid
    target.fine = source.fine
    target.dictionary = source.dictionary
    target.length = length
    return
  }
  target.reserve(length)
  target.length = length
  if (target.dictionary === null) {
    target.data.set(source.data.length === source.length ? source.data : source.data.subarray(0, source.length), at)
  } else {
    const codes = target.dictionary.absorb(source.dictionary!)
    const to = target.data
    const from = source.data
    const { valid } = source
    for (let i = 0; i < source.length; i++) {
      to[at + i] = valid === null || getBit(valid, i) ? codes[from[i]!]! : 0
    }
  }
  appendValidity(target, source, at)
  if (source.fine !== null || target.fine !== null) {
    target.fine ??= new Int16Array(target.data.length)
    if (source.fine !== null) target.fine.set(source.fine.subarray(0, source.length), at)
    else target.fine.fill(0, at, length)
  }
}

function appendValidity(target: Column, source: Column, at: number): void {
  if (source.valid === null && target.valid === null) return
  target.valid ??= createBitmap(target.data.length, true)
  const to = target.valid
  if (source.valid === null) {
    for (let i = at; i < target.length; i++) setBit(to, i)
  } else if ((at & 7) === 0) {
    to.set(source.valid.subarray(0, bitmapBytes(source.length)), at >> 3)
  } else {
    for (let i = 0; i < source.length; i++) {
      if (getBit(source.valid, i)) setBit(to, at + i)
      else clearBit(to, at + i)
    }
  }
}
