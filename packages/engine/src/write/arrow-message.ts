import { BodyCompression } from 'apache-arrow/fb/body-compression'
import { BodyCompressionMethod } from 'apache-arrow/fb/body-compression-method'
import { Bool } from 'apache-arrow/fb/bool'
import { Buffer } from 'apache-arrow/fb/buffer'
import { CompressionType } from 'apache-arrow/fb/compression-type'
import { Date as ArrowDate } from 'apache-arrow/fb/date'
import { DateUnit } from 'apache-arrow/fb/date-unit'
import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch'
import { DictionaryEncoding } from 'apache-arrow/fb/dictionary-encoding'
import { Field } from 'apache-arrow/fb/field'
import { FieldNode } from 'apache-arrow/fb/field-node'
import { FloatingPoint } from 'apache-arrow/fb/floating-point'
import { Int } from 'apache-arrow/fb/int'
import { Message } from 'apache-arrow/fb/message'
import { MessageHeader } from 'apache-arrow/fb/message-header'
import { MetadataVersion } from 'apache-arrow/fb/metadata-version'
import { Precision } from 'apache-arrow/fb/precision'
import { RecordBatch } from 'apache-arrow/fb/record-batch'
import { Schema } from 'apache-arrow/fb/schema'
import { TimeUnit } from 'apache-arrow/fb/time-unit'
import { Timestamp } from 'apache-arrow/fb/timestamp'
import { Type } from 'apache-arrow/fb/type'
import { Utf8 } from 'apache-arrow/fb/utf8'
import { Builder } from 'flatbuffers'
import type { CodecName } from '../codec/codec.js'
import type { Storage } from '../columns/storage.js'

/** The buffers of a record batch or a dictionary, one after the other. */
export interface Body {
  /** Rows and nulls per column. */
  readonly nodes: readonly { readonly length: number; readonly nulls: number }[]
  /** Start and length of each buffer in the body. */
  readonly buffers: readonly { readonly offset: number; readonly length: number }[]
  /** Bytes, padding included. */
  readonly length: number
}

/** The metadata of a Schema message; string columns get dictionaries 0, 1, 2… in column order. */
export function schemaMessage(names: readonly string[], storages: readonly Storage[]): Uint8Array {
  const builder = new Builder(1024)
  let dictionaries = 0
  const fields = names.map((name, at) => {
    const storage = storages[at]!
    return field(builder, name, storage, storage === 'string' ? dictionaries++ : -1)
  })
  const fieldsOffset = Schema.createFieldsVector(builder, fields)
  Schema.startSchema(builder)
  Schema.addFields(builder, fieldsOffset)
  return message(builder, MessageHeader.Schema, Schema.endSchema(builder), 0)
}

/** The metadata of the one RecordBatch message. */
export function batchMessage(rows: number, body: Body, compression: CodecName | null): Uint8Array {
  const builder = new Builder(1024)
  return message(builder, MessageHeader.RecordBatch, recordBatch(builder, rows, body, compression), body.length)
}

/** The metadata of a DictionaryBatch message. */
export function dictionaryMessage(id: number, size: number, body: Body, compression: CodecName | null): Uint8Array {
  const builder = new Builder(256)
  const data = recordBatch(builder, size, body, compression)
  DictionaryBatch.startDictionaryBatch(builder)
  DictionaryBatch.addId(builder, BigInt(id))
  DictionaryBatch.addData(builder, data)
  const header = DictionaryBatch.endDictionaryBatch(builder)
  return message(builder, MessageHeader.DictionaryBatch, header, body.length)
}

function message(builder: Builder, type: MessageHeader, header: number, bodyLength: number): Uint8Array {
  Message.startMessage(builder)
  Message.addVersion(builder, MetadataVersion.V5)
  Message.addHeaderType(builder, type)
  Message.addHeader(builder, header)
  Message.addBodyLength(builder, BigInt(bodyLength))
  builder.finish(Message.endMessage(builder))
  return builder.asUint8Array()
}

