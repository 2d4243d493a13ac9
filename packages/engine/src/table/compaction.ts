import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'

/**
 * Replaces the column's dictionary by one of only the strings that live rows use, when it has outgrown them; so a table
 * with ever-new strings keeps its memory. True when codes changed.
 */
export function compactDictionary(column: Column, live: Uint8Array | null, rows: number): boolean {
  const { dictionary } = column
  if (dictionary === null || dictionary.size <= 2 * rows + 1024) return false
  const used = new Uint8Array(dictionary.size)
  const { data, length, valid } = column
  for (let slot = 0; slot < length; slot++) {
    if (live !== null && !getBit(live, slot)) continue
    if (valid === null || getBit(valid, slot)) used[data[slot]!] = 1
  }
  const compacted = dictionary.compacted(used)
  for (let slot = 0; slot < length; slot++) {
    const code = compacted.map[data[slot]!]!
    data[slot] = Math.max(code, 0)
  }
  column.dictionary = compacted.dictionary
  return true
}
