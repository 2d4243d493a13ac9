import { describe, expect, it } from 'vitest'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Schema } from '../columns/storage.js'
import { Table, type TableOptions } from '../table/table.js'
import { type Aggregate, EMPTY_CONFIG, type SortDir, type ViewConfig, type WindowConfig } from './config.js'
import { FlatQuery } from './flat-query.js'
import { GroupedQuery } from './grouped-query.js'
import type { Query, TreeState } from './query.js'
import { EVERYTHING, type Slice } from './slice.js'
import { SplitQuery } from './split-query.js'

/** `EDITS=100000 SEED=7 vitest run grouped-property` runs longer, or a seed again. */
const { EDITS: edits = '400', SEED: seed = String(Math.floor(Math.random() * 2 ** 31)) } = process.env
const EDITS = Number(edits)
const SEED = Number(seed)
const EDITS_PER_TABLE = 25

const SCHEMA: Schema = [
  { name: 'id', storage: 'int32' },
  { name: 's', storage: 'string' },
  { name: 't', storage: 'string' },
  { name: 'b', storage: 'boolean' },
  { name: 'd', storage: 'date' },
  { name: 'i', storage: 'int32' },
  { name: 'w', storage: 'int64' },
  { name: 'f', storage: 'float64' },
  // Not shown: another number whenever a row is written.
  { name: 'stamp', storage: 'int64' },
]

// `high` and `low` are not among them: they tell of values that are gone.
const NUMERIC = [
  ...['sum', 'abs sum', 'any', 'avg', 'count', 'distinct count', 'distinct leaf', 'dominant', 'first', 'gmv'],
  ...['max', 'min', 'high minus low', 'last by index', 'last minus first', 'last', 'median', 'mul', 'q1', 'q3'],
  ...['pct sum parent', 'pct sum total', 'stddev', 'sum abs', 'sum not null', 'unique', 'var', 'join'],
]
const OTHER = [
  ...[
    'count',
    'any',
    'distinct count',
    'distinct leaf',
    'dominant',
    'first',
    'join',
    'last',
    'last by index',
    'median',
  ],
  ...['q1', 'q3', 'unique', 'and', 'or', 'min', 'max'],
]
const BY = ['weighted mean', 'min by', 'max by']
/** Columns over other rows, whose values are exact: an update changes them in rows that it does not touch. */
const WINDOW: Omit<WindowConfig, 'source' | 'op'> = {
  frame: null,
  offset: null,
  alpha: null,
  partition_by: [],
  order_by: null,
}
const WINDOWS: WindowConfig[] = [
  { ...WINDOW, source: 'f', op: 'lag' },
  { ...WINDOW, source: 'i', op: 'sum', frame: 'cumulative', partition_by: ['b'] },
  { ...WINDOW, source: 'f', op: 'max', frame: { rows: 2 }, order_by: { column: 'i', desc: false } },
  { ...WINDOW, source: 's', op: 'count', frame: 'cumulative', order_by: { column: 'd', desc: true } },
]
const NAMES = [...SCHEMA.map(({ name }) => name).filter((name) => name !== 'stamp'), 'v']
const NUMBERS = new Set(['id', 'i', 'w', 'f', 'v'])

const DIRECTIONS: SortDir[] = ['asc', 'desc', 'asc abs', 'desc abs', 'col asc', 'col desc', 'none']

/** A small generator of numbers, so that a seed tells everything. */
class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  int(below: number): number {
    return Math.floor(this.next() * below)
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(from.length)]!
  }

  some<T>(from: readonly T[], most: number): T[] {
    return Array.from({ length: this.int(most + 1) }, () => this.pick(from)).filter((x, i, all) => all.indexOf(x) === i)
  }
}

