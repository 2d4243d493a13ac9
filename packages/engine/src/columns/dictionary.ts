import { compareText } from './text-order.js'

/**
 * The distinct strings of a column, each under a dense code from 0. A dictionary only grows; compaction makes a new one,
 * so whoever kept codes can tell by identity that they are of another dictionary.
 */
export class Dictionary {
  readonly values: string[]
  #codes: Map<string, number> | null = null
  #ranks: Int32Array = new Int32Array(0)
  #sorted: Int32Array = new Int32Array(0)

  /** `values`, when given, must be distinct; the array is taken. */
  constructor(values: string[] = []) {
    this.values = values
  }

  get size(): number {
    return this.values.length
  }

  /** The code of `value`, adding it if it is new. */
  add(value: string): number {
    const codes = this.#lookup()
    const known = codes.get(value)
    if (known !== undefined) return known
    const code = this.values.length
    this.values.push(value)
    codes.set(value, code)
    return code
  }

  /** The code of `value`, or -1. */
  find(value: string): number {
    return this.#lookup().get(value) ?? -1
  }

  /** For each code of `source`, the code of that string here, adding what is new. */
  absorb(source: Dictionary): Int32Array {
    const map = new Int32Array(source.size)
    for (let code = 0; code < map.length; code++) map[code] = this.add(source.values[code]!)
    return map
  }

  /** For each code here, the code of that string in `other`, or -1. */
  codesIn(other: Dictionary): Int32Array {
    return Int32Array.from(this.values, (value) => other.find(value))
  }

  /** For each code, its place in byte order: comparing ranks compares strings. Valid until the next `add`. */
  ranks(): Int32Array {
    const size = this.size
    if (this.#ranks.length === size) return this.#ranks
    const { values } = this
    const fresh = new Int32Array(size - this.#sorted.length)
    for (let i = 0; i < fresh.length; i++) fresh[i] = this.#sorted.length + i
    fresh.sort((a, b) => compareText(values[a]!, values[b]!))
    const old = this.#sorted
    const sorted = new Int32Array(size)
    for (let i = 0, j = 0, k = 0; k < size; k++) {
      const takeOld = j >= fresh.length || (i < old.length && compareText(values[old[i]!]!, values[fresh[j]!]!) < 0)
      sorted[k] = takeOld ? old[i++]! : fresh[j++]!
    }
    const ranks = new Int32Array(size)
    for (let rank = 0; rank < size; rank++) ranks[sorted[rank]!] = rank
    this.#sorted = sorted
    this.#ranks = ranks
    return ranks
  }

  /** A new dictionary of only the codes marked in `used` (one byte each), in order, and old code -> new code (-1: gone). */
  compacted(used: Uint8Array): { dictionary: Dictionary; map: Int32Array } {
    const map = new Int32Array(this.size).fill(-1)
    const kept: string[] = []
    for (let code = 0; code < map.length; code++) {
      if (used[code] === 0) continue
      map[code] = kept.length
      kept.push(this.values[code]!)
    }
    return { dictionary: new Dictionary(kept), map }
  }

  #lookup(): Map<string, number> {
    if (this.#codes === null) {
      const codes = new Map<string, number>()
      for (let code = 0; code < this.values.length; code++) codes.set(this.values[code]!, code)
      this.#codes = codes
    }
    return this.#codes
  }
}
