import type { ArrowColumn, ColumnType, Data, Json } from '../case.js'
import type { Random } from '../random.js'

export interface Column {
  name: string
  type: ColumnType
}

/** A cell before it is written in some format: dates are days, datetimes milliseconds since 1970. */
export type Value = null | boolean | number | string
/** Only the columns that the row has. */
export type Row = Map<string, Value>

const ordinary: Record<ColumnType, readonly Value[]> = {
  integer: [0, 1, 1, 2, 2, 3, 5, 7, -1, -1, -4, 10, 100],
  float: [0, 0.5, 0.5, 1.5, 2, -0.25, -1.5, 3.125, -8, 12.75, 100.5],
  string: ['a', 'a', 'b', 'b', 'c', 'd', 'A', 'ab', 'abc', 'b c', 'zebra', ''],
  boolean: [true, false],
  date: [0, 1, 19723, 19723, 19724, 19754, 11016, 18262],
  datetime: [0, 1000, 1704067200000, 1704067200000, 1704067201000, 1704153600123, 951782400000],
}

const edges: Record<ColumnType, readonly Value[]> = {
  integer: [2147483647, -2147483647, 65536, -32769, 0],
  float: [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1, 1e21, 1e-7, 1e10, 123456.789],
  string: [
    '',
    ' ',
    'é',
    '日本',
    '😀',
    'x"y',
    'x,y',
    'p|q',
    'two\nlines',
    'null',
    '1',
    'true',
    '2024-01-01',
    "it's",
    'a\\b',
  ],
  boolean: [true, false],
  date: [-1, -25567, 24855, 47541, -141428],
  datetime: [-1, 1, 2147483648000, -2208988800000, 1704067199999],
}

/** Floats whose sums depend on their order, or that make sums say nothing. */
const inexact = new Set<Value>([0.1, 1e21, 1e-7, 1e10, 123456.789, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])

export function randomValue(random: Random, type: ColumnType, exact = false): Value {
  return random.roll('null') ? null : presentValue(random, type, exact)
}

/** A value that is not null; `finite`: not in JSON either. */
export function presentValue(random: Random, type: ColumnType, exact = false, finite = false): Value {
  const value = random.pick(random.roll('edge') ? edges[type] : ordinary[type])
  if (finite && typeof value === 'number' && !Number.isFinite(value)) return 1.5
  // Between zeros of both signs the order of a sort depends on how the rows came.
  return exact && type === 'float' && (inexact.has(value) || Object.is(value, -0)) ? 0.5 : value
}

const iso = (ms: number) => new Date(ms).toISOString()

/** The text form of a date or datetime. */
export const timeText = (type: 'date' | 'datetime', value: number) =>
  type === 'date' ? iso(value * 86400000).slice(0, 10) : iso(value).slice(0, -1).replace('T', ' ')

function numberText(type: ColumnType, value: number): string {
  if (!Number.isFinite(value)) return 'null'
  const text = Object.is(value, -0) ? '-0' : String(value)
  return type === 'float' && /^-?\d+$/.test(text) ? `${text}.0` : text
}

/**
 * A cell as a JSON literal. `inferred`: it says its type, so times are text; numbers beside them make the real engine read
 * the text as far as it looks like a number (docs/differences.md).
 */
export function jsonCell(random: Random, type: ColumnType, value: Value, inferred = false): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (type === 'date' || type === 'datetime') {
    if (!inferred && random.roll('coerced')) return String(type === 'date' ? value * 86400000 : value)
    return JSON.stringify(timeText(type, value))
  }
  const text = numberText(type, value)
  return random.roll('coerced') && text !== 'null' ? JSON.stringify(text) : text
}

function csvCell(type: ColumnType, value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string')
    return /[",\n]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value
  if (typeof value === 'boolean') return String(value)
  if (type === 'date' || type === 'datetime') return timeText(type, value)
  return numberText(type, value)
}

const arrowTypesOf: Record<ColumnType, Record<string, number>> = {
  integer: { int32: 8, int8: 1, int16: 1, int64: 2, uint8: 1, uint16: 1, uint32: 1, uint64: 1 },
  float: { float64: 6, float32: 1 },
  string: { dictionary: 4, utf8: 4, large_utf8: 1 },
  boolean: { bool: 1 },
  date: { date32: 4, date64: 1 },
  datetime: { timestamp_ms: 6, timestamp_s: 1, timestamp_us: 1, timestamp_ns: 1, timestamp_zone: 1 },
}

const timesPerMs: Record<string, number> = { timestamp_us: 1000, timestamp_ns: 1000000 }

function arrowCell(type: string, value: Value): Json {
  if (value === null || typeof value !== 'number') return value
  if (type === 'date64') return value * 86400000
  if (type === 'timestamp_s') return value / 1000
  if (type.startsWith('timestamp')) return String(BigInt(value) * BigInt(timesPerMs[type] ?? 1))
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value)
}

/** Arrow columns of a random width that holds the values. */
function arrowColumn(random: Random, column: Column, cells: Value[]): ArrowColumn {
  const fits = (name: string) =>
    cells.every((cell) => {
      if (name === 'timestamp_s') return typeof cell !== 'number' || cell % 1000 === 0
      if (typeof cell !== 'number' || column.type !== 'integer') return true
      const bits = Number(name.replace(/\D+/, ''))
      return name.startsWith('u') ? cell >= 0 && cell < 2 ** bits : Math.abs(cell) < 2 ** (bits - 1)
    })
  const choices = Object.fromEntries(Object.entries(arrowTypesOf[column.type]).filter(([name]) => fits(name)))
  const type = random.weighted(choices)
  return { name: column.name, type, values: cells.map((cell) => arrowCell(type, cell)) }
}

export type TextFormat = 'json' | 'columns' | 'ndjson' | 'csv' | 'arrow'

export function randomFormat(random: Random): TextFormat {
  return random.weighted({ json: 5, columns: 2, ndjson: 1, csv: 2, arrow: 3 })
}

const rowText = (random: Random, columns: Column[], row: Row, inferred: boolean) =>
  `{${columns
    .filter((column) => row.has(column.name))
    .map((column) => `${JSON.stringify(column.name)}:${jsonCell(random, column.type, row.get(column.name)!, inferred)}`)
    .join(',')}}`

/**
 * Writes rows in a format. Formats with one shape for all rows take a column that any row has, null where one lacks it.
 * `inferred`: the data is to make a table, which takes its types from it.
 */
export function writeRows(random: Random, format: TextFormat, columns: Column[], rows: Row[], inferred = false): Data {
  if (format === 'json' || format === 'ndjson')
    return { format, rows: rows.map((row) => rowText(random, columns, row, inferred)) }
  const present = columns.filter((column) => rows.some((row) => row.has(column.name)))
  const cells = (column: Column) => rows.map((row) => row.get(column.name) ?? null)
  switch (format) {
    case 'columns':
      return {
        format,
        columns: present.map((column) => [
          column.name,
          cells(column).map((cell) => jsonCell(random, column.type, cell, inferred)),
        ]),
      }
    case 'csv':
      return {
        format,
        header: present.map((column) => csvCell('string', column.name)).join(','),
        rows: rows.map((row) => present.map((column) => csvCell(column.type, row.get(column.name) ?? null)).join(',')),
      }
    case 'arrow':
      return {
        format,
        columns: present.map((column) => arrowColumn(random, column, cells(column))),
        ...(random.chance(0.15) && { batches: 2 }),
        ...(random.chance(0.1) && { file: true }),
      }
  }
}
