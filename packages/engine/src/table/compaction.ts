import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import type { Dictionary } from '../columns/dictionary.js'

/**
 * Replaces every dictionary that has outgrown its live rows by one of only the strings they use, so that a table with
 * ever-new strings keeps its memory. Columns that share a dictionary share the new one. True when codes changed.
 */
export function compactDictionaries(
  columns: readonly (Column | null)[],
  live: Uint8Array | null,
  rows: number,
): boolean {
  const outgrown = new Map<Dictionary, Column[]>()
  for (const column of columns) {
    const dictionary = column?.dictionary ?? null
    if (column === null || dictionary === null || dictionary.size <= 2 * rows + 1024) continue
    const sharers = outgrown.get(dictionary)
    if (sharers === undefined) outgrown.set(dictionary, [column])
    else sharers.push(column)
  }
  for (const [dictionary, sharers] of outgrown) {
    const used = new Uint8Array(dictionary.size)
    for (const column of sharers) markUsed(column, live, used)
    const compacted = dictionary.compacted(used)
    for (const column of sharers) {
      const { data, length } = column
      for (let slot = 0; slot < length; slot++) data[slot] = Math.max(compacted.map[data[slot]!]!, 0)
      column.dictionary = compacted.dictionary
    }
  }
  return outgrown.size > 0
}

function markUsed({ data, length, valid }: Column, live: Uint8Array | null, used: Uint8Array): void {
  for (let slot = 0; slot < length; slot++) {
    if (live !== null && !getBit(live, slot)) continue
    if (valid === null || getBit(valid, slot)) used[data[slot]!] = 1
  }
}
