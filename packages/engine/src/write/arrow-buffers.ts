import { bitmapBytes, countBits, getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import { encodeUtf8Into, utf8Bound } from '../columns/utf8.js'

export type Bytes = Uint8Array<ArrayBufferLike>

const NOTHING: Bytes = new Uint8Array(0)
const TWO_32 = 4_294_967_296

/** The validity bitmap of the first `length` cells, empty when none is null, and how many are. */
export function validityBuffer(column: Column, length: number): { bytes: Bytes; nulls: number } {
  const nulls = column.valid === null ? 0 : length - countBits(column.valid, length)
  if (nulls === 0) return { bytes: NOTHING, nulls }
  const bytes = column.valid!.slice(0, bitmapBytes(length))
  if ((length & 7) !== 0) bytes[bytes.length - 1]! &= (1 << (length & 7)) - 1
  return { bytes, nulls }
}

/** The values of the first `length` cells of a column that is no string, as Arrow lays them out. May be a view. */
export function valuesBuffer(column: Column, length: number): Bytes {
  const { data } = column
  switch (column.storage) {
    case 'boolean':
      return packBits(data, length)
    case 'int64':
    case 'uint64':
    case 'datetime':
      return int64Bytes(column, length)
    default:
      return new Uint8Array(data.buffer, data.byteOffset, length * data.BYTES_PER_ELEMENT)
  }
}

/** The offsets and bytes of strings, as a utf8 array. */
export function stringBuffers(values: readonly string[], codes: readonly number[]): { offsets: Bytes; bytes: Bytes } {
  const offsets = new Int32Array(codes.length + 1)
  let bytes = new Uint8Array(utf8Bound(values, codes))
  let at = 0
  for (let i = 0; i < codes.length; i++) {
    at = encodeUtf8Into(values[codes[i]!]!, bytes, at)
    offsets[i + 1] = at
  }
  bytes = bytes.subarray(0, at)
  return { offsets: new Uint8Array(offsets.buffer), bytes }
}

function packBits(data: ArrayLike<number>, length: number): Bytes {
  const bits = new Uint8Array(bitmapBytes(length))
  for (let i = 0; i < length; i++) if (data[i] === 1) bits[i >> 3]! |= 1 << (i & 7)
  return bits
}

function int64Bytes(column: Column, length: number): Bytes {
  const { data, fine, valid } = column
  const words = new Int32Array(length * 2)
  for (let i = 0; i < length; i++) {
    const value = data[i]!
    words[2 * i] = value
    words[2 * i + 1] = Math.floor(value / TWO_32)
  }
  if (fine !== null) {
    const exact = new BigInt64Array(words.buffer)
    for (let i = 0; i < length; i++) {
      if (fine[i] !== 0 && (valid === null || getBit(valid, i))) exact[i] = BigInt(data[i]!) + BigInt(fine[i]!)
    }
  }
  return new Uint8Array(words.buffer)
}
