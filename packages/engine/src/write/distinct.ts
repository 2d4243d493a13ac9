import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'

/** The strings of a window of a string column: each once, and which one every row has. */
export interface Distinct {
  /** Codes in the column's dictionary, in order of first appearance. */
  readonly codes: readonly number[]
  /** Per row the place of its string in `codes`; 0 for a null row. */
  readonly places: Int32Array<ArrayBuffer>
}

/** Place + 1 by dictionary code, all zero between calls: a window's cost must not depend on the dictionary's size. */
let scratch = new Int32Array(1024)

/** The distinct strings of rows `from` (included) to `to` (excluded). */
export function distinctStrings(column: Column, from: number, to: number): Distinct {
  const { data, valid } = column
  const size = column.dictionary!.size
  if (size > scratch.length) scratch = new Int32Array(Math.max(size, scratch.length * 2))
  const known = scratch
  const codes: number[] = []
  const places = new Int32Array(to - from)
  for (let i = from; i < to; i++) {
    if (valid !== null && !getBit(valid, i)) continue
    const code = data[i]!
    let place = known[code]!
    if (place === 0) {
      place = codes.push(code)
      known[code] = place
    }
    places[i - from] = place - 1
  }
  for (let i = 0; i < codes.length; i++) known[codes[i]!] = 0
  return { codes, places }
}
