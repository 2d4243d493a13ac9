import { clearBit, createBitmap } from '../../columns/bitmap.js'
import { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import { decodeUtf8, encodeUtf8 } from '../../columns/utf8.js'
import { TablecastError } from '../../error.js'
import { ByteInterner } from '../byte-interner.js'
import { ADDRESS, type Read, type Target } from '../cell-table.js'
import { CsvCells } from './csv-cells.js'
import * as values from './csv-values.js'

const SAFE = Number.MAX_SAFE_INTEGER

/** What may be in a column; a new table's column is the first of these that takes all its cells. */
interface Kind {
  readonly storage: Storage
  /** Name in the reference's errors. */
  readonly name: string
  readonly parse: (bytes: Uint8Array, from: number, to: number) => number
  /** Smallest and largest value. */
  readonly range?: readonly [number, number]
}

const INT64: Kind = { storage: 'int64', name: 'int64', parse: values.integerCell, range: [-(2 ** 63), 2 ** 63] }
const BOOLEAN: Kind = { storage: 'boolean', name: 'bool', parse: values.booleanCell }
const DATE: Kind = { storage: 'date', name: 'date64[ms]', parse: values.dateCell }
const DATETIME: Kind = { storage: 'datetime', name: 'timestamp[ms]', parse: values.datetimeCell }
const FLOAT: Kind = { storage: 'float64', name: 'double', parse: values.floatCell }
/** A time of day becomes its seconds, as in the reference. */
const CLOCK: Kind = { storage: 'uint32', name: 'time32[s]', parse: values.clockCell }

const INFERRED: readonly Kind[] = [INT64, BOOLEAN, DATE, CLOCK, DATETIME, FLOAT]

function integerKind(storage: Storage, low: number, high: number): Kind {
  return { storage, name: storage, parse: values.integerCell, range: [low, high] }
}

/** How the cells of an existing table's column are read; strings are not in it. */
const FIXED: Partial<Record<Storage, Kind>> = {
  boolean: BOOLEAN,
  int8: integerKind('int8', -128, 127),
  int16: integerKind('int16', -32_768, 32_767),
  int32: integerKind('int32', -2_147_483_648, 2_147_483_647),
  int64: INT64,
  uint8: integerKind('uint8', 0, 255),
  uint16: integerKind('uint16', 0, 65_535),
  uint32: integerKind('uint32', 0, 4_294_967_295),
  uint64: integerKind('uint64', 0, 2 ** 64),
  float32: { ...FLOAT, storage: 'float32', name: 'float' },
  float64: FLOAT,
  date: DATE,
  // Only here a number is a time, in ms.
  datetime: { ...DATETIME, parse: msOrDatetime },
}

/**
 * Reads CSV with a header. Columns of a new table take the narrowest type that fits all their cells; those of an existing
 * table must fit its types. `__INDEX__` is passed over, as in the reference.
 */
export function readCsv(text: string, target: Target): Read {
  const cells = new CsvCells(encodeUtf8(text))
  const { rows } = cells
  const { schema } = target
  const storages = schema === null ? null : new Map(schema.map((field) => [field.name, field.storage]))
  const names: string[] = []
  const columns: Column[] = []
  uniqueNames(cells.names).forEach((name, at) => {
    if (name === ADDRESS || (storages !== null && !storages.has(name))) return
    names.push(name)
    columns.push(storages === null ? inferred(cells, at) : fixed(cells, at, storages.get(name)!))
  })
  // As in a new table of JSON: a null clears nothing. In an update it does.
  const keeps = schema === null && target.index !== null
  const given = columns.map((column) => (keeps ? (column.valid?.slice() ?? null) : null))
  return {
    schema: schema ?? names.map((name, at) => ({ name, storage: columns[at]!.storage })),
    batch: { names, columns, length: rows, given, address: null },
  }
}

function uniqueNames(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.map((name) => {
    let unique = name
    while (seen.has(unique)) unique += '*'
    seen.add(unique)
    return unique
  })
}

function inferred(cells: CsvCells, at: number): Column {
  if (cells.rows === 0) return new Column('string')
  for (const kind of INFERRED) {
    const column = numbers(cells, at, kind)
    if (typeof column === 'number') continue
    // Nulls alone fit the first kind; such a column is of strings.
    return column.valid !== null && isAllNull(column) ? nullStrings(column) : column
  }
  return strings(cells, at)
}

function fixed(cells: CsvCells, at: number, storage: Storage): Column {
  const kind = FIXED[storage]
  if (kind === undefined) return strings(cells, at)
  const column = numbers(cells, at, kind)
  if (typeof column !== 'number') return column
  const text = cells.at(column, at)
  if (storage === 'datetime' && !/^\s*[+-]?\d/.test(text)) {
    throw new TablecastError('invalid-data', `stoll: no conversion (CSV column #${at}, row #${column + 2}: '${text}')`)
  }
  const shown = storage === 'boolean' || storage === 'datetime' ? text : text.trim()
  throw new TablecastError(
    'invalid-data',
    `Invalid: In CSV column #${at}: Row #${column + 2}: CSV conversion error to ${kind.name}: invalid value '${shown}'`,
  )
}

/** The column when every cell is of the kind or null, else the first row that is not. */
function numbers(cells: CsvCells, at: number, kind: Kind): Column | number {
  const { rows, columns: stride, starts, ends, bytes } = cells
  const { parse, range } = kind
  // Most kinds that are tried do not even fit the first cell: it is looked at before there is a column to fill.
  if (rows > 0 && starts[at]! >= 0) {
    const first = parse(bytes, starts[at]!, ends[at]!)
    if (Number.isNaN(first) && !values.isNullCell(bytes, starts[at]!, ends[at]!)) return 0
  }
  const column = new Column(kind.storage, rows)
  const { data } = column
  let valid: Uint8Array | null = null
  for (let row = 0, index = at; row < rows; row++, index += stride) {
    let from = starts[index]!
    let to = ends[index]!
    let source = bytes
    if (from < 0) {
      source = cells.unquoted(-1 - from, to)
      from = 0
      to = source.length
    }
    const value = parse(source, from, to)
    // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself
    if (value !== value) {
      if (!values.isNullCell(source, from, to)) return row
      valid ??= createBitmap(rows, true)
      clearBit(valid, row)
    } else {
      data[row] = value
      if (range === undefined) continue
      if (value < range[0] || value > range[1]) return row
      if ((value > SAFE || value < -SAFE) && !putExact(column, row, decodeUtf8(source, from, to))) return row
    }
  }
  column.valid = valid
  return column
}

/** Keeps what a double lacks of a 64-bit integer; false when it has more than 64 bits. */
function putExact(column: Column, row: number, text: string): boolean {
  const exact = values.exactInteger(text)
  const unsigned = column.storage === 'uint64'
  if ((unsigned ? BigInt.asUintN(64, exact) : BigInt.asIntN(64, exact)) !== exact) return false
  column.fine ??= new Int16Array(column.data.length)
  column.fine[row] = Number(exact - BigInt(column.data[row]!))
  return true
}

function strings(cells: CsvCells, at: number): Column {
  const { rows, columns: stride, starts, ends, bytes } = cells
  const interner = new ByteInterner()
  const codes = new Int32Array(rows)
  for (let row = 0, index = at; row < rows; row++, index += stride) {
    const from = starts[index]!
    const to = ends[index]!
    if (from >= 0) {
      codes[row] = interner.code(bytes, from, to)
    } else {
      const content = cells.unquoted(-1 - from, to)
      codes[row] = interner.code(content, 0, content.length)
    }
  }
  return Column.from('string', codes, null, interner.dictionary)
}

function isAllNull(column: Column): boolean {
  for (let row = 0; row < column.length; row++) if (column.isValid(row)) return false
  return true
}

function nullStrings(column: Column): Column {
  return Column.from('string', new Int32Array(column.length), column.valid)
}

function msOrDatetime(bytes: Uint8Array, from: number, to: number): number {
  const ms = values.integerCell(bytes, from, to)
  return Number.isNaN(ms) ? values.datetimeCell(bytes, from, to) : ms
}
