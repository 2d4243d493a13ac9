import { type Codec, codecFor } from '../codec/codec.js'
import type { Column } from '../columns/column.js'
import type { Pieces } from '../pieces.js'
import type { Slice } from '../query/slice.js'
import { type Bytes, stringBuffers, validityBuffer, valuesBuffer } from './arrow-buffers.js'
import { type Body, batchMessage, dictionaryMessage, schemaMessage } from './arrow-message.js'
import { distinctStrings } from './distinct.js'
import { rowPathNames } from './row-path-names.js'
import type { ArrowOptions } from './write.js'

/** Bytes whose copying is as much work as a cell of a text. */
const COPIED = 128
const CONTINUATION = 0xffffffff
/** Bytes before a message's metadata: continuation mark and length. */
const PREFIX = 8

/** Buffers of one message on their way into the stream. */
class BodyBuilder implements Body {
  readonly nodes: { length: number; nulls: number }[] = []
  readonly buffers: { offset: number; length: number }[] = []
  readonly chunks: Bytes[] = []
  length = 0
  readonly #codec: Codec | null

  constructor(codec: Codec | null) {
    this.#codec = codec
  }

  *push(bytes: Bytes): Pieces<void> {
    const chunk = this.#codec === null || bytes.length === 0 ? bytes : yield* compressed(bytes, this.#codec)
    this.buffers.push({ offset: this.length, length: chunk.length })
    this.chunks.push(chunk)
    this.length += padded(chunk.length)
  }

  *pushValidity(column: Column, length: number): Pieces<void> {
    const { bytes, nulls } = validityBuffer(column, length)
    this.nodes.push({ length, nulls })
    yield* this.push(bytes)
  }
}

/**
 * A slice as an Arrow IPC stream, laid out as the reference does: schema, one dictionary batch per string column with
 * the strings of this window, exactly one record batch, end mark.
 *
 * Throws `unavailable` when `compression` is `zstd` and `loadZstd` has not been awaited.
 */
export function* arrowPieces(slice: Slice, options: ArrowOptions = {}): Pieces<Uint8Array> {
  const withPath = slice.rowPath !== null && !options.dataOnly
  const names = withPath ? [...rowPathNames(slice, options.legacyRowPathNames ?? true), ...slice.names] : slice.names
  const columns = withPath ? [...slice.rowPath!.levels, ...slice.columns] : slice.columns
  const compression = options.compression ?? null
  const codec = compression === null ? null : codecFor(compression)
  const schema = schemaMessage(
    names,
    columns.map((column) => column.storage),
  )
  const messages: { metadata: Uint8Array; chunks: readonly Bytes[] }[] = [{ metadata: schema, chunks: [] }]
  const body = new BodyBuilder(codec)
  for (const column of columns) {
    yield* body.pushValidity(column, slice.length)
    if (column.dictionary === null) {
      yield* body.push(valuesBuffer(column, slice.length))
      yield slice.length
      continue
    }
    const { codes, places } = distinctStrings(column, 0, slice.length)
    const strings = stringBuffers(column.dictionary.values, codes)
    const dictionary = new BodyBuilder(codec)
    dictionary.nodes.push({ length: codes.length, nulls: 0 })
    yield* dictionary.push(new Uint8Array(0))
    yield* dictionary.push(strings.offsets)
    yield* dictionary.push(strings.bytes)
    const metadata = dictionaryMessage(messages.length - 1, codes.length, dictionary, compression)
    messages.push({ metadata, chunks: dictionary.chunks })
    yield* body.push(new Uint8Array(places.buffer))
    yield slice.length
  }
  messages.push({ metadata: batchMessage(slice.length, body, compression), chunks: body.chunks })
  return yield* assemble(messages)
}

function* assemble(messages: readonly { metadata: Uint8Array; chunks: readonly Bytes[] }[]): Pieces<Uint8Array> {
  let size = PREFIX
  for (const { metadata, chunks } of messages) {
    size += PREFIX + padded(metadata.length)
    for (const chunk of chunks) size += padded(chunk.length)
  }
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  let at = 0
  for (const { metadata, chunks } of messages) {
    view.setUint32(at, CONTINUATION, true)
    view.setUint32(at + 4, padded(metadata.length), true)
    out.set(metadata, at + PREFIX)
    at += PREFIX + padded(metadata.length)
    for (const chunk of chunks) {
      out.set(chunk, at)
      at += padded(chunk.length)
      yield chunk.length / COPIED
    }
  }
  // The end mark's length is the zero that is there already.
  view.setUint32(at, CONTINUATION, true)
  return out
}

/** A buffer as a compressed body holds it: int64 plain length, then the frame. */
function* compressed(bytes: Bytes, codec: Codec): Pieces<Bytes> {
  const frame = yield* codec.compress(bytes)
  const out = new Uint8Array(8 + frame.length)
  new DataView(out.buffer).setBigInt64(0, BigInt(bytes.length), true)
  out.set(frame, 8)
  return out
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8
}
