import { Date as MetaDate } from 'apache-arrow/fb/date'
import { DateUnit } from 'apache-arrow/fb/date-unit'
import { Decimal } from 'apache-arrow/fb/decimal'
import { Endianness } from 'apache-arrow/fb/endianness'
import type { Field as MetaField } from 'apache-arrow/fb/field'
import { FloatingPoint } from 'apache-arrow/fb/floating-point'
import { Int } from 'apache-arrow/fb/int'
import { Precision } from 'apache-arrow/fb/precision'
import type { Schema as MetaSchema } from 'apache-arrow/fb/schema'
import { Time } from 'apache-arrow/fb/time'
import { TimeUnit } from 'apache-arrow/fb/time-unit'
import { Timestamp } from 'apache-arrow/fb/timestamp'
import { Type } from 'apache-arrow/fb/type'
import type { Storage } from '../../columns/storage.js'
import { TablecastError } from '../../error.js'

/** Arrow integers by width and sign. */
export type IntegerStorage = 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64'

/** The Arrow types that are read. */
export type ArrowType =
  | { readonly kind: 'integer'; readonly storage: IntegerStorage }
  | { readonly kind: 'float'; readonly storage: 'float32' | 'float64' }
  | { readonly kind: 'boolean' | 'null' | 'struct' }
  | { readonly kind: 'text' | 'list'; readonly large: boolean }
  | { readonly kind: 'decimal'; readonly bytes: number; readonly scale: number }
  /** `divisor`: units per millisecond; below 1 for seconds. */
  | { readonly kind: 'timestamp'; readonly divisor: number }
  | { readonly kind: 'date'; readonly unit: 'day' | 'ms' }
  /** Time of day in 32 bits, which is read as the number. */
  | { readonly kind: 'time' }

export interface ArrowField {
  readonly name: string
  readonly type: ArrowType
  readonly children: readonly ArrowField[]
  /** The type of the codes when the values are in a dictionary. */
  readonly dictionary: { readonly id: number; readonly codes: IntegerStorage } | null
}

const MAX_DEPTH = 64
const UNITS_PER_MS: Record<TimeUnit, number> = {
  [TimeUnit.SECOND]: 0.001,
  [TimeUnit.MILLISECOND]: 1,
  [TimeUnit.MICROSECOND]: 1e3,
  [TimeUnit.NANOSECOND]: 1e6,
}

/** Names of Arrow's C++ library, which the reference shows, for the types that are not read. */
const REFUSED: Partial<Record<Type, string>> = {
  [Type.Interval]: 'interval',
  [Type.Union]: 'union',
  [Type.FixedSizeBinary]: 'fixed_size_binary',
  [Type.FixedSizeList]: 'fixed_size_list',
  [Type.Map]: 'map',
  [Type.Duration]: 'duration',
  [Type.LargeBinary]: 'large_binary',
  [Type.RunEndEncoded]: 'run_end_encoded',
  [Type.BinaryView]: 'binary_view',
  [Type.Utf8View]: 'utf8_view',
  [Type.ListView]: 'list_view',
  [Type.LargeListView]: 'large_list_view',
}

/**
 * The fields of a schema. `size` is that of its message: no schema has more fields than bytes, whatever its lengths say.
 * Throws for types that are not read, with the reference's text.
 */
export function readFields(schema: MetaSchema, size: number): ArrowField[] {
  if (schema.endianness() !== Endianness.Little) throw malformed('it is big-endian')
  let left = size >> 3
  const length = schema.fieldsLength()
  const read = (field: MetaField | null, depth: number): ArrowField => {
    if (field === null || depth > MAX_DEPTH || --left < 0)
      throw malformed('its schema does not hold the fields it names')
    const count = field.childrenLength()
    if (count > left) throw malformed('its schema does not hold the fields it names')
    const name = field.name() ?? ''
    const encoding = field.dictionary()
    const type = readType(field)
    if (encoding !== null && type.kind !== 'text') {
      throw new TablecastError(
        'invalid-data',
        `Could not load arrow column of type \`dictionary\`: column "${name}" has ${type.kind} values, only strings may be in a dictionary\n`,
      )
    }
    const children = Array.from({ length: count }, (_, at) => read(field.children(at), depth + 1))
    if (type.kind === 'list' && count !== 1)
      throw malformed(`list column "${name}" has ${count} children instead of one`)
    const indexType = encoding?.indexType() ?? null
    const codes = indexType === null ? 'int32' : integerStorage(indexType)
    return { name, type, children, dictionary: encoding === null ? null : { id: Number(encoding.id()), codes } }
  }
  if (length > left) throw malformed('its schema does not hold the fields it names')
  return Array.from({ length }, (_, at) => read(schema.fields(at), 0))
}

