import type { ColumnType, Data, Step } from '../case.js'
import type { Random } from '../random.js'
import { type Column, presentValue, type Row, randomFormat, randomValue, type TextFormat, writeRows } from './values.js'

/** A table as the generators know it. */
export interface TableShape {
  name: string
  columns: Column[]
  index?: Column
  limit?: number
  /** Ports made so far. */
  ports: number
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
  const shape: TableShape = { name, columns, ports: 0 }
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
}

/** Takes nulls out of rows: by leaving the cell out where the format can, else by another value. */
function withoutNulls(random: Random, format: TextFormat, columns: Column[], rows: Row[], exact: boolean): void {
  const rowwise = format === 'json' || format === 'ndjson'
  for (const row of rows)
    for (const { name, type } of columns) {
      if (rowwise && row.get(name) === null) row.delete(name)
      if (!rowwise && (row.get(name) ?? null) === null && rows.some((other) => other.has(name)))
        row.set(name, presentValue(random, type, exact))
    }
}

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
  const add = (column: Column) => {
    columns.push(column)
    for (const row of rows) row.set(column.name, randomValue(random, column.type))
  }
  if (!options.whole && random.roll('unknownColumn')) add({ name: 'unknown', type: random.pick(types) })
  if (!options.whole && random.roll('indexColumn')) {
    add({ name: '__INDEX__', type: shape.index?.type ?? 'integer' })
    if (!shape.index) for (const row of rows) row.set('__INDEX__', random.int(0, 6))
    if (random.chance(0.5)) for (const row of rows) if (shape.index) row.delete(shape.index.name)
  }
  const format = randomFormat(random)
  if (options.unsentNulls && !options.whole) withoutNulls(random, format, columns, rows, options.exact ?? false)
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
    const data = randomData(random, shape, 1, 12, { ...options, whole: true })
    return [{ do: 'table', table: shape.name, data, ...named }]
  }
  const schema: Data = { format: 'schema', schema: shape.columns.map(({ name, type }) => [name, type]) }
  const steps: Step[] = [{ do: 'table', table: shape.name, data: schema, ...named }]
  if (random.chance(0.7))
    steps.push({ do: 'update', table: shape.name, data: randomData(random, shape, 1, 20, options) })
  return steps
}

/** Keys to remove, as JSON literals or as an Arrow of the index column. */
function keys(random: Random, shape: TableShape): Data {
  const index = shape.index ?? shape.columns[0]!
  const rows = random.times(1, 4, () => new Map([[index.name, randomValue(random, index.type)]]))
  if (random.chance(0.25)) return writeRows(random, 'arrow', [index], rows)
  const written = writeRows(random, 'columns', [index], rows)
  return { format: 'json', rows: written.format === 'columns' ? written.columns[0]![1] : [] }
}

/** One call that changes the table. */
export function mutation(random: Random, shape: TableShape, options: RowOptions = {}): Step {
  const table = shape.name
  const kind = random.weighted({ update: 12, remove: shape.index ? 3 : 0.2, replace: 1, clear: 0.5 })
  if (kind === 'clear') return { do: kind, table }
  if (kind === 'remove') return { do: kind, table, data: keys(random, shape) }
  const data = randomData(random, shape, random.chance(0.05) ? 0 : 1, 6, options)
  if (kind === 'replace') return { do: kind, table, data }
  const port = shape.ports && random.chance(0.6) ? random.int(1, shape.ports) : random.roll('mistake') ? 9 : undefined
  return { do: kind, table, data, ...(port !== undefined && { port }) }
}

/** Mutations, sometimes several before the server polls. */
export function mutations(random: Random, shape: TableShape, options: RowOptions = {}): Step {
  if (!random.roll('batch')) return mutation(random, shape, options)
  return { do: 'batch', steps: random.times(2, 3, () => mutation(random, shape, options)) }
}