function recordBatch(builder: Builder, rows: number, body: Body, compression: CodecName | null): number {
  // Vectors of structs are built back to front.
  RecordBatch.startNodesVector(builder, body.nodes.length)
  for (let i = body.nodes.length - 1; i >= 0; i--) {
    const { length, nulls } = body.nodes[i]!
    FieldNode.createFieldNode(builder, BigInt(length), BigInt(nulls))
  }
  const nodes = builder.endVector()
  RecordBatch.startBuffersVector(builder, body.buffers.length)
  for (let i = body.buffers.length - 1; i >= 0; i--) {
    const { offset, length } = body.buffers[i]!
    Buffer.createBuffer(builder, BigInt(offset), BigInt(length))
  }
  const buffers = builder.endVector()
  const codec = compression === 'lz4' ? CompressionType.LZ4_FRAME : CompressionType.ZSTD
  const compressed =
    compression === null ? 0 : BodyCompression.createBodyCompression(builder, codec, BodyCompressionMethod.BUFFER)
  RecordBatch.startRecordBatch(builder)
  RecordBatch.addLength(builder, BigInt(rows))
  RecordBatch.addNodes(builder, nodes)
  RecordBatch.addBuffers(builder, buffers)
  if (compressed !== 0) RecordBatch.addCompression(builder, compressed)
  return RecordBatch.endRecordBatch(builder)
}

function field(builder: Builder, name: string, storage: Storage, dictionaryId: number): number {
  const nameOffset = builder.createString(name)
  const [typeType, type] = fieldType(builder, storage)
  // Arrow's C++ reader insists on a children vector, even an empty one.
  const children = Field.createChildrenVector(builder, [])
  const dictionary = dictionaryId < 0 ? 0 : dictionaryEncoding(builder, dictionaryId)
  Field.startField(builder)
  Field.addName(builder, nameOffset)
  Field.addNullable(builder, true)
  Field.addTypeType(builder, typeType)
  Field.addType(builder, type)
  Field.addChildren(builder, children)
  if (dictionary !== 0) Field.addDictionary(builder, dictionary)
  return Field.endField(builder)
}

function dictionaryEncoding(builder: Builder, id: number): number {
  const indexType = Int.createInt(builder, 32, true)
  DictionaryEncoding.startDictionaryEncoding(builder)
  DictionaryEncoding.addId(builder, BigInt(id))
  DictionaryEncoding.addIndexType(builder, indexType)
  return DictionaryEncoding.endDictionaryEncoding(builder)
}

function fieldType(builder: Builder, storage: Storage): [Type, number] {
  switch (storage) {
    case 'boolean':
      Bool.startBool(builder)
      return [Type.Bool, Bool.endBool(builder)]
    case 'int8':
      return [Type.Int, Int.createInt(builder, 8, true)]
    case 'int16':
      return [Type.Int, Int.createInt(builder, 16, true)]
    case 'int32':
      return [Type.Int, Int.createInt(builder, 32, true)]
    case 'int64':
      return [Type.Int, Int.createInt(builder, 64, true)]
    case 'uint8':
      return [Type.Int, Int.createInt(builder, 8, false)]
    case 'uint16':
      return [Type.Int, Int.createInt(builder, 16, false)]
    case 'uint32':
      return [Type.Int, Int.createInt(builder, 32, false)]
    case 'uint64':
      return [Type.Int, Int.createInt(builder, 64, false)]
    case 'float32':
      return [Type.FloatingPoint, FloatingPoint.createFloatingPoint(builder, Precision.SINGLE)]
    case 'float64':
      return [Type.FloatingPoint, FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE)]
    case 'date':
      return [Type.Date, ArrowDate.createDate(builder, DateUnit.DAY)]
    case 'datetime':
      return [Type.Timestamp, Timestamp.createTimestamp(builder, TimeUnit.MILLISECOND, 0)]
    case 'string':
      Utf8.startUtf8(builder)
      return [Type.Utf8, Utf8.endUtf8(builder)]
  }
}
