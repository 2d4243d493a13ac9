import { Dictionary } from '../columns/dictionary.js'
import { decodeUtf8 } from '../columns/utf8.js'

const SEED = (Math.random() * 0x100000000) | 0

/** Gives equal UTF-8 strings equal codes, and makes a JavaScript string of each distinct one once. */
export class ByteInterner {
  readonly dictionary = new Dictionary()
  /** Code + 1 by hash; at most half full. */
  #table = new Int32Array(64)
  #hashes = new Int32Array(32)
  #starts = new Float64Array(32)
  #ends = new Float64Array(32)
  readonly #sources: Uint8Array[] = []

  /** The code of `bytes[from … to)`; the bytes must not change afterwards. */
  code(bytes: Uint8Array, from: number, to: number): number {
    // Chance in the start, so that nobody can send many strings of one hash.
    let hash = SEED
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    const table = this.#table
    const mask = table.length - 1
    let place = hash & mask
    for (;;) {
      const code = table[place]! - 1
      if (code < 0) return this.#enter(bytes, from, to, hash, place)
      if (this.#hashes[code] === hash && this.#same(code, bytes, from, to)) return code
      place = (place + 1) & mask
    }
  }

  #same(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    let at = this.#starts[code]!
    if (this.#ends[code]! - at !== to - from) return false
    const source = this.#sources[code]!
    for (let i = from; i < to; i++) if (source[at++] !== bytes[i]) return false
    return true
  }

  #enter(bytes: Uint8Array, from: number, to: number, hash: number, place: number): number {
    // Bytes that are no UTF-8 become the same U+FFFD: then the dictionary knows the text already.
    const { dictionary } = this
    const code = dictionary.size
    if (dictionary.add(decodeUtf8(bytes, from, to)) !== code) return dictionary.find(decodeUtf8(bytes, from, to))
    if (code >= this.#hashes.length) this.#growEntries()
    this.#hashes[code] = hash
    this.#starts[code] = from
    this.#ends[code] = to
    this.#sources.push(bytes)
    this.#table[place] = code + 1
    if (dictionary.size * 2 > this.#table.length) this.#growTable()
    return code
  }

  #growEntries(): void {
    const hashes = new Int32Array(this.#hashes.length * 2)
    hashes.set(this.#hashes)
    this.#hashes = hashes
    const starts = new Float64Array(hashes.length)
    starts.set(this.#starts)
    this.#starts = starts
    const ends = new Float64Array(hashes.length)
    ends.set(this.#ends)
    this.#ends = ends
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