function value(random: Random, name: string): Scalar {
  if (name !== 'stamp' && random.int(8) === 0) return null
  switch (name) {
    case 'id':
      return random.int(40)
    case 'stamp':
      return 1 + random.int(2 ** 40)
    case 's':
      return random.pick(['a', 'b', 'c', '', 'é'])
    case 't':
      // Ever new texts make the dictionary be compacted.
      return random.int(20) === 0 ? `n${random.int(1e9)}` : random.pick(['x', 'y', 'z'])
    case 'b':
      return random.int(2) === 1
    case 'd':
      return random.int(3) * 100
    case 'w':
      return random.int(10) === 0 ? 2n ** 60n + BigInt(random.int(5)) : random.int(100) - 50
    case 'f':
      return random.pick([0.25, -1.5, 0, 3, 1024.125, random.int(200) / 4, -0.5])
    default:
      return random.int(20) - 10
  }
}

function edit(random: Random, table: Table): void {
  const kind = random.int(12)
  if (kind === 0) {
    table.apply({ kind: 'clear', port: 0 })
  } else if (kind <= 2 && table.index !== null) {
    const keys = Column.of(
      'int32',
      Array.from({ length: random.int(6) }, () => random.int(40)),
    )
    table.apply({ kind: 'remove', keys, port: 0 })
  } else {
    const length = random.int(kind > 9 ? 60 : 8)
    const names = SCHEMA.map(({ name }) => name).filter(
      (name) => name === 'id' || name === 'stamp' || random.int(4) > 0,
    )
    const columns = names.map((name) =>
      Column.of(
        SCHEMA.find((field) => field.name === name)!.storage,
        Array.from({ length }, () => value(random, name)),
      ),
    )
    table.apply({ kind: kind === 3 ? 'replace' : 'update', batch: createBatch(names, columns, length), port: 0 })
  }
}

/** Their value above the leaves depends on the order in which groups were made, which a view made anew has not seen. */
const OF_ORDER = new Set(['any', 'or', 'dominant', 'last', 'min by', 'max by'])

function config(random: Random): ViewConfig {
  const names = random.int(2) === 0 ? NAMES : NAMES.filter((name) => name !== 'v')
  const aggregates: Record<string, Aggregate> = {}
  for (const name of names) {
    const numeric = NUMBERS.has(name)
    // Products with 64-bit integers are rounded before they are summed, so their order shows.
    const by = random.int(8) === 0 && name !== 'w'
    aggregates[name] =
      by && numeric ? [random.pick(BY), random.pick(['i', 'f'])] : [random.pick(numeric ? NUMERIC : OTHER)]
    // Products of counts are beyond every number.
    if (name === 'v' && aggregates[name]![0] === 'mul') aggregates[name] = ['sum']
  }
  const made = grouping(random, aggregates, names)
  const isOfLeaves = made.group_by.length === 1 && made.split_by.length === 0 && made.group_rollup_mode === 'flat'
  const splitsAlone = made.group_by.length === 0 && made.split_by.length > 0 && made.group_rollup_mode !== 'total'
  // Their columns are sorted by what is `any` of all rows, and above the leaves where there are several splits.
  if (splitsAlone) return { ...made, sort: made.sort.filter(({ dir }) => !dir.startsWith('col')) }
  if (isOfLeaves) return made
  for (const name of names) if (OF_ORDER.has(aggregates[name]![0]!)) aggregates[name] = ['first']
  return made
}

function grouping(random: Random, aggregates: Record<string, Aggregate>, names: readonly string[]): ViewConfig {
  const mode = random.pick(['rollup', 'rollup', 'flat', 'total'] as const)
  return {
    ...EMPTY_CONFIG,
    // A window that is not shown writes rows all the same.
    columns: names.filter((name) => name === 'v' || random.int(3) > 0),
    windows: names.includes('v') ? { v: random.pick(WINDOWS) } : {},
    group_by: random.some(names.slice(1), 3),
    split_by: random.int(2) === 0 ? [] : random.some(['s', 't', 'b'], 2),
    group_rollup_mode: mode,
    split_rollup_mode: random.pick(['flat', 'rollup']),
    aggregates,
    filter: random.int(3) === 0 ? [{ column: 'i', op: '>', terms: [random.int(10) - 8] }] : [],
    sort: random
      .some(names, 2)
      // Rounding decides which of two such values is the larger, of 64-bit numbers of more.
      .filter((name) => !/stddev|var/.test(aggregates[name]![0]!))
      .filter((name) => name !== 'w' || !/avg|pct/.test(aggregates[name]![0]!))
      .map((column) => ({ column, dir: random.pick(DIRECTIONS) })),
  }
}

