import { TablecastError } from '@tablecast/engine/error'
import type { Data, RecordBatch } from 'apache-arrow'
import type { TypedArrayColumn } from './types.js'

/** Columns by position, as `View.with_typed_arrays` hands them to its callback. */
export interface TypedArrays {
  readonly names: string[]
  readonly values: TypedArrayColumn[]
  readonly validities: (Uint8Array | null)[]
  readonly dictionaries: (string[] | null)[]
}

/** Milliseconds. */
const DAY = 86_400_000

/** Reads the first record batch of an uncompressed Arrow stream. The arrays may be views on `bytes`. */
export async function readTypedArrays(bytes: Uint8Array, float32: boolean): Promise<TypedArrays> {
  const arrow = await loadArrow()
  const batch: RecordBatch | undefined = arrow.RecordBatchReader.from(bytes).next().value
  if (!batch) throw new TablecastError('invalid-data', 'Arrow IPC contained no record batches')
  const result: TypedArrays = { names: [], values: [], validities: [], dictionaries: [] }
  batch.schema.fields.forEach(({ name }, i) => {
    const data = batch.data.children[i]!
    const validity = data.nullCount > 0 ? data.nullBitmap.subarray(0, Math.ceil(data.length / 8)) : null
    result.names.push(name)
    result.values.push(zeroNulls(readColumn(arrow, name, data, float32), validity))
    result.validities.push(validity)
    result.dictionaries.push(data.dictionary ? [...data.dictionary] : null)
  })
  return result
}

/**
 * Loaded on demand, and without the library's writers: few callers want typed arrays, and the reader is twice the size
 * of the client.
 */
async function loadArrow() {
  const [{ RecordBatchReader }, { DataType }, { DateUnit, Precision, TimeUnit }] = await Promise.all([
    import('apache-arrow/ipc/reader'),
    import('apache-arrow/type'),
    import('apache-arrow/enum'),
  ])
  return { RecordBatchReader, DataType, DateUnit, Precision, TimeUnit }
}

function readColumn(
  { DataType, DateUnit, Precision, TimeUnit }: Awaited<ReturnType<typeof loadArrow>>,
  name: string,
  { type, values, length }: Data,
  float32: boolean,
): TypedArrayColumn {
  if (DataType.isDictionary(type) && DataType.isUtf8(type.dictionary) && values instanceof Int32Array) return values
  if (DataType.isInt(type)) {
    if (type.bitWidth === 64) return numbers(values as BigInt64Array, float32)
    return type.bitWidth === 32 ? (values as Int32Array | Uint32Array) : Int32Array.from(values as Int8Array)
  }
  if (DataType.isFloat(type) && type.precision === Precision.DOUBLE) {
    return float32 ? Float32Array.from(values as Float64Array) : (values as Float64Array)
  }
  if (DataType.isFloat(type) && type.precision === Precision.SINGLE) return values as Float32Array
  if (DataType.isBool(type)) return Int32Array.from({ length }, (_, i) => (values[i >> 3]! >> (i & 7)) & 1)
  if (DataType.isDate(type) && type.unit === DateUnit.DAY) {
    return Float64Array.from(values as Int32Array, (day) => day * DAY)
  }
  if (DataType.isTimestamp(type) && type.unit === TimeUnit.MILLISECOND) return numbers(values as BigInt64Array, false)
  throw new TablecastError('not-supported', `Unsupported type for typed array: ${type} of column "${name}"`)
}

function numbers(wide: BigInt64Array, float32: boolean): Float32Array | Float64Array {
  return float32 ? Float32Array.from(wide, Number) : Float64Array.from(wide, Number)
}

/** What lies under a null is anyone's guess; callers that do not look at the validity shall see zeros. */
function zeroNulls<T extends TypedArrayColumn>(values: T, validity: Uint8Array | null): T {
  if (validity === null) return values
  const zeroed = values.slice() as T
  for (let i = 0; i < zeroed.length; i++) {
    if (((validity[i >> 3]! >> (i & 7)) & 1) === 0) zeroed[i] = 0
  }
  return zeroed
}
