// Every JavaScript host has these two; no host's types are loaded here, since the engine is for all of them.
declare const TextEncoder: {
  new (): {
    encode(text: string): Uint8Array<ArrayBuffer>
    encodeInto(text: string, bytes: Uint8Array): { read: number; written: number }
  }
}
declare const TextDecoder: {
  new (label: string, options: { ignoreBOM: boolean }): { decode(bytes: Uint8Array): string }
}

interface Runtime {
  /** Node's. */
  Buffer?: {
    from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'latin1'): string }
  }
}

/** Shorter texts are as quick either way. */
const WORTH_A_CALL = 1024

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A text as UTF-8. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/** A text as UTF-8, and a zero behind it. */
export function encodeUtf8Ended(text: string): Uint8Array<ArrayBuffer> {
  // Of ASCII, the usual case, the size is known; to reckon it, as `encode` does, takes longer than to encode.
  const bytes = new Uint8Array(text.length + 1)
  const { read } = encoder.encodeInto(text, bytes.subarray(0, text.length))
  return read === text.length ? bytes : encoder.encode(`${text}\0`)
}

/** Bytes that certainly hold the strings at `codes` of `values`: a UTF-16 unit takes at most three. */
export function utf8Bound(values: readonly string[], codes: readonly number[]): number {
  let units = 0
  for (let i = 0; i < codes.length; i++) units += values[codes[i]!]!.length
  return units * 3
}

/** Writes `text` at `at`, which must have room, and says where it ends. A lone surrogate becomes U+FFFD. */
export function encodeUtf8Into(text: string, bytes: Uint8Array, at: number): number {
  const { length } = text
  if (length > 24) return at + encoder.encodeInto(text, bytes.subarray(at)).written
  // Short ASCII, the usual case, is quicker without the call.
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 127) return at + encoder.encodeInto(text, bytes.subarray(at)).written
    bytes[at + i] = unit
  }
  return at + length
}

/** Bytes `from` (included) to `to` (excluded) as text; what is no UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 24) return decoder.decode(bytes.subarray(from, to))
  let text = ''
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (byte > 127) return decoder.decode(bytes.subarray(from, to))
    text += String.fromCharCode(byte)
  }
  return text
}

/** Bytes known to be ASCII, as text. */
export function decodeAscii(bytes: Uint8Array): string {
  const { length } = bytes
  const { Buffer } = globalThis as Runtime
  // A decoder looks at every byte; Node has a copy that does not, several times as fast.
  if (Buffer === undefined || length < WORTH_A_CALL) return decodeUtf8(bytes, 0, length)
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1')
}
