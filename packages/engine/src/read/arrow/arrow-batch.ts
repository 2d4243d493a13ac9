import type { BodyCompression } from 'apache-arrow/fb/body-compression'
import { CompressionType } from 'apache-arrow/fb/compression-type'
import type { RecordBatch } from 'apache-arrow/fb/record-batch'
import { type Codec, codecFor } from '../../codec/codec.js'
import { TablecastError } from '../../error.js'
import { type ArrowField, type IntegerStorage, malformed } from './arrow-type.js'

/** The cells of one field in one batch, checked: no length or offset leads outside. Nothing is copied yet. */
export interface ArrowChunk {
  readonly field: ArrowField
  readonly length: number
  /** Validity bitmap, or null when every cell is valid. */
  readonly valid: Uint8Array | null
  /** Values, string bytes, or codes; starts at no particular multiple. Null for nested fields. */
  readonly values: Uint8Array
  /** Of strings and lists: `length + 1` ascending numbers within what they lead into. */
  readonly offsets: Float64Array | Int32Array | null
  readonly children: readonly ArrowChunk[]
  /** The strings behind codes, as they were when the batch came. */
  readonly dictionary: readonly (string | null)[] | null
}

export type Dictionaries = ReadonlyMap<number, readonly (string | null)[]>

const WIDTHS: Record<IntegerStorage | 'float32' | 'float64', number> = {
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  float32: 4,
  float64: 8,
}

const NOTHING = new Uint8Array(0)
/** More rows than a table can have. */
/** Row numbers are unsigned 32-bit integers, the last of which says "none". */
const MAX_ROWS = 0xfffffffe
/** What a compressed body may hold: LZ4 cannot do better than 255, and no table is so dull that Zstandard may do more. */
const MAX_RATIO = 1000

/** Takes a batch apart. */
export function readBatch(
  batch: RecordBatch,
  size: number,
  body: Uint8Array,
  fields: readonly ArrowField[],
  dictionaries: Dictionaries,
): { length: number; chunks: ArrowChunk[] } {
  const reader = new BatchReader(batch, size, body, dictionaries)
  const length = Number(batch.length())
  reader.checkLength(length)
  const chunks = fields.map((field) => {
    const chunk = reader.read(field)
    if (chunk.length !== length) {
      throw malformed(`column "${field.name}" has ${chunk.length} rows in a batch of ${length}`)
    }
    return chunk
  })
  return { length, chunks }
}

class BatchReader {
  readonly #batch: RecordBatch
  readonly #body: Uint8Array
  readonly #dictionaries: Dictionaries
  readonly #codec: Codec | null
  readonly #nodes: number
  readonly #buffers: number
  #node = 0
  #buffer = 0
  /** Bytes that the body may still expand to. */
  #budget: number

