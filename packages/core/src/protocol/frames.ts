import { BinaryWriter, getTextEncoding, WireType } from '@bufbuild/protobuf/wire'
import { TablecastError } from '@tablecast/engine/error'
import { readMessage, type Values, writeFields } from './codec.js'
import {
  type Request,
  RequestMessage,
  type Response,
  type ResponseBody,
  type ResponseCase,
  ResponseMessage,
  type ResponseOf,
} from './messages.js'
import type { Message } from './schema.js'

/** A frame that is not the message it should be. Holds the part of its envelope that could be read. */
export class FrameError extends TablecastError {
  /** `msg_id` of the frame, 0 if the fault came before it. */
  readonly msg_id: number
  /** `entity_id` of the frame, empty if the fault came before it. */
  readonly entity_id: string

  constructor(message: string, envelope: { msg_id?: unknown; entity_id?: unknown }, cause: unknown) {
    super('invalid-frame', message, { cause })
    this.name = 'FrameError'
    this.msg_id = typeof envelope.msg_id === 'number' ? envelope.msg_id : 0
    this.entity_id = typeof envelope.entity_id === 'string' ? envelope.entity_id : ''
  }
}

/**
 * Reads a request frame. Bytes fields of the result are views on `bytes`.
 *
 * A request whose `client_req` is absent had none set, or one that this version does not know.
 *
 * @throws FrameError when `bytes` are not a request
 */
export function decodeRequest(bytes: Uint8Array): Request {
  return decode(bytes, RequestMessage) as Request
}

/**
 * Reads a response frame. Bytes fields of the result are views on `bytes`.
 *
 * @throws FrameError when `bytes` are not a response
 */
export function decodeResponse(bytes: Uint8Array): Response {
  return decode(bytes, ResponseMessage) as Response
}

/** Writes a request frame. Throws when a number does not fit its field. */
export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter()
  writeFields(writer, RequestMessage, request)
  return writer.finish()
}

/** Writes a response frame. Throws when a number does not fit its field. */
export function encodeResponse(response: Response): Uint8Array<ArrayBuffer> {
  const { head, payload } = encodeResponseParts(response)
  if (payload.length === 0) return head
  const frame = new Uint8Array(head.length + payload.length)
  frame.set(head)
  frame.set(payload, head.length)
  return frame
}

/** `head` followed by `payload` is one response frame. */
export interface FrameParts {
  /** The frame up to its data: differs from client to client. */
  readonly head: Uint8Array<ArrayBuffer>
  /** The data that ends the frame: the same bytes for every client, never to be written to. Empty if it carries none. */
  readonly payload: Uint8Array
}

/** The field of a response that carries table data, which can be large and is the same for many clients. */
const payloads = new Map<ResponseCase, { field: string; number: number }>([
  ['ViewToArrow', { field: 'arrow', number: 1 }],
  ['ViewToColumnsString', { field: 'json_string', number: 1 }],
  ['ViewToRowsString', { field: 'json_string', number: 1 }],
  ['ViewToNdjsonString', { field: 'ndjson_string', number: 1 }],
  ['ViewToCSV', { field: 'csv', number: 1 }],
  ['ViewOnUpdate', { field: 'delta', number: 1 }],
  ['ViewOnRemove', { field: 'indices', number: 1 }],
])

/**
 * Writes a response frame in two parts, so that one delta or one answer goes to many clients without being copied
 * into each one's frame: only `head` is made anew, and a bytes payload is handed through as it is.
 *
 * @param utf8 encodes a text payload, which need not be a string if this takes what it is
 */
export function encodeResponseParts(response: Response, utf8: (text: string) => Uint8Array = encodeUtf8): FrameParts {
  const { msg_id, entity_id, client_resp } = response
  const tail = client_resp && tailOf(client_resp, utf8)
  if (tail === undefined) {
    return { head: write((writer) => writeFields(writer, ResponseMessage, response)), payload: NOTHING }
  }
  const head = write((writer) => {
    writeFields(writer, ResponseMessage, { msg_id, entity_id })
    writer.raw(tail.head)
  })
  return { head, payload: tail.payload }
}

/** All that follows the envelope, of bodies that end with data: many responses share such a body. */
const tails = new WeakMap<ResponseBody, FrameParts>()

/** The same of the features by their value, which never changes: the first thing every client asks for, and long. */
const features = new WeakMap<ResponseOf<'GetFeatures'>, FrameParts>()

function tailOf(body: ResponseBody, utf8: (text: string) => Uint8Array): FrameParts | undefined {
  if (body.case === 'GetFeatures') return featuresOf(body.value)
  const carrier = payloads.get(body.case)
  if (carrier === undefined) return
  const known = tails.get(body)
  if (known !== undefined) return known
  const data = (body.value as Values)[carrier.field]
  if (data === undefined) return
  const payload = data instanceof Uint8Array ? data : utf8(data as string)
  const { number, type } = ResponseMessage.fields.client_resp.cases[body.case]
  const bodyHead = write((writer) => {
    writeFields(writer, type, { ...body.value, [carrier.field]: undefined })
    // An absent delta and an empty one differ; other fields leave zero bytes out like every proto3 field.
    if (payload.length > 0 || body.case === 'ViewOnUpdate' || body.case === 'ViewOnRemove') {
      writer.tag(carrier.number, WireType.LengthDelimited).uint32(payload.length)
    }
  })
  const head = write((writer) => {
    writer
      .tag(number, WireType.LengthDelimited)
      .uint32(bodyHead.length + payload.length)
      .raw(bodyHead)
  })
  const tail = { head, payload }
  tails.set(body, tail)
  return tail
}

function featuresOf(value: ResponseOf<'GetFeatures'>): FrameParts {
  const known = features.get(value)
  if (known !== undefined) return known
  const { number, type } = ResponseMessage.fields.client_resp.cases.GetFeatures
  const payload = write((writer) => writeFields(writer, type, value))
  const head = write((writer) => writer.tag(number, WireType.LengthDelimited).uint32(payload.length))
  const tail = { head, payload }
  features.set(value, tail)
  return tail
}

/** Used again and again, since its buffer costs more than what is written to it. */
const scratch = new BinaryWriter()

function write(fill: (writer: BinaryWriter) => void): Uint8Array<ArrayBuffer> {
  try {
    fill(scratch)
  } catch (error) {
    scratch.finish()
    throw error
  }
  return scratch.finish()
}

const NOTHING = new Uint8Array(0)

function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return getTextEncoding().encodeUtf8(text)
}

function decode(bytes: Uint8Array, message: Message): object {
  const target: Values = {}
  try {
    // A Buffer's `slice` would not copy.
    readMessage(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), message, target)
    return target
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FrameError(`A frame of ${bytes.length} bytes is not a ${message.message}: ${reason}`, target, cause)
  }
}