function open(table: Table, of: ViewConfig): Query {
  const grouped = of.group_by.length > 0 || of.group_rollup_mode === 'total'
  return grouped ? new GroupedQuery(table, of) : new SplitQuery(table, of)
}

interface Row {
  readonly path: string
  readonly cells: readonly string[]
}

/** A slice as rows of scalars under its paths or keys, floats rounded to what summing in another order may change. */
function cells(slice: Slice, round = true): Row[] {
  return Array.from({ length: slice.length }, (_, row) => {
    const cells = slice.columns.map((column) => text(column, row, round))
    const levels = slice.rowPath?.levels.slice(0, slice.rowPath.depth[row]).map((column) => text(column, row, false))
    // The sum of no rows is null until there were some, then 0.
    const isTotal = round && slice.rowPath?.depth[row] === 0
    return {
      path: slice.keys === null ? (levels ?? []).join('|') : text(slice.keys.keys, row, false),
      cells: isTotal ? cells.map((cell) => cell.replace(/^(~?0|null)$/, '0')) : cells,
    }
  })
}

function text(column: Column, row: number, round: boolean): string {
  const cell = column.get(row)
  if (typeof cell === 'string' || typeof cell === 'boolean' || cell === null) return JSON.stringify(cell)
  if (column.storage !== 'float64') return String(BigInt(cell))
  if (!round) return Object.is(cell, -0) ? '-0' : String(cell)
  return Math.abs(Number(cell)) < 1e-6 ? '~0' : (Number(cell) * (1 + 1e-11)).toPrecision(8)
}

/** True for a view that has a count, shown or sorted by. */
function counts({ columns, sort, group_by, split_by, aggregates }: ViewConfig): boolean {
  const sorted = sort.filter(({ column, dir }) => !(dir.startsWith('col') ? split_by : group_by).includes(column))
  return [...columns!, ...sorted.map(({ column }) => column)].some((name) => aggregates[name]![0] === 'count')
}

/**
 * Checks deltas: the rows that differ from what they showed before, by the names of columns, one that was not there being
 * null; beside a count also those with a cell that a written row is or was in.
 */
class Deltas {
  readonly #table: Table
  readonly #query: Query
  readonly #tree: TreeState | null
  /** The rows that pass. */
  readonly #rows: FlatQuery
  /** The total that deltas of a view that only splits begin with. */
  readonly #total: Query | null
  /** Sums of stamps in the view's groups, when it has a count. */
  readonly #stamps: Query | null
  /** True when the total is told of with every write. */
  readonly #tellsTotal: boolean
  #before: Map<string, ReadonlyMap<string, string>>
  #stampsBefore: Map<string, ReadonlyMap<string, string>>
  #totalBefore: ReadonlyMap<string, string> | undefined
  #version: number

  constructor(table: Table, query: Query, tree: TreeState | null, of: ViewConfig) {
    this.#table = table
    this.#query = query
    this.#tree = tree
    this.#rows = new FlatQuery(table, { ...EMPTY_CONFIG, filter: of.filter })
    const any = Object.fromEntries(Object.keys(of.aggregates).map((name): [string, Aggregate] => [name, ['any']]))
    const total = { ...of, group_rollup_mode: 'total', aggregates: any } as const
    this.#total = query instanceof SplitQuery ? new GroupedQuery(table, total) : null
    const isCounting = query instanceof GroupedQuery && counts(of)
    this.#stamps = isCounting
      ? new GroupedQuery(table, { ...of, columns: ['stamp'], aggregates: { stamp: ['sum'] }, sort: [] })
      : null
    this.#tellsTotal = of.split_by.length === 0 || of.split_rollup_mode === 'rollup'
    query.delta(table.version, tree, null)
    this.#before = new Map()
    this.#stampsBefore = new Map()
    this.#version = -1
    this.#remember()
  }

