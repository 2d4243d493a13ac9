import { decompress } from 'fzstd'
import { TablecastError } from '../error.js'
import type { Codec } from './codec.js'

/** A middling speed: the wire's other end is usually near. */
const LEVEL = 1

let compress: ((bytes: Uint8Array, level: number) => Uint8Array) | null = null

/** Fetches the Zstandard compressor (250 kB of WebAssembly, so only when it is wanted). Await it before compressing. */
export async function loadZstd(): Promise<void> {
  if (compress !== null) return
  const library = await import('@bokuweb/zstd-wasm')
  await library.init()
  compress = library.compress
}

export const zstd: Codec = {
  // In one piece: the library has no other way.
  // biome-ignore lint/correctness/useYield: as above
  *compress(bytes) {
    if (compress === null) {
      throw new TablecastError('unavailable', 'The Zstandard compressor is not loaded yet: await loadZstd() first')
    }
    return compress(bytes, LEVEL)
  },

  decompress(frame, length) {
    const announced = contentSize(frame)
    if (announced !== null && announced !== length) {
      throw new TablecastError('invalid-data', `A Zstandard frame holds ${announced} bytes, announced were ${length}`)
    }
    // With an output buffer given, no header can make the decoder allocate more. It is the slower way, though; the
    // other gives bytes that do not start at a multiple of 8, hence the copy.
    return announced === null ? decompress(frame, new Uint8Array(length)) : decompress(frame).slice()
  },
}

/** The content size in the header of what is exactly one frame (RFC 8878, 3.1.1); null when it does not say, or is not. */
function contentSize(frame: Uint8Array): number | null {
  if (frame.length < 9 || frame[0] !== 0x28 || frame[1] !== 0xb5 || frame[2] !== 0x2f || frame[3] !== 0xfd) return null
  const flags = frame[4]!
  const singleSegment = (flags >> 5) & 1
  const sizeBytes = flags >> 6 === 0 ? singleSegment : 1 << (flags >> 6)
  if (sizeBytes === 0) return null
  const dictionaryBytes = [0, 1, 2, 4][flags & 3]!
  let at = 6 - singleSegment + dictionaryBytes
  let size = sizeBytes === 2 ? 256 : 0
  for (let i = 0; i < sizeBytes; i++) size += (frame[at + i] ?? 0) * 2 ** (8 * i)
  at += sizeBytes
  for (let last = false; !last; ) {
    if (at + 3 > frame.length) return null
    const head = frame[at]! | (frame[at + 1]! << 8) | (frame[at + 2]! << 16)
    last = (head & 1) === 1
    at += 3 + (((head >> 1) & 3) === 1 ? 1 : head >> 3)
  }
  return at + ((flags >> 2) & 1) * 4 === frame.length ? size : null
}
