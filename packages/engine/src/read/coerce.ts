import { getBit } from '../columns/bitmap.js'
import { Column } from '../columns/column.js'
import { isNumeric, isWide, type Storage } from '../columns/storage.js'
import { TablecastError } from '../error.js'

/** Smallest and largest value of the integer storages; of 64 bits, those a double may have. */
const RANGES: Partial<Record<Storage, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
  int64: [-(2 ** 63), 2 ** 63 - 1024],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
  uint64: [0, 2 ** 64 - 2048],
}

/** Names of the storages in the reference's errors, where they differ. */
const NAMES: Partial<Record<Storage, string>> = { string: 'str', boolean: 'bool' }

/**
 * The cells of a column in another storage. Numbers convert to numbers, floats to integers by cutting off; nothing else
 * converts. Throws `invalid-data` with the reference's text, or when a number does not fit (the reference wraps it).
 */
export function coerceColumn(column: Column, storage: Storage, name: string): Column {
  const from = column.storage
  if (from === storage) return column
  if (!isNumeric(from)) {
    const expected = NAMES[storage] ?? storage
    throw new TablecastError(
      'invalid-data',
      `Could not fill column \`${name}\` with t_dtype: \`${expected}\`, array type: \`${NAMES[from] ?? from}\`\n`,
    )
  }
  if (!isNumeric(storage)) {
    throw new TablecastError(
      'invalid-data',
      `Could not fill arrow column \`${name}\` iteratively due to mismatched types.`,
    )
  }
  const { length, data } = column
  const out = new Column(storage, length)
  out.valid = column.valid
  const to = out.data
  const range = RANGES[storage]
  if (range === undefined) {
    for (let i = 0; i < length; i++) to[i] = data[i]!
    return out
  }
  const [low, high] = range
  for (let i = 0; i < length; i++) {
    const value = Math.trunc(data[i]!)
    if (!(value >= low && value <= high)) {
      if (column.valid !== null && !getBit(column.valid, i)) continue
      if (!fitsExactly(column, i, storage)) {
        throw new TablecastError(
          'invalid-data',
          `${String(column.get(i))} does not fit ${storage}, which goes from ${low} to ${high} (column "${name}", row ${i})`,
        )
      }
    }
    to[i] = value
  }
  if (column.fine !== null && isWide(storage)) out.fine = column.fine
  return out
}

/** Whether a 64-bit integer whose double is just beyond the range is within it. */
function fitsExactly(column: Column, row: number, storage: Storage): boolean {
  if (column.fine === null || !isWide(storage)) return false
  const exact = BigInt(column.data[row]!) + BigInt(column.fine[row]!)
  return storage === 'int64' ? BigInt.asIntN(64, exact) === exact : BigInt.asUintN(64, exact) === exact
}
