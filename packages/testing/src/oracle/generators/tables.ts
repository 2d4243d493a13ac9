import type { ColumnType, Data, Step } from '../case.js'
import type { Random } from '../random.js'
import {
  type Column,
  presentValue,
  type Row,
  randomFormat,
  randomValue,
  type TextFormat,
  type Value,
  writeRows,
} from './values.js'

/** A table as the generators know it. */
export interface TableShape {
  name: string
  columns: Column[]
  index?: Column
  limit?: number
  /** Ports made so far. */
  ports: number
  /** Rows that an unindexed table has at least, numbered from 0, if nothing was refused. */
  rows: number
  /** Arrow gave it columns of a width for which the real engine refuses other formats (docs/differences.md). */
  narrow?: boolean
  /** Its column types were inferred, so that data may not fit them. */
  inferred?: boolean
}

const types: readonly ColumnType[] = ['integer', 'float', 'string', 'boolean', 'date', 'datetime']
const letters: Record<ColumnType, string> = {
  integer: 'i',
  float: 'f',
  string: 's',
  boolean: 'b',
  date: 'd',
  datetime: 't',
}

export function randomColumns(random: Random, low = 1, high = 6): Column[] {
  const columns = random.times(low, high, (position) => {
    const type = random.pick(types)
    return { type, name: `${letters[type]}${position}` }
  })
  if (random.chance(0.05)) columns[0]!.name = random.pick(['a b', 'x|y', 'é', 'a.b', 'sum', "it's", '$', 'A(1)'])
  return columns
}

export function randomShape(random: Random, name: string, columns = randomColumns(random)): TableShape {
  const shape: TableShape = { name, columns, ports: 0, rows: 0 }
  if (random.roll('index')) {
    const candidates = columns.filter((column) => column.type !== 'boolean' || random.roll('mistake'))
    if (candidates.length) shape.index = random.pick(candidates)
  } else if (random.roll('limit')) shape.limit = random.int(1, 12)
  return shape
}

function randomRow(random: Random, shape: TableShape, exact: boolean): Row {
  const partial = random.roll('partial')
  const columns = shape.columns.filter((column) => !partial || column === shape.index || random.chance(0.6))
  return new Map(columns.map((column) => [column.name, randomValue(random, column.type, exact)]))
}

export interface RowOptions {
  /** Floats whose sums are exact in any order. */
  exact?: boolean
  /** Every row has every column. */
  whole?: boolean
  /** The table is made from its schema, so that columns have the types that they are meant to have. */
  typed?: boolean
  /**
   * Updates say null by leaving a cell out. The real engine loses rows of null groups whose nulls were sent
   * (docs/differences.md), so cases that group or split do not send any.
   */
  unsentNulls?: boolean
  /**
   * What is polled at once removes no rows, and its rows have keys: groups of the real engine keep rows that are polled
   * with a removal, or twice with a null key (docs/differences.md).
   */
  apart?: boolean
  /** Every row has a key. */
  keyed?: boolean
}

/** Takes nulls out of rows: by leaving the cell out where the format can, else by another value. */
function withoutNulls(random: Random, format: TextFormat, columns: Column[], rows: Row[], exact: boolean): void {
  const rowwise = format === 'json' || format === 'ndjson'
  for (const row of rows)
    for (const { name, type } of columns) {
      const value = row.get(name) ?? null
      // JSON has no other word for what is not finite.
      if (value !== null && (typeof value !== 'number' || Number.isFinite(value))) continue
      if (rowwise) row.delete(name)
      else if (rows.some((other) => other.has(name))) row.set(name, presentValue(random, type, exact, true))
    }
}

/**
 * Keys that the real engine treats as keys (docs/differences.md): one row at most without one and then no key twice, since
 * it keeps any of these rows; no minus zero, whose sign comes and goes.
 */
