import { Footer } from 'apache-arrow/fb/footer'
import { Message } from 'apache-arrow/fb/message'
import { MessageHeader } from 'apache-arrow/fb/message-header'
import { Schema } from 'apache-arrow/fb/schema'
import { ByteBuffer } from 'flatbuffers'
import { decodeUtf8 } from '../../columns/utf8.js'
import { TablecastError } from '../../error.js'
import { malformed } from './arrow-type.js'

const CONTINUATION = 0xffffffff
const MAGIC = 'ARROW1'

/** One message of a stream or file. */
export interface ArrowMessage {
  readonly header: Message
  readonly type: MessageHeader
  /** Bytes of the metadata. */
  readonly size: number
  readonly body: Uint8Array
}

/** The schema of a stream or file, and its other messages in the order in which they are to be read. */
export function readMessages(given: Uint8Array): { schema: Schema; size: number; messages: ArrowMessage[] } {
  // Node's Buffer passes for a Uint8Array, but its `slice` does not copy: from here on bytes are plain ones.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length)
  return startsWithMagic(bytes, 0) ? readFile(bytes) : readStream(bytes)
}

function readStream(bytes: Uint8Array): { schema: Schema; size: number; messages: ArrowMessage[] } {
  const first = readMessage(bytes, 0, notOpened)
  if (first === null || first.message.type !== MessageHeader.Schema) {
    throw notOpened('Tried reading schema message, was null or length 0')
  }
  const messages: ArrowMessage[] = []
  let at = first.end
  while (at < bytes.length) {
    const read = readMessage(bytes, at, malformed)
    if (read === null) break
    messages.push(read.message)
    at = read.end
  }
  return { schema: schemaOf(first.message), size: first.message.size, messages }
}

/** What is no Arrow at all fails on opening; what breaks later fails on reading (`malformed`). */
function notOpened(why: string): TablecastError {
  return new TablecastError('invalid-data', `Failed to open RecordBatchStreamReader: Invalid: ${why}\n`)
}

/** A file says in its footer where its messages are; every dictionary counts for every batch. */
function readFile(bytes: Uint8Array): { schema: Schema; size: number; messages: ArrowMessage[] } {
  const tail = bytes.length - 10
  const size = tail < 8 || !startsWithMagic(bytes, tail + 4) ? -1 : viewOf(bytes).getInt32(tail, true)
  if (size <= 0 || size > tail - 8) {
    throw new TablecastError('invalid-data', 'Failed to open RecordBatchFileReader: Invalid: Not an Arrow file\n')
  }
  const footer = Footer.getRootAsFooter(new ByteBuffer(bytes.subarray(tail - size, tail)))
  const schema = footer.schema()
  if (schema === null) throw malformed('its footer has no schema')
  const dictionaries = footer.dictionariesLength()
  const batches = footer.recordBatchesLength()
  if ((dictionaries + batches) * 24 > size) throw malformed('its footer does not hold the messages it names')
  const messages: ArrowMessage[] = []
  for (let i = 0; i < dictionaries + batches; i++) {
    const block = i < dictionaries ? footer.dictionaries(i) : footer.recordBatches(i - dictionaries)
    const read = block === null ? null : readMessage(bytes, Number(block.offset()), malformed)
    if (read === null) throw malformed(`message ${i} of its footer is not there`)
    messages.push(read.message)
  }
  return { schema, size, messages }
}

/** The message at `at` and where the next begins; null at the end mark and at the end. */
function readMessage(
  bytes: Uint8Array,
  at: number,
  error: (why: string) => TablecastError,
): { message: ArrowMessage; end: number } | null {
  if (at === bytes.length) return null
  if (!(at >= 0 && at + 4 <= bytes.length)) throw error(`Corrupted message, only ${bytes.length - at} bytes available`)
  const view = viewOf(bytes)
  let start = at + 4
  let size = view.getInt32(at, true)
  if (view.getUint32(at, true) === CONTINUATION) {
    if (at + 8 > bytes.length) throw error(`Corrupted message, only ${bytes.length - at} bytes available`)
    size = view.getInt32(at + 4, true)
    start = at + 8
  }
  if (size === 0) return null
  if (size < 0 || start + size > bytes.length) {
    throw error(`Expected to read ${size} metadata bytes, but only read ${bytes.length - start}`)
  }
  const header = Message.getRootAsMessage(new ByteBuffer(bytes.subarray(start, start + size)))
  const bodyLength = Number(header.bodyLength())
  const body = start + size
  if (!(bodyLength >= 0 && body + bodyLength <= bytes.length)) {
    throw error(`Expected to be able to read ${bodyLength} bytes for message body, got ${bytes.length - body}`)
  }
  const message = { header, type: header.headerType(), size, body: bytes.subarray(body, body + bodyLength) }
  return { message, end: body + bodyLength }
}

function schemaOf(message: ArrowMessage): Schema {
  const schema: Schema | null = message.header.header(new Schema())
  if (schema === null) throw malformed('it has no schema')
  return schema
}

function startsWithMagic(bytes: Uint8Array, at: number): boolean {
  return bytes.length >= at + MAGIC.length && decodeUtf8(bytes, at, at + MAGIC.length) === MAGIC
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
