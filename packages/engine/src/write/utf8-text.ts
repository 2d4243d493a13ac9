import { decodeAscii, decodeUtf8 } from '../columns/utf8.js'

/** A text that is UTF-8 already: what goes onto a wire needs no string in between. */
export class Utf8Text {
  readonly bytes: Uint8Array
  readonly #isAscii: boolean
  #text: string | null = null

  constructor(bytes: Uint8Array, isAscii: boolean) {
    this.bytes = bytes
    this.#isAscii = isAscii
  }

  /** Its bytes. */
  get length(): number {
    return this.bytes.length
  }

  /** The text as a string; made once. */
  toString(): string {
    this.#text ??= this.#isAscii ? decodeAscii(this.bytes) : decodeUtf8(this.bytes, 0, this.bytes.length)
    return this.#text
  }
}
