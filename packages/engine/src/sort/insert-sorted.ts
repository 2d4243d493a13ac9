/**
 * Merges `fresh` into `kept`, both in the order of `compare`: few into many, so each place is searched and what lies
 * between moves as a block.
 */
export function insertSorted(
  kept: Uint32Array,
  fresh: Uint32Array,
  compare: (a: number, b: number) => number,
): Uint32Array {
  if (fresh.length === 0) return kept
  if (kept.length === 0) return fresh
  const out = new Uint32Array(kept.length + fresh.length)
  let from = 0
  let at = 0
  for (const slot of fresh) {
    let low = from
    let high = kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(kept[middle]!, slot) < 0) low = middle + 1
      else high = middle
    }
    out.set(kept.subarray(from, low), at)
    at += low - from
    from = low
    out[at++] = slot
  }
  out.set(kept.subarray(from), at)
  return out
}
