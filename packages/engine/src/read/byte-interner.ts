import { Dictionary } from '../columns/dictionary.js'
import { decodeUtf8, encodeUtf8 } from '../columns/utf8.js'

const SEED = (Math.random() * 0x100000000) | 0

/** Gives equal UTF-8 strings equal codes, and makes a JavaScript string of each distinct one once. */
export class ByteInterner {
  readonly dictionary = new Dictionary()
  /** Code + 1 by hash; at most half full. */
  #table = new Int32Array(64)
  #hashes = new Int32Array(32)
  #firsts = new Int32Array(32)
  #seconds = new Int32Array(32)
  #starts = new Float64Array(32)
  #ends = new Float64Array(32)
  readonly #sources: Uint8Array[] = []
  /** The bytes that were looked at last, and a view of them. */
  #viewed: Uint8Array | null = null
  #view!: DataView

  /** The code of `bytes[from … to)`; the bytes must not change afterwards. */
  code(bytes: Uint8Array, from: number, to: number): number {
    // The first eight bytes in two words: short strings, the usual ones, are hashed and compared by these alone.
    const size = to - from
    let first = 0
    let second = 0
    if (from + 8 <= bytes.length) {
      const view = this.#viewOf(bytes)
      first = leading(view.getInt32(from), size)
      second = leading(view.getInt32(from + 4), size - 4)
    } else {
      for (let at = from; at < Math.min(from + 4, to); at++) first = (first << 8) | bytes[at]!
      for (let at = from + 4; at < Math.min(from + 8, to); at++) second = (second << 8) | bytes[at]!
    }
    // Chance in the start, so that nobody can send many strings of one hash.
    let hash = Math.imul(first ^ SEED, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15) ^ second, 0x85ebca6b)
    hash ^= hash >>> 13
    for (let at = from + 8; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
    hash ^= (hash >>> 16) ^ size
    const table = this.#table
    const mask = table.length - 1
    let place = hash & mask
    for (;;) {
      const code = table[place]! - 1
      if (code < 0) return this.#enter(bytes, from, to, hash, first, second, place)
      if (this.#hashes[code] === hash && this.#firsts[code] === first && this.#seconds[code] === second) {
        if (this.#sameRest(code, bytes, from, to)) return code
      }
      place = (place + 1) & mask
    }
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (this.#viewed !== bytes) {
      this.#viewed = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    return this.#view
  }

  /** The code of a string. */
  text(value: string): number {
    const bytes = encodeUtf8(value)
    return this.code(bytes, 0, bytes.length)
  }

  /** Whether a string is as long as that of a code and has the same bytes from the ninth on. */
  #sameRest(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    let at = this.#starts[code]! + 8
    if (this.#ends[code]! - at !== to - from - 8) return false
    if (to - from <= 8) return true
    const source = this.#sources[code]!
    for (let i = from + 8; i < to; i++) if (source[at++] !== bytes[i]) return false
    return true
  }

  #enter(
    bytes: Uint8Array,
    from: number,
    to: number,
    hash: number,
    first: number,
    second: number,
    place: number,
  ): number {
    // Bytes that are no UTF-8 become the same U+FFFD: then the dictionary knows the text already.
    const { dictionary } = this
    const code = dictionary.size
    if (dictionary.add(decodeUtf8(bytes, from, to)) !== code) return dictionary.find(decodeUtf8(bytes, from, to))
    if (code >= this.#hashes.length) this.#growEntries()
    this.#hashes[code] = hash
    this.#firsts[code] = first
    this.#seconds[code] = second
    this.#starts[code] = from
    this.#ends[code] = to
    this.#sources.push(bytes)
    this.#table[place] = code + 1
    if (dictionary.size * 2 > this.#table.length) this.#growTable()
    return code
  }

  #growEntries(): void {
    const size = this.#hashes.length * 2
    this.#hashes = grown(this.#hashes, new Int32Array(size))
    this.#firsts = grown(this.#firsts, new Int32Array(size))
    this.#seconds = grown(this.#seconds, new Int32Array(size))
    this.#starts = grown(this.#starts, new Float64Array(size))
    this.#ends = grown(this.#ends, new Float64Array(size))
  }

  #growTable(): void {
    const table = new Int32Array(this.#table.length * 2)
    const mask = table.length - 1
    for (let code = 0; code < this.#sources.length; code++) {
      let place = this.#hashes[code]! & mask
      while (table[place] !== 0) place = (place + 1) & mask
      table[place] = code + 1
    }
    this.#table = table
  }
}

/** The first `size` bytes of a word, or all, as a number. */
function leading(word: number, size: number): number {
  return size >= 4 ? word : size <= 0 ? 0 : word >>> (32 - 8 * size)
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