/** The storage of a column of this type that is nothing nested. */
export function storageOf({ type }: ArrowField): Storage {
  switch (type.kind) {
    case 'integer':
    case 'float':
      return type.storage
    case 'boolean':
      return 'boolean'
    case 'decimal':
      return 'float64'
    case 'timestamp':
      return 'datetime'
    case 'date':
      return 'date'
    case 'time':
      return 'uint32'
    default:
      return 'string'
  }
}

export function malformed(why: string): TablecastError {
  return new TablecastError('invalid-data', `Failed to read stream record batch: Invalid: ${why}\n`)
}

function readType(field: MetaField): ArrowType {
  const type = field.typeType()
  switch (type) {
    case Type.Null:
      return { kind: 'null' }
    case Type.Bool:
      return { kind: 'boolean' }
    case Type.Int:
      return { kind: 'integer', storage: integerStorage(typeOf(field, new Int())) }
    case Type.FloatingPoint: {
      const precision = typeOf(field, new FloatingPoint()).precision()
      if (precision === Precision.HALF) throw refused('halffloat')
      return { kind: 'float', storage: precision === Precision.SINGLE ? 'float32' : 'float64' }
    }
    case Type.Utf8:
    case Type.Binary:
      return { kind: 'text', large: false }
    case Type.LargeUtf8:
      return { kind: 'text', large: true }
    case Type.Decimal: {
      const decimal = typeOf(field, new Decimal())
      const bits = decimal.bitWidth()
      if (bits !== 32 && bits !== 64 && bits !== 128 && bits !== 256) throw refused(`decimal${bits}`)
      return { kind: 'decimal', bytes: bits / 8, scale: decimal.scale() }
    }
    case Type.Date: {
      const unit = typeOf(field, new MetaDate()).unit()
      return { kind: 'date', unit: unit === DateUnit.DAY ? 'day' : 'ms' }
    }
    case Type.Time:
      return readTime(typeOf(field, new Time()))
    case Type.Timestamp: {
      const unit: TimeUnit = typeOf(field, new Timestamp()).unit()
      const divisor: number | undefined = UNITS_PER_MS[unit]
      if (divisor === undefined) throw malformed(`timestamp column "${field.name()}" has no known unit`)
      return { kind: 'timestamp', divisor }
    }
    case Type.List:
      return { kind: 'list', large: false }
    case Type.LargeList:
      return { kind: 'list', large: true }
    case Type.Struct_:
      return { kind: 'struct' }
    default:
      throw refused(REFUSED[type] ?? String(type))
  }
}

function readTime(time: Time): ArrowType {
  if (time.bitWidth() === 32) return { kind: 'time' }
  const unit = time.unit() === TimeUnit.NANOSECOND ? 'ns' : 'us'
  throw new TablecastError('invalid-data', `Could not load Arrow column of type \`time64[${unit}]\`.\n`)
}

function integerStorage(type: Int): IntegerStorage {
  const bits = type.bitWidth()
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw malformed(`an integer has ${bits} bits`)
  return `${type.isSigned() ? 'int' : 'uint'}${bits}`
}

/** The parameters of a field's type, read into `empty`. */
function typeOf<T>(field: MetaField, empty: T): T {
  const type: T | null = field.type(empty)
  if (type === null) throw malformed('a field has no type')
  return type
}

function refused(type: string): TablecastError {
  return new TablecastError('invalid-data', `Could not load arrow column of type \`${type}\`\n`)
}
