import type { Format } from './sources.js'

const newline = 0x0a
const quote = 0x22

/** Cuts bytes that come in pieces where a record ends, so that nobody sees half a line. */
export class Records {
  readonly #quotes: boolean
  #rest: Uint8Array = new Uint8Array(0)

  /** @param format a newline inside a quoted CSV cell ends no record. */
  constructor(format: Format) {
    this.#quotes = format === 'csv'
  }

  /** The complete records so far that were not returned yet; none is an empty array. */
  push(bytes: Uint8Array): Uint8Array {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let end = 0
    for (const at of this.#ends(all)) end = at
    this.#rest = all.slice(end)
    return all.subarray(0, end)
  }

  /** The records of `bytes`, one by one. */
  *split(bytes: Uint8Array): Generator<Uint8Array> {
    let from = 0
    for (const to of this.#ends(bytes)) {
      yield bytes.subarray(from, to)
      from = to
    }
  }

  *#ends(bytes: Uint8Array): Generator<number> {
    let quoted = false
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === quote && this.#quotes) quoted = !quoted
      else if (byte === newline && !quoted) yield at + 1
    }
  }
}