function settleKeys(random: Random, { name, type }: Column, rows: Row[], allKeyed: boolean): void {
  for (const row of rows) if (Object.is(row.get(name), -0)) row.set(name, 0)
  for (const row of rows) if (typeof row.get(name) === 'number' && !Number.isFinite(row.get(name))) row.delete(name)
  const keyless = rows.filter((row) => (row.get(name) ?? null) === null)
  const keyed = rows.filter((row) => !keyless.includes(row))
  const repeats = new Set(keyed.map((row) => row.get(name))).size < keyed.length
  for (const row of keyless.slice(repeats || allKeyed ? 0 : 1)) row.set(name, presentValue(random, type, false, true))
}

/** In NDJSON the real engine passes over a row without any column of the table (docs/differences.md). */
function noEmptyRows(random: Random, { columns }: TableShape, rows: Row[]): void {
  const [{ name, type }] = columns as [Column, ...Column[]]
  for (const row of rows) if (!columns.some((column) => row.has(column.name))) row.set(name, presentValue(random, type))
}

/** Integers that every width holds: the real engine cuts off what does not fit (docs/differences.md). */
function fitNarrow({ columns }: TableShape, rows: Row[]): void {
  for (const { name, type } of columns)
    for (const row of rows) {
      const value = row.get(name)
      if (type === 'integer' && typeof value === 'number' && (value < 0 || value > 127)) row.set(name, 6)
    }
}

const wide = /^(int32|int64|float64|date32|timestamp_ms|bool|utf8|large_utf8|dictionary)$/

/** Rows for a table, in a random format, sometimes with columns that the table has not. */
export function randomData(
  random: Random,
  shape: TableShape,
  low: number,
  high: number,
  options: RowOptions = {},
): Data {
  const rows = random.times(low, high, () => {
    if (!options.whole) return randomRow(random, shape, options.exact ?? false)
    return new Map(shape.columns.map((column) => [column.name, randomValue(random, column.type, options.exact)]))
  })
  const columns = [...shape.columns]
  const add = (column: Column, value: (row: Row) => Value) => {
    columns.push(column)
    for (const row of rows) row.set(column.name, value(row))
  }
  if (shape.index) settleKeys(random, shape.index, rows, options.keyed ?? false)
  if (!options.whole && random.roll('unknownColumn')) {
    const type = random.pick(types)
    add({ name: 'unknown', type }, () => randomValue(random, type))
  }
  // Only keys that the table has or gets anyway: the real engine makes rows without their key (docs/differences.md).
  if (!options.whole && random.roll('indexColumn')) {
    const { index } = shape
    if (index) add({ name: '__INDEX__', type: index.type }, (row) => row.get(index.name) ?? null)
    else if (shape.rows > 0 && shape.limit === undefined)
      add({ name: '__INDEX__', type: 'integer' }, () => random.int(0, shape.rows - 1))
  }
  const format = shape.narrow ? 'arrow' : randomFormat(random)
  if (shape.narrow) fitNarrow(shape, rows)
  if (options.unsentNulls && !options.whole) withoutNulls(random, format, columns, rows, options.exact ?? false)
  // The key that addresses a row is that of its index column, also when that was null.
  if (shape.index)
    for (const row of rows) if (row.has('__INDEX__')) row.set('__INDEX__', row.get(shape.index.name) ?? null)
  if (format === 'ndjson') noEmptyRows(random, shape, rows)
  // The real engine refuses CSV with unknown columns where a datetime is among the others (docs/differences.md).
  if (format === 'csv') columns.length = shape.columns.length
  return writeRows(random, format, columns, rows)
}

/** Makes the table, either from its schema or from data. */
export function makeTable(random: Random, shape: TableShape, options: RowOptions = {}): Step[] {
  const tableOptions = {
    ...(shape.index && { index: random.roll('mistake') ? 'nowhere' : shape.index.name }),
    ...(shape.limit !== undefined && { limit: shape.limit }),
  }
  const named = Object.keys(tableOptions).length ? { options: tableOptions } : {}
  if (!options.typed && random.chance(0.35)) {
    // The real engine keeps all rows of a first CSV, whatever the limit.
    const data = randomData(random, shape, 1, shape.limit ?? 12, { ...options, whole: true })
    grow(shape, data)
    shape.inferred = true
    shape.narrow = data.format === 'arrow' && data.columns.some(({ type }) => !wide.test(type))
    return [{ do: 'table', table: shape.name, data, ...named }]
  }
  const schema: Data = { format: 'schema', schema: shape.columns.map(({ name, type }) => [name, type]) }
  const steps: Step[] = [{ do: 'table', table: shape.name, data: schema, ...named }]
  if (random.chance(0.3)) return steps
  const data = randomData(random, shape, 1, 20, options)
  grow(shape, data)
  return [...steps, { do: 'update', table: shape.name, data }]
}

