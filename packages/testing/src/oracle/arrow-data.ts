import {
  Bool,
  BufferType,
  Data,
  type DataType,
  DateDay,
  DateMillisecond,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimeMillisecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  tableToIPC,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  Vector,
} from 'apache-arrow'
import type { ArrowColumn, Json } from './case.js'

type NumberArray = new (
  length: number,
) => Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array
type BigArray = new (length: number) => BigInt64Array | BigUint64Array

const numbers: Record<string, [DataType, NumberArray]> = {
  int8: [new Int8(), Int8Array],
  int16: [new Int16(), Int16Array],
  int32: [new Int32(), Int32Array],
  uint8: [new Uint8(), Uint8Array],
  uint16: [new Uint16(), Uint16Array],
  uint32: [new Uint32(), Uint32Array],
  float32: [new Float32(), Float32Array],
  float64: [new Float64(), Float64Array],
  date32: [new DateDay(), Int32Array],
  time32: [new TimeMillisecond(), Int32Array],
}

const bigs: Record<string, [DataType, BigArray]> = {
  int64: [new Int64(), BigInt64Array],
  uint64: [new Uint64(), BigUint64Array],
  date64: [new DateMillisecond(), BigInt64Array],
  timestamp_s: [new TimestampSecond(), BigInt64Array],
  timestamp_ms: [new TimestampMillisecond(), BigInt64Array],
  timestamp_us: [new TimestampMicrosecond(), BigInt64Array],
  timestamp_ns: [new TimestampNanosecond(), BigInt64Array],
  timestamp_zone: [new TimestampMillisecond('America/New_York'), BigInt64Array],
}

const encoder = new TextEncoder()

function bits(flags: boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(flags.length / 64) * 8)
  flags.forEach((flag, i) => {
    if (flag) bytes[i >> 3]! |= 1 << (i & 7)
  })
  return bytes
}

/** A column from its buffers. */
function column(
  type: DataType,
  cells: Json[],
  values: ArrayBufferView,
  offsets?: ArrayBufferView,
  words?: Vector,
): Data {
  const nulls = cells.filter((cell) => cell === null).length
  const buffers = {
    [BufferType.DATA]: values,
    ...(offsets && { [BufferType.OFFSET]: offsets }),
    ...(nulls && { [BufferType.VALIDITY]: bits(cells.map((cell) => cell !== null)) }),
  }
  return new Data(type, 0, cells.length, nulls, buffers, [], words)
}

function texts(cells: Json[], large: boolean): Data {
  const parts = cells.map((cell) => encoder.encode(cell === null ? '' : String(cell)))
  const ends = [0]
  for (const part of parts) ends.push(ends[ends.length - 1]! + part.length)
  const values = new Uint8Array(ends[ends.length - 1]!)
  parts.forEach((part, i) => {
    values.set(part, ends[i])
  })
  return large
    ? column(new LargeUtf8(), cells, values, BigInt64Array.from(ends, BigInt))
    : column(new Utf8(), cells, values, Int32Array.from(ends))
}

function dictionary(cells: Json[]): Data {
  const words = [...new Set(cells.filter((cell) => cell !== null))]
  const codes = Int32Array.from(cells, (cell) => (cell === null ? 0 : words.indexOf(cell)))
  return column(new Dictionary(new Utf8(), new Int32()), cells, codes, undefined, new Vector([texts(words, false)]))
}

function columnData(type: string, cells: Json[]): Data {
  const number = numbers[type]
  if (number) {
    const values = new number[1](cells.length)
    cells.forEach((cell, i) => {
      values[i] = Number(cell)
    })
    return column(number[0], cells, values)
  }
  const big = bigs[type]
  if (big) {
    const values = new big[1](cells.length)
    cells.forEach((cell, i) => {
      values[i] = BigInt(String(cell ?? 0))
    })
    return column(big[0], cells, values)
  }
  switch (type) {
    case 'bool':
      return column(new Bool(), cells, bits(cells.map((cell) => cell === true)))
    case 'utf8':
      return texts(cells, false)
    case 'large_utf8':
      return texts(cells, true)
    case 'dictionary':
      return dictionary(cells)
    default:
      throw new Error(`unknown Arrow type ${type}`)
  }
}

/** Encodes columns as an Arrow stream or file, the rows spread evenly over the batches. */
export function encodeArrow(columns: ArrowColumn[], batches = 1, file = false): Uint8Array {
  const rows = Math.max(0, ...columns.map((column) => column.values.length))
  const size = Math.max(1, Math.ceil(rows / batches))
  const starts = Array.from({ length: Math.max(1, Math.ceil(rows / size)) }, (_, i) => i * size)
  const whole = columns.map((column) => columnData(column.type, column.values))
  const schema = new Schema(columns.map((column, i) => new Field(column.name, whole[i]!.type, true)))
  const parts = starts.map((start) => {
    const length = Math.min(size, rows - start)
    const children = whole.map((data) => data.slice(start, length))
    return new RecordBatch(schema, new Data(new Struct(schema.fields), 0, length, 0, {}, children))
  })
  return tableToIPC(new Table(schema, parts), file ? 'file' : 'stream')
}
