import { bitmapBytes, clearBit, createBitmap, getBit } from '../../columns/bitmap.js'
import { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import { decodeUtf8 } from '../../columns/utf8.js'
import { ByteInterner } from '../byte-interner.js'
import type { ArrowChunk } from './arrow-batch.js'
import { type ArrowType, type IntegerStorage, malformed, storageOf } from './arrow-type.js'

const DAY_MS = 86_400_000
const TWO_32 = 4_294_967_296
/** One column of the chunks of one field, in arrays of its own. */
export function columnOf(chunks: readonly ArrowChunk[], field: ArrowChunk['field']): Column {
  const storage: Storage = storageOf(field)
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const column = new Column(storage, length)
  column.valid = joinedValidity(chunks, length)
  const filler = storage === 'string' ? new TextFiller(column) : null
  let at = 0
  for (const chunk of chunks) {
    if (filler !== null) filler.fill(chunk, at)
    else fill(column, chunk, at, field.type)
    at += chunk.length
  }
  if (column.valid !== null) {
    const { data, fine, valid } = column
    for (let i = 0; i < length; i++) {
      if (getBit(valid, i)) continue
      data[i] = 0
      if (fine !== null) fine[i] = 0
    }
  }
  return column
}

/** Bytes as an array of numbers that starts where such arrays may. */
function numbersOf<T>(
  bytes: Uint8Array,
  length: number,
  array: { new (buffer: ArrayBufferLike, at?: number, length?: number): T; BYTES_PER_ELEMENT: number },
): T {
  if (bytes.byteOffset % array.BYTES_PER_ELEMENT === 0) return new array(bytes.buffer, bytes.byteOffset, length)
  return new array(bytes.slice(0, length * array.BYTES_PER_ELEMENT).buffer, 0, length)
}

function fill(column: Column, chunk: ArrowChunk, at: number, type: ArrowType): void {
  const { length, values } = chunk
  const { data } = column
  switch (type.kind) {
    case 'integer':
      if (type.storage === 'int64' || type.storage === 'uint64') fillWide(column, chunk, at, type.storage)
      else copyBytes(column, chunk, at)
      break
    case 'float':
    case 'time':
      copyBytes(column, chunk, at)
      break
    case 'boolean':
      for (let i = 0; i < length; i++) data[at + i] = (values[i >> 3]! >> (i & 7)) & 1
      break
    case 'date':
      if (type.unit === 'day') copyBytes(column, chunk, at)
      else {
        const words = numbersOf(values, length * 2, Int32Array)
        for (let i = 0; i < length; i++) data[at + i] = Math.floor(wide(words, i) / DAY_MS)
      }
      break
    case 'timestamp': {
      const words = numbersOf(values, length * 2, Int32Array)
      if (type.divisor === 1) for (let i = 0; i < length; i++) data[at + i] = wide(words, i)
      else if (type.divisor < 1) for (let i = 0; i < length; i++) data[at + i] = wide(words, i) * 1000
      else fillFineTimes(column, words, chunk, at, type.divisor)
      break
    }
    case 'decimal':
      fillDecimals(column, chunk, at, type.bytes, type.scale)
      break
  }
}

function copyBytes(column: Column, { values, length }: ArrowChunk, at: number): void {
  const { data } = column
  const width = data.BYTES_PER_ELEMENT
  new Uint8Array(data.buffer, data.byteOffset).set(values.subarray(0, length * width), at * width)
}

function wide(words: Int32Array, i: number): number {
  return words[2 * i + 1]! * TWO_32 + (words[2 * i]! >>> 0)
}

function fillWide(column: Column, chunk: ArrowChunk, at: number, storage: 'int64' | 'uint64'): void {
  const { data } = column
  const words = numbersOf(chunk.values, chunk.length * 2, Int32Array)
  const unsigned = storage === 'uint64'
  for (let i = 0; i < chunk.length; i++) {
    const low = words[2 * i]! >>> 0
    const high = unsigned ? words[2 * i + 1]! >>> 0 : words[2 * i + 1]!
    const value = high * TWO_32 + low
    data[at + i] = value
    if (value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER) continue
    const exact = BigInt(high) * 4_294_967_296n + BigInt(low)
    column.fine ??= new Int16Array(data.length)
    column.fine[at + i] = Number(exact - BigInt(value))
  }
}

/** Times finer than a millisecond, cut off towards zero. Their 64 bits do not fit a double, so they are divided in parts. */
function fillFineTimes(column: Column, words: Int32Array, chunk: ArrowChunk, at: number, divisor: number): void {
  const { data } = column
  const quotient = Math.floor(TWO_32 / divisor)
  const remainder = TWO_32 % divisor
  for (let i = 0; i < chunk.length; i++) {
    const high = words[2 * i + 1]!
    const rest = high * remainder + (words[2 * i]! >>> 0)
    const over = ((rest % divisor) + divisor) % divisor
    const floor = high * quotient + (rest - over) / divisor
    data[at + i] = over !== 0 && floor < 0 ? floor + 1 : floor
  }
}

function fillDecimals(column: Column, { values, length }: ArrowChunk, at: number, bytes: number, scale: number): void {
  const { data } = column
  const words = numbersOf(values, (length * bytes) / 4, Int32Array)
  const count = bytes / 4
  const power = 10 ** Math.abs(scale)
  for (let i = 0; i < length; i++) {
    const first = i * count
    const sign = words[first + count - 1]! < 0 ? -1 : 0
    let small = count === 1 || words[first + 1] === sign || Math.abs(words[first + 1]!) < 1 << 20
    for (let w = 2; w < count; w++) small &&= words[first + w] === sign
    if (small && scale >= 0 && scale <= 22) {
      // Both are exact, so the quotient is the nearest double.
      const whole = count === 1 ? words[first]! : words[first + 1]! * TWO_32 + (words[first]! >>> 0)
      data[at + i] = whole / power
      continue
    }
    let exact = BigInt(words[first + count - 1]!)
    for (let w = count - 2; w >= 0; w--) exact = exact * 4_294_967_296n + BigInt(words[first + w]! >>> 0)
    data[at + i] = Number(`${exact}e${-scale}`)
  }
}

/** Strings of one column: each distinct one becomes text once. */
class TextFiller {
  readonly #column: Column
  readonly #interner = new ByteInterner()
  /** Codes here by codes of a dictionary of the data; -1 for its nulls. */
  readonly #maps = new Map<readonly (string | null)[], Int32Array>()

  constructor(column: Column) {
    this.#column = column
    column.dictionary = this.#interner.dictionary
  }

  fill(chunk: ArrowChunk, at: number): void {
    if (chunk.dictionary !== null) this.#fillCodes(chunk, chunk.dictionary, at)
    else if (chunk.offsets !== null) this.#fillText(chunk, chunk.offsets, at)
  }

  #fillText({ length, values, valid }: ArrowChunk, offsets: Float64Array | Int32Array, at: number): void {
    const codes = this.#column.data
    for (let i = 0; i < length; i++) {
      if (valid !== null && !getBit(valid, i)) continue
      codes[at + i] = this.#interner.code(values, offsets[i]!, offsets[i + 1]!)
    }
  }

  #fillCodes(chunk: ArrowChunk, strings: readonly (string | null)[], at: number): void {
    const column = this.#column
    const { length, valid, field } = chunk
    const codes = codesOf(chunk.values, length, field.dictionary!.codes)
    const map = this.#mapOf(strings)
    for (let i = 0; i < length; i++) {
      if (valid !== null && !getBit(valid, i)) continue
      const code = map[codes[i]!]
      if (code === undefined) {
        throw malformed(`column "${field.name}" has code ${codes[i]} at row ${i} and a dictionary of ${strings.length}`)
      }
      if (code >= 0) column.data[at + i] = code
      else column.setNull(at + i)
    }
  }

  #mapOf(strings: readonly (string | null)[]): Int32Array {
    let map = this.#maps.get(strings)
    if (map === undefined) {
      const dictionary = this.#column.dictionary!
      map = new Int32Array(strings.length)
      for (let i = 0; i < map.length; i++) map[i] = strings[i] === null ? -1 : dictionary.add(strings[i]!)
      this.#maps.set(strings, map)
    }
    return map
  }
}

