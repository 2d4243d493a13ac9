import { Dictionary } from '../columns/dictionary.js'

/**
 * Gives equal strings equal codes while a text is scanned, without making a string of what was seen before: the scanner
 * hashes as it goes, and a candidate is compared in place.
 */
export class Interner {
  readonly values: string[] = []
  /** Code + 1 by hash; at most half full. */
  #table = new Int32Array(64)
  #hashes = new Int32Array(32)

  /** The code of `source[from … to)`, whose hash is that of `hashText`. */
  slice(source: string, from: number, to: number, hash: number): number {
    const table = this.#table
    const mask = table.length - 1
    const length = to - from
    let place = hash & mask
    for (;;) {
      const code = table[place]! - 1
      if (code < 0) break
      const value = this.values[code]!
      if (this.#hashes[code] === hash && value.length === length && source.startsWith(value, from)) return code
      place = (place + 1) & mask
    }
    // A slice would keep the whole text alive for as long as the string lives.
    return this.#enter(detached(source.slice(from, to)), hash, place)
  }

  /** The code of a string that was made already. */
  text(value: string): number {
    const hash = hashText(value, 0, value.length)
    return this.slice(value, 0, value.length, hash)
  }

  dictionary(): Dictionary {
    return new Dictionary(this.values)
  }

  #enter(value: string, hash: number, place: number): number {
    const code = this.values.push(value) - 1
    if (code >= this.#hashes.length) {
      const hashes = new Int32Array(this.#hashes.length * 2)
      hashes.set(this.#hashes)
      this.#hashes = hashes
    }
    this.#hashes[code] = hash
    this.#table[place] = code + 1
    if (this.values.length * 2 > this.#table.length) this.#grow()
    return code
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 2)
    const mask = table.length - 1
    for (let code = 0; code < this.values.length; code++) {
      let place = this.#hashes[code]! & mask
      while (table[place] !== 0) place = (place + 1) & mask
      table[place] = code + 1
    }
    this.#table = table
  }
}

/**
 * Start of a hash that is built unit by unit with `hashUnit`. Chance, so that nobody can send a million strings of one
 * hash; codes are given in order of appearance and do not show it.
 */
export const HASH_START = (Math.random() * 0x100000000) | 0

/** The hash of a text with one more UTF-16 unit. */
export function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193)
}

export function hashText(text: string, from: number, to: number): number {
  let hash = HASH_START
  for (let i = from; i < to; i++) hash = hashUnit(hash, text.charCodeAt(i))
  return hash
}

/** The same text in memory of its own. */
function detached(text: string): string {
  // V8 copies slices of up to 12 units; joining and flattening is the portable way to have the others copied.
  return text.length < 13 ? text : ` ${text}`.slice(1)
}
