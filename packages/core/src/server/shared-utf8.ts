import { getTextEncoding } from '@bufbuild/protobuf/wire'

/** Bytes kept at most. */
const BOUND = 16 * 1024 * 1024
/** Shorter texts are not worth keeping. */
const WORTH = 1024

/** UTF-8 of texts that go to many sessions: the same answer, which is the same string, is encoded once. */
export class SharedUtf8 {
  readonly #known = new Map<string, Uint8Array<ArrayBuffer>>()
  #size = 0

  readonly encode = (text: string): Uint8Array<ArrayBuffer> => {
    const { encodeUtf8 } = getTextEncoding()
    if (text.length < WORTH || text.length > BOUND) return encodeUtf8(text)
    let bytes = this.#known.get(text)
    if (bytes === undefined) {
      if (this.#size > BOUND) {
        this.#known.clear()
        this.#size = 0
      }
      bytes = encodeUtf8(text)
      this.#known.set(text, bytes)
      this.#size += bytes.length
    }
    return bytes
  }
}