/** Keys to remove, as JSON literals or as an Arrow of the index column. */
function keys(random: Random, shape: TableShape, value: typeof randomValue): Data {
  const index = shape.index ?? shape.columns[0]!
  const rows = random.times(1, 4, () => new Map([[index.name, value(random, index.type)]]))
  for (const row of rows) if (Object.is(row.get(index.name), -0)) row.set(index.name, 0)
  if (random.chance(0.25)) return writeRows(random, 'arrow', [index], rows)
  const written = writeRows(random, 'columns', [index], rows)
  return { format: 'json', rows: written.format === 'columns' ? written.columns[0]![1] : [] }
}

/** Rows of data that has as many as the generators write. */
const rowCount = (data: Data) => {
  if ('rows' in data) return data.rows.length
  if (data.format === 'columns') return data.columns[0]?.[1].length ?? 0
  return data.format === 'arrow' ? (data.columns[0]?.values.length ?? 0) : 0
}

function grow(shape: TableShape, data: Data): void {
  if (JSON.stringify(data).includes('__INDEX__')) return
  shape.rows = Math.min(shape.limit ?? Number.POSITIVE_INFINITY, shape.rows + rowCount(data))
}

function update(random: Random, shape: TableShape, options: RowOptions): Step {
  const data = randomData(random, shape, random.chance(0.05) ? 0 : 1, 6, options)
  const port = shape.ports && random.chance(0.6) ? random.int(1, shape.ports) : undefined
  grow(shape, data)
  return { do: 'update', table: shape.name, data, ...(port !== undefined && { port }) }
}

/** Empties the table, or gives it other rows. */
function replacement(random: Random, shape: TableShape, options: RowOptions): Step {
  // Row numbers go on, so which ones there are is not known any more.
  shape.rows = Number.NEGATIVE_INFINITY
  // A replacement that fails empties the table of the real engine (docs/differences.md), so it is not tried where it may.
  if (shape.inferred || random.chance(0.35)) return { do: 'clear', table: shape.name }
  const data = randomData(random, shape, 1, 6, options)
  // The real engine refuses NDJSON here after it has emptied the table (docs/differences.md).
  if (data.format === 'ndjson') return { do: 'replace', table: shape.name, data: { ...data, format: 'json' } }
  return { do: 'replace', table: shape.name, data }
}

/** One call that changes the table. */
function mutation(random: Random, shape: TableShape, options: RowOptions): Step {
  const kind = random.weighted({ update: 12, remove: shape.index ? 3 : 0.2, replacement: 1.5 })
  if (kind === 'update') return update(random, shape, options)
  if (kind === 'replacement') return replacement(random, shape, options)
  return { do: 'remove', table: shape.name, data: keys(random, shape, randomValue) }
}

/**
 * Several mutations before the server polls. The real engine loses some (docs/differences.md): what is queued before a
 * replacement outlives it, so this comes first; and a null key that is removed and given again is gone.
 */
function batch(random: Random, shape: TableShape, given: RowOptions): Step {
  const options = { ...given, keyed: given.apart ?? false }
  const steps = random.times(1, 2, (): Step => {
    if (!shape.index || options.apart || random.chance(0.7)) return update(random, shape, options)
    return { do: 'remove', table: shape.name, data: keys(random, shape, presentValue) }
  })
  if (random.chance(0.3)) steps.unshift(replacement(random, shape, options))
  else steps.unshift(update(random, shape, options))
  return { do: 'batch', steps }
}

/** A mutation, or sometimes several before the server polls. */
export const mutations = (random: Random, shape: TableShape, options: RowOptions = {}): Step =>
  random.roll('batch') ? batch(random, shape, options) : mutation(random, shape, options)