  constructor(batch: RecordBatch, size: number, body: Uint8Array, dictionaries: Dictionaries) {
    this.#batch = batch
    this.#body = body
    this.#dictionaries = dictionaries
    this.#nodes = batch.nodesLength()
    this.#buffers = batch.buffersLength()
    if ((this.#nodes + this.#buffers) * 16 > size) throw malformed('a batch does not hold the columns it names')
    this.#codec = codecOf(batch.compression())
    this.#budget = this.#codec === null ? body.length : body.length * MAX_RATIO
  }

  /** Cells take at least a bit, but for those of nulls alone, of which a few are let pass. */
  checkLength(length: number): void {
    if (!(length >= 0)) throw malformed(`a batch has ${length} rows`)
    if (length > MAX_ROWS) {
      throw new TablecastError('invalid-argument', 'Arrow table row count exceeds maximum supported size')
    }
    if (length > this.#budget * 8 + 1_000_000) {
      throw malformed(`a batch of ${this.#body.length} bytes cannot hold ${length} rows`)
    }
  }

  read(field: ArrowField): ArrowChunk {
    const { type } = field
    if (this.#node >= this.#nodes) throw malformed(`column "${field.name}" is not in its batch`)
    const node = this.#batch.nodes(this.#node++)!
    const length = Number(node.length())
    this.checkLength(length)
    const base = { field, length, values: NOTHING, offsets: null, children: [], dictionary: null }
    if (type.kind === 'null') return { ...base, valid: new Uint8Array((length + 7) >> 3) }
    const valid = this.#validity(field, length)
    if (field.dictionary !== null) {
      const dictionary = this.#dictionaries.get(field.dictionary.id)
      if (dictionary === undefined) throw malformed(`column "${field.name}" comes before its dictionary`)
      return { ...base, valid, dictionary, values: this.#take(field, length * WIDTHS[field.dictionary.codes]) }
    }
    switch (type.kind) {
      case 'integer':
      case 'float':
        return { ...base, valid, values: this.#take(field, length * WIDTHS[type.storage]) }
      case 'boolean':
        return { ...base, valid, values: this.#take(field, (length + 7) >> 3) }
      case 'decimal':
        return { ...base, valid, values: this.#take(field, length * type.bytes) }
      case 'timestamp':
        return { ...base, valid, values: this.#take(field, length * 8) }
      case 'date':
        return { ...base, valid, values: this.#take(field, length * (type.unit === 'day' ? 4 : 8)) }
      case 'time':
        return { ...base, valid, values: this.#take(field, length * 4) }
      case 'text': {
        const offsets = this.#offsets(field, length, type.large)
        return { ...base, valid, offsets, values: this.#take(field, offsets[length]!) }
      }
      case 'list': {
        const offsets = this.#offsets(field, length, type.large)
        const child = this.read(field.children[0]!)
        if (offsets[length]! > child.length) {
          throw malformed(`column "${field.name}" has lists up to element ${offsets[length]} of ${child.length}`)
        }
        return { ...base, valid, offsets, children: [child] }
      }
      case 'struct': {
        const children = field.children.map((child) => this.read(child))
        const short = children.find((child) => child.length < length)
        if (short) throw malformed(`column "${field.name}.${short.field.name}" has ${short.length} rows, not ${length}`)
        return { ...base, valid, children }
      }
    }
  }

  #validity(field: ArrowField, length: number): Uint8Array | null {
    const bytes = this.#next(field)
    if (bytes.length === 0) return null
    if (bytes.length * 8 < length) throw short(field, 'validity', bytes.length, (length + 7) >> 3)
    return bytes
  }

  /** The next buffer, which must have at least `length` bytes. */
  #take(field: ArrowField, length: number): Uint8Array {
    const bytes = this.#next(field)
    if (bytes.length < length) throw short(field, 'values', bytes.length, length)
    return bytes
  }

  #offsets(field: ArrowField, length: number, large: boolean): Float64Array | Int32Array {
    const bytes = this.#next(field)
    // An empty array may come without its one offset.
    if (length === 0 && bytes.length === 0) return new Int32Array(1)
    const width = large ? 8 : 4
    const needed = (length + 1) * width
    if (bytes.length < needed) throw short(field, 'offsets', bytes.length, needed)
    const words = new Int32Array(bytes.slice(0, needed).buffer)
    const offsets = large ? new Float64Array(length + 1) : words
    if (large) {
      for (let i = 0; i <= length; i++) offsets[i] = words[2 * i + 1]! * 4_294_967_296 + (words[2 * i]! >>> 0)
    }
    let last = 0
    for (let i = 0; i <= length; i++) {
      const offset = offsets[i]!
      if (offset < last) throw malformed(`column "${field.name}" has offset ${offset} after ${last} at row ${i}`)
      last = offset
    }
    return offsets
  }

  #next(field: ArrowField): Uint8Array {
    if (this.#buffer >= this.#buffers) throw malformed(`column "${field.name}" is not whole in its batch`)
    const region = this.#batch.buffers(this.#buffer++)!
    const offset = Number(region.offset())
    const length = Number(region.length())
    if (!(offset >= 0 && length >= 0 && offset + length <= this.#body.length)) {
      throw malformed(
        `column "${field.name}" has a buffer of ${length} bytes at ${offset} in a batch of ${this.#body.length}`,
      )
    }
    const bytes = this.#body.subarray(offset, offset + length)
    return this.#codec === null || length === 0 ? bytes : this.#restored(field, bytes, this.#codec)
  }

  #restored(field: ArrowField, bytes: Uint8Array, codec: Codec): Uint8Array {
    if (bytes.length < 8) throw short(field, 'compressed', bytes.length, 8)
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true))
    const frame = bytes.subarray(8)
    if (length === -1) return frame
    this.#budget -= length
    if (length < 0 || this.#budget < 0) {
      throw malformed(`column "${field.name}" has ${frame.length} compressed bytes said to hold ${length}`)
    }
    if (length === 0) return NOTHING
    try {
      const restored = codec.decompress(frame, length)
      if (restored.length !== length) throw new Error(`it holds ${restored.length} bytes, announced were ${length}`)
      return restored
    } catch (error) {
      throw new TablecastError(
        'invalid-data',
        malformed(`column "${field.name}": ${(error as Error).message}`).message,
        {
          cause: error,
        },
      )
    }
  }
}

function codecOf(compression: BodyCompression | null): Codec | null {
  if (compression === null) return null
  return codecFor(compression.codec() === CompressionType.LZ4_FRAME ? 'lz4' : 'zstd')
}

function short(field: ArrowField, what: string, has: number, needs: number): TablecastError {
  return malformed(`column "${field.name}" has ${has} ${what} bytes where ${needs} are needed`)
}
