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
  /** Row numbers that are surely there, in a table without index. */
  numbers: number[]
  /** The number that its next row takes, if nothing was refused: addressed rows take one, too. */
  next: number
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
  const shape: TableShape = { name, columns, ports: 0, numbers: [], next: 0 }
  if (random.roll('index')) {
    const candidates = columns.filter((column) => column.type !== 'boolean' || random.roll('mistake'))
    if (candidates.length) shape.index = random.pick(candidates)
  } else if (random.roll('limit')) shape.limit = random.int(1, 12)
  return shape
}

function randomRow(random: Random, shape: TableShape, { exact, complete }: RowOptions): Row {
  const partial = !complete && random.roll('partial')
  const columns = shape.columns.filter((column) => !partial || column === shape.index || random.chance(0.6))
  return new Map(columns.map((column) => [column.name, randomValue(random, column.type, exact)]))
}

export interface RowOptions {
  /** Floats whose sums are exact in any order. */
  exact?: boolean
  /** The data is to make a table: every row has every column, and no others. */
  whole?: boolean
  /**
   * Every row has every column. Of a key that was removed since the last poll, the real engine fills what is missing with
   * cells of other rows (docs/differences.md).
   */
  complete?: boolean
  /** The table is made from its schema, so that columns have the types that they are meant to have. */
  typed?: boolean
  /**
   * Updates say null by leaving a cell out. The real engine loses rows of null groups whose nulls were sent
   * (docs/differences.md), so cases that group or split do not send any.
   */
  unsentNulls?: boolean
  /**
   * What is polled at once removes no rows: groups of the real engine keep rows that are polled with a removal
   * (docs/differences.md).
   */
  apart?: boolean
  /**
   * Every row has a key: where one has none and another key comes twice before the server polls, the real engine keeps any of
   * their rows (docs/differences.md).
   */
  keyed?: boolean
  /** No ports: rows that came by several since the last poll are too many for a limit, in the real engine. */
  oneStep?: boolean
  /** No rows addressed by `__INDEX__`. */
  unaddressed?: boolean
  /** No minus zero, which the real engine sorts neither before nor after zero (docs/differences.md). */
  oneZero?: boolean
}

/** Takes nulls out of rows: by leaving the cell out where that can be, else by another value. */
function withoutNulls(random: Random, format: TextFormat, { columns }: TableShape, rows: Row[], options: RowOptions) {
  const canLeaveOut = !options.complete && (format === 'json' || format === 'ndjson')
  for (const row of rows)
    for (const { name, type } of columns) {
      const value = row.get(name) ?? null
      // JSON has no other word for what is not finite.
      if (value !== null && (typeof value !== 'number' || Number.isFinite(value))) continue
      if (canLeaveOut) row.delete(name)
      else if (options.complete || rows.some((other) => other.has(name)))
        row.set(name, presentValue(random, type, options.exact, true))
    }
}

/**
 * Keys that the real engine treats as keys (docs/differences.md): one row at most without one and then no key twice, since
 * it keeps any of these rows; no minus zero, whose sign comes and goes.
 */
function settleKeys(random: Random, { name, type }: Column, rows: Row[], keyed = false): void {
  for (const row of rows) if (typeof row.get(name) === 'number' && !Number.isFinite(row.get(name))) row.delete(name)
  const keyless = rows.filter((row) => (row.get(name) ?? null) === null)
  const withKey = rows.filter((row) => !keyless.includes(row))
  const repeats = new Set(withKey.map((row) => row.get(name))).size < withKey.length
  for (const row of keyless.slice(repeats || keyed ? 0 : 1)) row.set(name, presentValue(random, type, false, true))
  for (const row of rows) if (Object.is(row.get(name), -0)) row.set(name, 0)
}

/** In NDJSON the real engine passes over a row without any column of the table (docs/differences.md). */
function noEmptyRows(random: Random, { columns }: TableShape, rows: Row[]): void {
  const [{ name, type }] = columns as [Column, ...Column[]]
  for (const row of rows) if (!columns.some((column) => row.has(column.name))) row.set(name, presentValue(random, type))
}

/** Texts beside nulls that no reader takes for numbers: then the real engine makes zeros of the nulls (docs/differences.md). */
function onlyTexts({ columns }: TableShape, rows: Row[]): void {
  for (const { name, type } of columns) {
    if (type !== 'string' || rows.every((row) => row.get(name) !== null)) continue
    for (const row of rows) if (/^\d/.test(String(row.get(name)))) row.set(name, 'a')
  }
}

/** Integers that every width holds: the real engine cuts off what does not fit (docs/differences.md). */
function fitNarrow({ columns }: Pick<TableShape, 'columns'>, rows: Row[]): void {
  for (const { name, type } of columns)
    for (const row of rows) {
      const value = row.get(name)
      if (type === 'integer' && typeof value === 'number' && (value < 0 || value > 127)) row.set(name, 6)
    }
}

/**
 * Values that the real engine groups by without losing rows (docs/differences.md): no NaN, of which split views have no
 * group, and no 0 that may come where a null was, since the row then stays with the null.
 */
