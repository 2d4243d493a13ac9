/** The six column types of the wire, spelled as Perspective spells them. */
export type ColumnType = 'string' | 'date' | 'datetime' | 'integer' | 'float' | 'boolean'

/**
 * How a column is held in memory. A column keeps the width it was loaded with; the wire sees only its `ColumnType`.
 *
 * | storage | array | unit |
 * |---|---|---|
 * | boolean | Uint8Array | 0 or 1 |
 * | int8 … uint32 | its own | the number |
 * | int64, uint64 | Float64Array, plus `fine` beyond 2^53 | the number |
 * | float32, float64 | its own | the number |
 * | date | Int32Array | days since 1970-01-01 |
 * | datetime | Float64Array | ms since the epoch, UTC |
 * | string | Int32Array | code in the column's dictionary |
 */
export type Storage =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'date'
  | 'datetime'
  | 'string'

/** The arrays a column's values may live in. */
export type DataArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

/** One cell outside of a column. A 64-bit integer beyond 2^53 is a bigint; a date is days, a datetime ms. */
export type Scalar = null | boolean | number | bigint | string

const ARRAYS = {
  boolean: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: Float64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: Float64Array,
  float32: Float32Array,
  float64: Float64Array,
  date: Int32Array,
  datetime: Float64Array,
  string: Int32Array,
} as const

const TYPES: Record<Storage, ColumnType> = {
  boolean: 'boolean',
  int8: 'integer',
  int16: 'integer',
  int32: 'integer',
  int64: 'integer',
  uint8: 'integer',
  uint16: 'integer',
  uint32: 'integer',
  uint64: 'integer',
  float32: 'float',
  float64: 'float',
  date: 'date',
  datetime: 'datetime',
  string: 'string',
}

const DEFAULT_STORAGE: Record<ColumnType, Storage> = {
  boolean: 'boolean',
  integer: 'int32',
  float: 'float64',
  date: 'date',
  datetime: 'datetime',
  string: 'string',
}

/** A zeroed array of `length` cells for a storage. */
export function allocate(storage: Storage, length: number): DataArray {
  return new ARRAYS[storage](length)
}

/** The wire's type of a storage. */
export function columnType(storage: Storage): ColumnType {
  return TYPES[storage]
}

/** The storage of a column declared by type alone (a schema, row JSON): int32 and float64, as the reference. */
export function defaultStorage(type: ColumnType): Storage {
  return DEFAULT_STORAGE[type]
}

/** True for the numeric storages, integers and floats; false for boolean, date, datetime, string. */
export function isNumeric(storage: Storage): boolean {
  const type = TYPES[storage]
  return type === 'integer' || type === 'float'
}

/** True for the two storages whose values may not fit a double exactly. */
export function isWide(storage: Storage): boolean {
  return storage === 'int64' || storage === 'uint64'
}

/** A named column of a table or a batch, before any data. */
export interface Field {
  readonly name: string
  readonly storage: Storage
}

/** The columns of a table, in order. */
export type Schema = readonly Field[]