  check(says: string): void {
    const delta = cells(this.#query.delta(this.#version, this.#tree, null), false).map(({ cells }) => cells)
    const isEmptied = this.#table.emptiedAt > this.#version
    if (isEmptied) this.#before.clear()
    const totalBefore = isEmptied ? undefined : this.#totalBefore
    const [known, stamps] = [this.#before, this.#stampsBefore]
    const { size } = this.#table
    const isWritten = this.#table
      .changesSince(this.#version)
      ?.some(({ touched, removed }) => size + touched.length + removed.length > 0)
    this.#remember()
    const isStamped = (path: string) => {
      if (isWritten && path === '' && this.#stamps !== null && this.#tellsTotal) return true
      // A row that a window alone moves is in the same groups above as before; they are told of, too.
      const isUnder = (other: string) => other === path || path === '' || other.startsWith(`${path}|`)
      const cameTo = ([other, row]: [string, ReadonlyMap<string, string>]) =>
        isUnder(other) && [...row].some(([name, cell]) => cell !== 'null' && stamps.get(other)?.get(name) !== cell)
      return isWritten === true && [...this.#stampsBefore].some(cameTo)
    }
    const differs = (before: ReadonlyMap<string, string> | undefined, now: ReadonlyMap<string, string> | undefined) =>
      before === undefined || [...now!].some(([name, cell]) => (before.get(name) ?? 'null') !== cell)
    const changed = [...this.#before].filter(([path, row]) => differs(known.get(path), row) || isStamped(path))
    if (this.#total !== null && differs(totalBefore, this.#totalBefore)) changed.unshift(['', this.#totalBefore!])
    const told = changed.filter(([path]) => path !== '' || !isEmptied || this.#rows.numRows() > 0)
    expect(delta, says).toEqual(told.map(([, row]) => [...row.values()]))
  }

  dispose(): void {
    this.#rows.dispose()
    this.#total?.dispose()
    this.#stamps?.dispose()
  }

  #remember(): void {
    this.#version = this.#table.version
    this.#before = named(this.#query, this.#tree)
    if (this.#stamps !== null) this.#stampsBefore = named(this.#stamps, this.#stamps.createTree())
    this.#totalBefore = this.#total === null ? undefined : named(this.#total, this.#total.createTree()).get('')
  }
}

/** By path or key the cells of each row by column. */
function named(query: Query, tree: TreeState | null): Map<string, ReadonlyMap<string, string>> {
  const slice = query.slice(EVERYTHING, tree, query instanceof SplitQuery)
  const rows = cells(slice, false)
  return new Map(rows.map(({ path, cells }) => [path, new Map(slice.names.map((name, at) => [name, cells[at]!]))]))
}

function run(seed: number, edits: number): void {
  const random = new Random(seed)
  const options: TableOptions = random.pick([{}, { index: 'id' }, { limit: 30 }])
  const table = new Table(SCHEMA, options)
  for (let i = random.int(4); i > 0; i--) edit(random, table)
  let of = config(random)
  if (of.group_by.length === 0 && of.split_by.length === 0) of = { ...of, group_by: ['s'] }
  const query = open(table, of)
  const tree = query.createTree()
  const watches = random.int(2) === 0
  const deltas = watches ? new Deltas(table, query, tree, of) : null
  for (let step = 0; step < edits; step++) {
    for (let i = random.int(3); i >= 0; i--) edit(random, table)
    if (!watches && random.int(3) === 0) continue
    const fresh = open(table, of)
    const says = `seed ${seed} step ${step} ${JSON.stringify(of)} ${JSON.stringify(options)}`
    const slice = query.slice(EVERYTHING, tree, false)
    const expected = fresh.slice(EVERYTHING, fresh.createTree(), false)
    expect(slice.names, says).toEqual(expected.names)
    expect(cells(slice), says).toEqual(cells(expected))
    fresh.dispose()
    deltas?.check(says)
  }
  deltas?.dispose()
  query.dispose()
}

describe('A6 grouped and split views', () => {
  it(`follow ${EDITS} random edits as if built anew, seed ${SEED}`, { timeout: 3_600_000 }, () => {
    for (let i = 0; i * EDITS_PER_TABLE < EDITS; i++) run(SEED + i, EDITS_PER_TABLE)
  })
})