function settleGroups(shape: TableShape, rows: Row[], { whole }: RowOptions): void {
  for (const row of rows)
    for (const [name, value] of row) {
      if (Number.isNaN(value)) row.set(name, null)
      else if (!whole && shape.index && name !== shape.index.name && value === 0) row.set(name, 6)
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
    if (!options.whole) return randomRow(random, shape, options)
    return new Map(shape.columns.map((column) => [column.name, randomValue(random, column.type, options.exact)]))
  })
  const format = shape.narrow ? 'arrow' : randomFormat(random)
  if (shape.index) settleKeys(random, shape.index, rows, options.keyed)
  if (options.unsentNulls && !options.whole) withoutNulls(random, format, shape, rows, options)
  if (format === 'ndjson') noEmptyRows(random, shape, rows)
  if (shape.narrow) fitNarrow(shape, rows)
  if (options.whole) onlyTexts(shape, rows)
  if (options.apart) settleGroups(shape, rows, options)
  if (options.oneZero)
    for (const row of rows) for (const [name, value] of row) if (Object.is(value, -0)) row.set(name, 0)
  const columns = [...shape.columns]
  const add = (column: Column, value: (row: Row) => Value) => {
    // The real engine refuses CSV with unknown columns where a datetime is among the others (docs/differences.md).
    if (format === 'csv') return
    columns.push(column)
    for (const row of rows) row.set(column.name, value(row))
  }
  if (!options.whole && random.roll('unknownColumn')) {
    const type = random.pick(types)
    add({ name: 'unknown', type }, () => randomValue(random, type))
  }
  // Only keys that the table has or gets anyway: the real engine makes rows without their key (docs/differences.md).
  if (!options.whole && !options.unaddressed && random.roll('indexColumn')) {
    const { index } = shape
    if (index) add({ name: '__INDEX__', type: index.type }, (row) => row.get(index.name) ?? null)
    else if (shape.numbers.length > 0 && shape.limit === undefined)
      add({ name: '__INDEX__', type: 'integer' }, () => random.pick(shape.numbers))
  }
  return writeRows(random, format, columns, rows, options.whole)
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
  if (shape.narrow) fitNarrow({ columns: [index] }, rows)
  if (shape.narrow || random.chance(0.25)) return writeRows(random, 'arrow', [index], rows)
  const written = writeRows(random, 'columns', [index], rows)
  return { format: 'json', rows: written.format === 'columns' ? written.columns[0]![1] : [] }
}

/** Rows of data that has as many as the generators write. */
const rowCount = (data: Data) => {
  // A lone null is an empty line, which is no row.
  if (data.format === 'csv') return data.rows.filter((row) => row !== '').length
  if ('rows' in data) return data.rows.length
  if (data.format === 'columns') return data.columns[0]?.[1].length ?? 0
  return data.format === 'arrow' ? (data.columns[0]?.values.length ?? 0) : 0
}

/** Notes the rows that some data brings. Where types were inferred it may be refused, and nobody knows. */
function grow(shape: TableShape, data: Data): void {
  const count = rowCount(data)
  const addresses = JSON.stringify(data).includes('__INDEX__')
  if (!addresses && !shape.inferred) for (let i = 0; i < count; i++) shape.numbers.push(shape.next + i)
  shape.next += count
}

function update(random: Random, shape: TableShape, options: RowOptions): Step {
  const data = randomData(random, shape, random.chance(0.05) ? 0 : 1, 6, options)
  const hasPort = shape.ports > 0 && !options.oneStep && random.chance(0.6)
  const port = hasPort ? random.int(1, shape.ports) : undefined
  grow(shape, data)
  return { do: 'update', table: shape.name, data, ...(port !== undefined && { port }) }
}

/** Empties the table, or gives it other rows. */
function replacement(random: Random, shape: TableShape, options: RowOptions): Step {
  shape.numbers = []
  // A replacement that fails empties the table of the real engine (docs/differences.md), so it is not tried where it may.
  if (shape.inferred || random.chance(0.35)) return { do: 'clear', table: shape.name }
  const data = randomData(random, shape, 1, 6, options)
  // No columns are no CSV.
  if (data.format === 'csv' && data.header === '') return { do: 'clear', table: shape.name }
  grow(shape, data)
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
 * Several mutations before the server polls. Of these the real engine loses or mixes up some (docs/differences.md): what is
 * queued before a replacement outlives it, so that comes first; rows of a replacement that are removed again stay, without
 * their cells; and see `complete` and `keyed`.
 */
function batch(random: Random, shape: TableShape, given: RowOptions): Step {
  // Where a port of several addresses a row, it is that of the lowest port in the real engine, not the one that came last.
  const options = { ...given, keyed: true, oneStep: shape.limit !== undefined, unaddressed: shape.ports > 0 }
  const replaces = random.chance(0.3)
  const first = replaces ? replacement(random, shape, options) : update(random, shape, options)
  let complete = false
  const others = random.times(1, 2, (): Step => {
    if (!shape.index || replaces || options.apart || random.chance(0.7))
      return update(random, shape, { ...options, complete })
    complete = true
    return { do: 'remove', table: shape.name, data: keys(random, shape, presentValue) }
  })
  return { do: 'batch', steps: [first, ...others] }
}

/** A mutation, or sometimes several before the server polls. */
export const mutations = (random: Random, shape: TableShape, options: RowOptions = {}): Step =>
  random.roll('batch') ? batch(random, shape, options) : mutation(random, shape, options)