function codesOf(values: Uint8Array, length: number, storage: IntegerStorage): ArrayLike<number> {
  switch (storage) {
    case 'int8':
      return numbersOf(values, length, Int8Array)
    case 'int16':
      return numbersOf(values, length, Int16Array)
    case 'int32':
      return numbersOf(values, length, Int32Array)
    case 'uint8':
      return numbersOf(values, length, Uint8Array)
    case 'uint16':
      return numbersOf(values, length, Uint16Array)
    case 'uint32':
      return numbersOf(values, length, Uint32Array)
  }
  const words = numbersOf(values, length * 2, Int32Array)
  return Float64Array.from({ length }, (_, i) => wide(words, i))
}

function joinedValidity(chunks: readonly ArrowChunk[], length: number): Uint8Array | null {
  if (chunks.every((chunk) => chunk.valid === null)) return null
  const only = chunks.length === 1 ? chunks[0]!.valid! : null
  if (only !== null) return only.slice(0, bitmapBytes(length))
  const bits = createBitmap(length, true)
  let at = 0
  for (const { valid, length: count } of chunks) {
    if (valid !== null) for (let i = 0; i < count; i++) if (!getBit(valid, i)) clearBit(bits, at + i)
    at += count
  }
  return bits
}

/** The strings of a dictionary batch. */
export function stringsOf({ length, values, offsets, valid }: ArrowChunk): (string | null)[] {
  const strings: (string | null)[] = []
  for (let i = 0; i < length; i++) {
    strings.push(valid !== null && !getBit(valid, i) ? null : decodeUtf8(values, offsets![i]!, offsets![i + 1]!))
  }
  return strings
}
