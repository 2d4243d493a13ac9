import { describe, expect, it } from 'vitest'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Schema } from '../columns/storage.js'
import { Table, type TableOptions } from '../table/table.js'
import { toJsonRows } from '../write/write.js'
import { EMPTY_CONFIG, type SortDir, type ViewConfig } from './config.js'
import { EVERYTHING } from './slice.js'
import { View } from './view.js'

const SCHEMA: Schema = [
  { name: 'k', storage: 'string' },
  { name: 's', storage: 'string' },
  { name: 'i', storage: 'int32' },
  { name: 'f', storage: 'float64' },
  { name: 'b', storage: 'boolean' },
  { name: 'd', storage: 'date' },
]

type Cells = Record<string, Scalar[]>

function update(columns: Cells) {
  const names = Object.keys(columns)
  const made = names.map((name) => Column.of(SCHEMA.find((field) => field.name === name)!.storage, columns[name]!))
  return { kind: 'update', batch: createBatch(names, made, made[0]!.length), port: 0 } as const
}

function table(columns: Cells, options: TableOptions = {}) {
  const made = new Table(SCHEMA, options)
  made.apply(update(columns))
  return made
}

const view = (of: Table, config: Partial<ViewConfig>) => new View(of, { ...EMPTY_CONFIG, ...config })
const rows = (of: View): Record<string, unknown>[] => JSON.parse(toJsonRows(of.slice(EVERYTHING)))
const paths = (of: View) => rows(of).map((row) => (row['__ROW_PATH__'] as Scalar[]).join('/'))

/** One aggregate of one column by `k`: values per group, the total first. */
function by(cells: Cells, column: string, aggregate: string, ...args: string[]): unknown[] {
  const of = view(table(cells), {
    columns: [column],
    group_by: ['k'],
    aggregates: { [column]: [aggregate, ...args] },
  })
  return rows(of).map((row) => row[column])
}

const TREE: Cells = { k: ['a', 'b', 'a', 'c', 'b'], s: ['x', 'y', 'y', 'z', 'x'], i: [1, 2, 3, 4, 5] }

describe('A6 grouped views', () => {
  it('shows every level, leaves alone, or the total', () => {
    const of = table(TREE)
    const shape = { columns: ['i'], group_by: ['k', 's'] }
    expect(paths(view(of, shape))).toEqual(['', 'a', 'a/x', 'a/y', 'b', 'b/x', 'b/y', 'c', 'c/z'])
    expect(paths(view(of, { ...shape, group_rollup_mode: 'flat' }))).toEqual(['a/x', 'a/y', 'b/x', 'b/y', 'c/z'])
    expect(rows(view(of, { ...shape, group_rollup_mode: 'total' }))).toEqual([{ __ROW_PATH__: [], i: 15 }])
    expect(paths(view(of, { ...shape, group_by_depth: 1 }))).toEqual(['', 'a', 'b', 'c'])
    expect(rows(view(table({ k: [] }), shape))).toEqual([{ __ROW_PATH__: [], i: null }])
  })

  it('sorts siblings within their group, by hidden columns too', () => {
    const of = table(TREE)
    const sort = [{ column: 'i', dir: 'desc' as const }]
    expect(paths(view(of, { columns: ['s'], group_by: ['k', 's'], sort }))).toEqual([
      ...['', 'b', 'b/x', 'b/y', 'a', 'a/y', 'a/x', 'c', 'c/z'],
    ])
    const flat = { columns: ['i'], group_by: ['k', 's'], group_rollup_mode: 'flat' as const, sort }
    expect(paths(view(of, flat))).toEqual(['b/x', 'b/y', 'a/y', 'a/x', 'c/z'])
  })

  it('names split columns by path, and shows the totals of a split rollup first', () => {
    const of = table({ ...TREE, b: [true, null, false, true, true] })
    const split = view(of, { columns: ['i'], group_by: ['k'], split_by: ['s', 'b'] })
    expect(split.columnPaths()).toEqual(['x|true|i', 'y|null|i', 'y|false|i', 'z|true|i'])
    expect(rows(split)[1]).toEqual({
      __ROW_PATH__: ['a'],
      'x|true|i': 1,
      'y|null|i': null,
      'y|false|i': 3,
      'z|true|i': null,
    })
    const rollup = { columns: ['i'], group_by: ['k'], split_by: ['s'], split_rollup_mode: 'rollup' as const }
    expect(rows(view(of, rollup))[0]).toEqual({ __ROW_PATH__: [], i: 15, 'x|i': 6, 'y|i': 5, 'z|i': 4 })
  })

  it('counts the columns it shows when it is split and columns are sorted by a hidden one', () => {
    const sort = [{ column: 'f', dir: 'col desc' as const }]
    const of = view(table({ ...TREE, f: [1, 2, 3, 9, 5] }), { columns: ['i'], group_by: ['k'], split_by: ['s'], sort })
    expect(of.columnPaths()).toEqual(['z|i', 'x|i', 'y|i'])
    expect(of.dimensions().num_view_columns).toBe(3)
  })

  it('shows the rows of the table when it only splits, null where a cell is null', () => {
    const of = view(table({ s: ['a', 'b', 'a'], i: [1, 2, null] }), { columns: ['i'], split_by: ['s'] })
    expect(rows(of)).toEqual([
      { 'a|i': 1, 'b|i': null },
      { 'a|i': null, 'b|i': 2 },
      { 'a|i': null, 'b|i': null },
    ])
  })

  it('reads the config back complete, with the names of the reference', () => {
    const of = view(table(TREE), { columns: ['i', 's'], group_by: ['k'], aggregates: { i: ['avg'], f: ['sum'] } })
    expect(of.config.aggregates).toEqual({ i: ['mean'], s: ['count'] })
    expect(of.schema()).toEqual([
      { name: 'i', type: 'float' },
      { name: 's', type: 'integer' },
    ])
  })

  it('refuses what does not fit, with the texts of the reference, and holds nothing then', () => {
    const of = table(TREE)
    const refused = (config: Partial<ViewConfig>) => () => view(of, { columns: ['i', 's'], group_by: ['k'], ...config })
    expect(refused({ aggregates: { i: ['foo'] } })).toThrow(
      "Invalid aggregate 'foo' for column 'i' found in View aggregates.\n",
    )
    expect(refused({ aggregates: { zz: ['sum'] } })).toThrow("Invalid column 'zz' found in View aggregates.\n")
    expect(refused({ aggregates: { i: ['max by'] } })).toThrow(
      "Aggregate 'max by' for column 'i' requires a column argument.\n",
    )
    expect(refused({ aggregates: { i: ['max by', 'q'] } })).toThrow(
      "Invalid column 'q' found in the 'max by' aggregate for column 'i'.\n",
    )
    expect(refused({ aggregates: { s: ['sum'] } })).toThrow('Unexpected coltype')
    expect(refused({ aggregates: { s: ['avg'] } })).toThrow('Unexpected dtype')
  })
})

describe('A6 aggregates where the reference shows chance or wrong values', () => {
  const cells: Cells = {
    k: ['a', 'a', 'b'],
    i: [null, -5, null],
    f: [null, -2.5, null],
    s: [null, 'x', null],
    d: [null, 9, null],
  }

  it('any and or of nulls are null', () => {
    for (const column of ['i', 'f', 's', 'd']) {
      expect(by(cells, column, 'any')[2]).toBe(null)
      expect(by(cells, column, 'or')[2]).toBe(null)
    }
    expect(by(cells, 'i', 'any')).toEqual([-5, -5, null])
  })

  it('high and low leave nulls out', () => {
    expect(by(cells, 'f', 'high')).toEqual([-2.5, -2.5, null])
    expect(by(cells, 'd', 'low')).toEqual([9, 9, null].map((day) => day && day * 86_400_000))
  })

  it('a product leaves nulls out', () => {
    expect(by({ k: ['a', 'a', 'b'], i: [3, null, null] }, 'i', 'mul')).toEqual([3, 3, null])
  })

  it('sums of small integers do not wrap', () => {
    const large = { k: ['a', 'a', 'b'], i: [2147483647, 2147483647, -5] }
    expect(by(large, 'i', 'sum not null')).toEqual([4294967289, 4294967294, -5])
    expect(by(large, 'i', 'abs sum')).toEqual([4294967289, 4294967294, 5])
  })

  it('booleans are summed as 0 and 1', () => {
    const flags = { k: ['a', 'a', 'b'], b: [true, true, false] }
    for (const aggregate of ['sum', 'abs sum', 'sum abs', 'sum not null'])
      expect(by(flags, 'b', aggregate)).toEqual([2, 2, 0])
  })

  it('a quartile between two floats is the mean of its neighbours', () => {
    const f = [9, 1, 8, 2, 7, 3, 6, 4, 5, 10, 12, 11]
    expect(by({ k: f.map(() => 'a'), f }, 'f', 'median')).toEqual([6.5, 6.5])
    expect(by({ k: f.map(() => 'a'), f }, 'f', 'q1')).toEqual([3.5, 3.5])
  })
})

describe('A6 grouped views where the reference loses or mixes up', () => {
  const names = (of: View) => of.slice(EVERYTHING).columns.map((column) => column.get(0))

  it('shows a column twice', () => {
    expect(names(view(table(TREE), { columns: ['i', 'k', 'i'], group_by: ['k'] }))).toEqual([15, 5, 15])
    expect(names(view(table(TREE), { columns: ['i', 'i'], split_by: ['b'] }))).toEqual([1, 1])
  })

  it('has rows in a window without columns', () => {
    const window = { ...EVERYTHING, start_col: 9 }
    expect(toJsonRows(view(table(TREE), { columns: ['i'], split_by: ['s'] }).slice(window))).toBe('[{},{},{},{},{}]')
    expect(toJsonRows(view(table(TREE), { columns: ['i'], group_by: ['b'] }).slice(window))).toBe(
      '[{"__ROW_PATH__":[]},{"__ROW_PATH__":[null]}]',
    )
  })

  it('a sort by none ends the sorts', () => {
    const sort = ['none', 'desc'].map((dir) => ({ column: 'i', dir: dir as SortDir }))
    expect(paths(view(table(TREE), { columns: ['i'], group_by: ['k'], sort }))).toEqual(['', 'a', 'b', 'c'])
  })

  it('sorts groups by first', () => {
    const shape = { columns: ['k'], group_by: ['k'], sort: [{ column: 'i', dir: 'desc' as const }] }
    expect(paths(view(table(TREE), { ...shape, aggregates: { i: ['first'] } }))).toEqual(['', 'c', 'b', 'a'])
  })

  it('ties of sorted groups are in the order of their values, also after they changed', () => {
    const of = table({ k: ['a', 'b', 'd'], i: [1, 2, 1] })
    const shape = { columns: ['i'], group_by: ['k'], sort: [{ column: 'i', dir: 'desc' as const }] }
    const old = view(of, shape)
    expect(paths(old)).toEqual(['', 'b', 'a', 'd'])
    of.apply(update({ k: ['c', 'a'], i: [1, 1] }))
    expect(paths(old)).toEqual(['', 'a', 'b', 'c', 'd'])
  })

  it('does not show a column that columns are sorted by', () => {
    const sort = [{ column: 'f', dir: 'col desc' as const }]
    expect(view(table(TREE), { columns: ['i'], group_by: ['k'], sort }).columnPaths()).toEqual(['i'])
  })

  it('counts a row once when a null of it becomes 0', () => {
    const of = table({ k: ['a'], d: [null] }, { index: 'k' })
    const counts = view(of, { columns: ['k'], group_by: ['k'], aggregates: { d: ['last'] } })
    expect(rows(counts).map(({ k }) => k)).toEqual([1, 1])
    of.apply(update({ k: ['a'], d: [0] }))
    expect(rows(counts).map(({ k }) => k)).toEqual([1, 1])
  })

  it('a row that comes and does not pass changes nothing', () => {
    const of = table({ k: ['a'], b: [false] })
    const filter = [{ column: 'b', op: '!=', terms: [true] }] as const
    const passing = view(of, { columns: ['k'], group_by: ['k'], filter })
    expect(rows(passing).map(({ k }) => k)).toEqual([1, 1])
    of.apply(update({ k: ['b'], b: [true] }))
    expect(rows(passing).map(({ k }) => k)).toEqual([1, 1])
  })

  it('rows are in one group, whatever they change with', () => {
    const of = table({ k: ['a'] }, { index: 'k' })
    const groups = view(of, { columns: ['k'], group_by: ['s'] })
    expect(paths(groups)).toEqual(['', ''])
    of.apply({ kind: 'remove', keys: Column.of('string', ['zebra']), port: 0 })
    of.apply(update({ k: ['a'], s: ['x'] }))
    of.apply(update({ k: [null], s: ['y'] }))
    of.apply(update({ k: [null], s: ['x'] }))
    expect(paths(groups)).toEqual(['', 'x'])
    expect(rows(groups).map(({ k }) => k)).toEqual([2, 2])
  })

  it('minus zero and zero are one group', () => {
    const of = view(table({ f: [0, -0, 1], i: [1, 2, 4] }), { columns: ['i'], group_by: ['f'] })
    expect(rows(of).map(({ i }) => i)).toEqual([7, 3, 4])
  })

  it('NaN is a group in a split view', () => {
    const of = table({ f: [Number.NaN, 1, null], i: [1, 2, 4], b: [true, true, true] })
    const split = view(of, { columns: ['i'], group_by: ['f'], split_by: ['b'] })
    expect(rows(split).map((row) => row['true|i'])).toEqual([7, 4, 1, 2])
  })

  it('rows of a view that only splits have their own id', () => {
    const { keys } = view(table(TREE), { columns: ['i'], split_by: ['s'] }).slice(EVERYTHING, true)
    expect(Array.from(keys!.offsets)).toEqual([0, 1, 2, 3, 4, 5])
    expect(keys!.keys.get(0)).toBe(0)
  })

  it('differences and sums of 32-bit floats', () => {
    const of = new Table([{ name: 'f', storage: 'float32' }])
    of.apply({ kind: 'update', batch: createBatch(['f'], [Column.of('float32', [2, 5])], 2), port: 0 })
    const total = (aggregate: string) => rows(view(of, { group_rollup_mode: 'total', aggregates: { f: [aggregate] } }))
    expect(total('high minus low')).toEqual([{ __ROW_PATH__: [], f: 3 }])
    expect(total('last minus first')).toEqual([{ __ROW_PATH__: [], f: 3 }])
    expect(total('sum abs')).toEqual([{ __ROW_PATH__: [], f: 7 }])
  })
})

describe('A6 a total without rows', () => {
  it("shows the reference's values in a total without rows, null for a date", () => {
    const shape = { columns: ['s', 'i', 'd', 'b'], group_by: ['k'], filter: [{ column: 'k', op: '==', terms: ['zz'] }] }
    const of = table({ k: ['a'], s: ['x'], i: [1], d: [1], b: [true] }, { index: 'k' })
    const shown = (aggregate: string, config = {}) =>
      rows(
        view(of, {
          ...shape,
          ...config,
          aggregates: { s: [aggregate], i: [aggregate], d: [aggregate], b: [aggregate] },
        } as Partial<ViewConfig>),
      )
    expect(shown('max')).toEqual([{ __ROW_PATH__: [], s: '', i: 0, d: null, b: false }])
    expect(shown('count')).toEqual([{ __ROW_PATH__: [], s: 0, i: 0, d: 0, b: 0 }])
    expect(shown('median')).toEqual([{ __ROW_PATH__: [], s: null, i: null, d: null, b: null }])
    const sum = view(of, { ...shape, columns: ['i'] } as Partial<ViewConfig>)
    expect(rows(sum)).toEqual([{ __ROW_PATH__: [], i: null }])
    of.apply(update({ k: ['zz'], i: [5] }))
    expect(rows(sum).length).toBe(2)
    of.apply({ kind: 'remove', keys: Column.of('string', ['zz']), port: 0 })
    expect(rows(sum)).toEqual([{ __ROW_PATH__: [], i: 0 }])
    of.apply({ kind: 'clear', port: 0 })
    expect(shown('max')).toEqual([{ __ROW_PATH__: [], s: null, i: null, d: null, b: null }])
  })
})

describe('A6 high and low are marks', () => {
  it('stay where the highest value ever was, also between two reads', () => {
    const of = table({ k: ['a', 'b'], i: [5, 1] }, { index: 'k' })
    const high = view(of, { columns: ['i'], group_by: ['k'], aggregates: { i: ['high'] } })
    of.apply(update({ k: ['a'], i: [8] }))
    of.apply(update({ k: ['a'], i: [2] }))
    expect(rows(high).map(({ i }) => i)).toEqual([8, 8, 1])
    of.apply({ kind: 'remove', keys: Column.of('string', ['a']), port: 0 })
    expect(rows(high).map(({ i }) => i)).toEqual([8, 1])
    of.apply(update({ k: ['a'], i: [3] }))
    expect(rows(high).map(({ i }) => i)).toEqual([8, 3, 1])
  })

  it('stay when a row comes that does not pass the filter', () => {
    const of = table({ k: ['a', 'a'], i: [1, 5] })
    const filter: ViewConfig['filter'] = [{ column: 'k', op: '==', terms: ['a'] }]
    const low = view(of, { columns: ['i'], group_by: ['k'], aggregates: { i: ['low'] }, filter })
    expect(rows(low).map(({ i }) => i)).toEqual([1, 1])
    of.apply(update({ k: ['b'], i: [7] }))
    of.apply(update({ k: ['a'], i: [8] }))
    expect(rows(low).map(({ i }) => i)).toEqual([1, 1])
  })

  it('begin anew when the table is replaced', () => {
    const of = table({ k: ['a', 'b'], i: [5, -1] }, { index: 'k' })
    const low = view(of, { columns: ['i'], group_by: ['k'], aggregates: { i: ['low'] } })
    of.apply({ ...update({ k: ['a'], i: [7] }), kind: 'replace' })
    expect(rows(low).map(({ i }) => i)).toEqual([7, 7])
  })
})

describe('A10 the tree', () => {
  it('opens, closes and goes to a depth, per view of a shared query', () => {
    const of = table(TREE)
    const one = view(of, { columns: ['i'], group_by: ['k', 's'] })
    const other = view(of, { columns: ['i'], group_by: ['k', 's'] })
    expect(one.collapse(1)).toBe(2)
    expect(one.collapse(1)).toBe(0)
    expect(paths(one)).toEqual(['', 'a', 'b', 'b/x', 'b/y', 'c', 'c/z'])
    expect(one.expand(1)).toBe(2)
    expect(one.expand(200)).toBe(0)
    expect(one.collapse(0)).toBe(8)
    expect(one.expand(0)).toBe(3)
    expect(paths(one)).toEqual(['', 'a', 'b', 'c'])
    expect(paths(other).length).toBe(9)
    other.setDepth(0)
    expect(paths(other)).toEqual(['', 'a', 'b', 'c'])
    other.setDepth(3)
    expect(paths(other)).toEqual(['', 'a', 'b', 'c'])
  })

  it('shows new groups open while a depth rules, closed once rows were opened by hand', () => {
    const of = table(TREE)
    const ruled = view(of, { columns: ['i'], group_by: ['k', 's'] })
    const byHand = view(of, { columns: ['i'], group_by: ['k', 's'] })
    byHand.collapse(1)
    of.apply(update({ k: ['d'], s: ['x'], i: [9] }))
    expect(paths(ruled).slice(-2)).toEqual(['d', 'd/x'])
    expect(paths(byHand).slice(-3)).toEqual(['c', 'c/z', 'd'])
  })

  it('opens neither the deepest row, which answers with its number when it is split, nor a total view', () => {
    const of = table(TREE)
    const split = view(of, { columns: ['i'], group_by: ['k'], split_by: ['s'] })
    expect(split.expand(2)).toBe(2)
    expect(paths(split)).toEqual(['', 'a', 'b', 'c'])
    expect(view(of, { columns: ['i'], group_by: ['k'] }).expand(2)).toBe(0)
    expect(view(of, {}).expand(3)).toBe(3)
    const total = view(of, { columns: ['i'], group_by: ['k'], group_rollup_mode: 'total' })
    expect(total.expand(0)).toBe(0)
    expect(paths(total)).toEqual([''])
  })

  it('closes what was opened by hand when the table is replaced', () => {
    const of = table(TREE)
    const byHand = view(of, { columns: ['i'], group_by: ['k', 's'] })
    byHand.collapse(1)
    of.apply({ ...update(TREE), kind: 'replace' })
    expect(paths(byHand)).toEqual(['', 'a', 'b', 'c'])
  })

  it('keeps the total of an empty table open', () => {
    const of = table({ k: [] })
    const empty = view(of, { columns: ['i'], group_by: ['k'] })
    expect(empty.collapse(0)).toBe(0)
    of.apply(update({ k: ['a'], i: [1] }))
    expect(paths(empty)).toEqual(['', 'a'])
  })

  it('takes the last row of the group that was made last', () => {
    const of = table({ k: ['b', 'd', 'd'], s: ['x', 'x', 'y'], i: [1, 2, 3], f: [1, 2, 3] }, { index: 'i' })
    const columns = ['i', 'f']
    const last: Partial<ViewConfig> = { columns, aggregates: { i: ['last'] }, group_by: ['k'] }
    const one = view(of, last)
    const two = view(of, { ...last, group_by: ['k', 's'] })
    const keys = (of: View) => {
      const { offsets, keys } = of.slice(EVERYTHING, true).keys!
      return Array.from({ length: offsets[1]! }, (_, i) => keys.get(i))
    }
    const total = (of: View) => rows(of)[0]!['i']
    expect([total(one), total(two), keys(one)]).toEqual([3, 3, [3, 2, 1]])
    for (const [k, i] of [
      ['c', 4],
      ['a', 5],
    ] as const) {
      of.apply(update({ k: [k], s: ['x'], i: [i], f: [i] }))
      one.settle()
      two.settle()
    }
    expect([total(one), total(two), keys(one)]).toEqual([5, 5, [5, 4, 3, 2, 1]])
    // A leaf of an old group that is new itself comes last.
    of.apply(update({ k: ['b'], s: ['y'], i: [6], f: [6] }))
    expect([total(one), total(two), keys(one), keys(two)]).toEqual([5, 6, [5, 4, 3, 2, 6, 1], [6, 5, 4, 3, 2, 1]])
    // One that comes back is new.
    of.apply({ kind: 'remove', keys: Column.of('int32', [2, 3]), port: 0 })
    one.settle()
    of.apply(update({ k: ['d'], s: ['x'], i: [2], f: [2] }))
    expect([total(one), keys(one)]).toEqual([2, [2, 5, 4, 6, 1]])
    // Those of one moment come in the order of their values.
    of.apply(update({ k: ['f', 'e'], s: ['x', 'x'], i: [7, 8], f: [7, 8] }))
    expect(total(one)).toBe(7)
    // All are new in a table that was emptied.
    const batch = update({ k: ['b', 'a'], s: ['x', 'x'], i: [1, 5], f: [1, 5] }).batch
    of.apply({ kind: 'replace', batch, port: 0 })
    expect([total(one), total(two), keys(one)]).toEqual([1, 1, [1, 5]])
  })

  it('gives no types of a split view without columns, unless rows are sorted', () => {
    const shape = { columns: ['i'], group_by: ['k'], split_by: ['s'] }
    expect(view(table({ k: [] }), shape).schema()).toEqual([])
    const sorted = view(table({ k: [] }), { ...shape, sort: [{ column: 'i', dir: 'desc' }] })
    expect(sorted.schema()).toEqual([{ name: 'i', type: 'integer' }])
  })

  it('a group that comes back unseen stays open', () => {
    const of = table({ k: ['a', 'b'], s: ['x', 'y'], i: [1, 2] }, { index: 'i' })
    const byHand = view(of, { columns: ['i'], group_by: ['k', 's'] })
    expect(byHand.collapse(3)).toBe(1)
    of.apply({ kind: 'remove', keys: Column.of('int32', [1]), port: 0 })
    of.apply(update({ k: ['a'], s: ['z'], i: [3] }))
    expect(paths(byHand)).toEqual(['', 'a', 'a/z', 'b'])
  })

  it('min and max are of all split columns', () => {
    const shape = { columns: ['i'], split_by: ['k', 's'] }
    expect(view(table(TREE), shape).minMax('i')).toEqual([1, 5])
    expect(view(table(TREE), { ...shape, group_by: ['s', 'k'], group_rollup_mode: 'flat' }).minMax('i')).toEqual([1, 5])
  })

  it('min and max are of the deepest rows shown', () => {
    const of = view(table(TREE), { columns: ['i'], group_by: ['k', 's'] })
    expect(of.minMax('i')).toEqual([1, 5])
    of.setDepth(0)
    expect(of.minMax('i')).toEqual([4, 7])
    expect(() => of.minMax('zz')).toThrow('Could not find column index for `zz` as it does not exist in the schema.\n')
  })
})

describe('A11 deltas of grouped views', () => {
  const delta = (of: View, since: number): unknown[] => JSON.parse(toJsonRows(of.delta(since)))

  it('hold exactly the rows whose cells differ', () => {
    const of = table({ k: ['a', 'b', 'c'], i: [1, 2, 3], f: [1, 1, 1] }, { index: 'k' })
    const watched = view(of, { columns: ['i'], group_by: ['k'] })
    watched.delta(of.version)
    const before = of.version
    of.apply(update({ k: ['a', 'b'], i: [5, 2], f: [7, 7] }))
    expect(delta(watched, before)).toEqual([{ i: 10 }, { i: 5 }])
    const then = of.version
    of.apply(update({ k: ['a'], f: [9] }))
    expect(delta(watched, then)).toEqual([])
    expect(delta(watched, before)).toEqual([{ i: 10 }, { i: 5 }])
  })

  it('hold the rows whose share of a changed total changed', () => {
    const of = table({ k: ['a', 'b'], i: [1, 3] }, { index: 'k' })
    const watched = view(of, { columns: ['i'], group_by: ['k'], aggregates: { i: ['pct sum parent'] } })
    watched.delta(of.version)
    const before = of.version
    of.apply(update({ k: ['a'], i: [7] }))
    expect(delta(watched, before)).toEqual([{ i: 70 }, { i: 30 }])
  })

  it('hold all rows of a table that was emptied, and no others', () => {
    const of = table({ k: ['a', 'b'], i: [1, 3] }, { index: 'k' })
    const watched = view(of, { columns: ['i'], group_by: ['k'] })
    watched.delta(of.version)
    const before = of.version
    of.apply({ ...update({ k: ['a', 'c'], i: [1, 3] }), kind: 'replace' })
    expect(delta(watched, before)).toEqual([{ i: 4 }, { i: 1 }, { i: 3 }])
    const then = of.version
    of.apply({ kind: 'clear', port: 0 })
    expect(delta(watched, then)).toEqual([])
  })

  it('hold a row that lost a cell, unless its whole column went', () => {
    const of = table({ k: ['x', 'y', 'z'], s: ['a', 'a', 'b'], i: [1, 2, 3], b: [true, false, true] }, { index: 'k' })
    const watched = view(of, { columns: ['i'], group_by: ['s'], split_by: ['b'], aggregates: { i: ['min'] } })
    watched.delta(of.version)
    const before = of.version
    of.apply(update({ k: ['x'], s: ['b'] }))
    expect(delta(watched, before)).toEqual([
      { 'false|i': 2, 'true|i': null },
      { 'false|i': null, 'true|i': 1 },
    ])
    const then = of.version
    of.apply({ kind: 'remove', keys: Column.of('string', ['y']), port: 0 })
    expect(delta(watched, then)).toEqual([])
  })
})

describe('A6 and A8 rows with nulls', () => {
  const count = { columns: ['i'], group_by: ['s'], aggregates: { i: ['count'] } } as const

  it('A6 a row whose key becomes null is in the group of null', () => {
    const of = table({ k: ['x', 'y'], s: ['a', 'b'], i: [1, 2] }, { index: 'k' })
    const shown = view(of, count)
    expect(paths(shown)).toEqual(['', 'a', 'b'])
    of.apply(update({ k: ['x'], s: [null] }))
    expect(rows(shown)).toEqual([
      { __ROW_PATH__: [], i: 2 },
      { __ROW_PATH__: [null], i: 1 },
      { __ROW_PATH__: ['b'], i: 1 },
    ])
  })

  it('A8 rows with nulls beside a window are counted once', () => {
    const of = table({ k: ['x', 'y'], s: [null, null], i: [1, 2] }, { index: 'k' })
    const window = { source: 'i', op: 'min', partition_by: [], order_by: null, frame: null, offset: null, alpha: null }
    const beside = view(of, { columns: ['w'], windows: { w: window } })
    const shown = view(of, count)
    rows(beside)
    rows(shown)
    of.apply(update({ k: [null], i: [0] }))
    expect(rows(beside).map(({ w }) => w)).toEqual([0, 0, 0])
    expect(rows(shown).map(({ i }) => i)).toEqual([3, 3])
  })
})

describe('A11 deltas of views that only split', () => {
  const delta = (of: View, since: number): unknown[] => JSON.parse(toJsonRows({ ...of.delta(since), rowPath: null }))
  const split = { columns: ['i'], split_by: ['s'] }

  it('begin with the total, when that changed', () => {
    const of = table({ k: ['x'], s: ['a'], i: [1] }, { index: 'k' })
    const watched = view(of, split)
    watched.delta(of.version)
    const before = of.version
    of.apply(update({ k: ['y'], s: ['a'], i: [2] }))
    expect(delta(watched, before)).toEqual([{ 'a|i': 2 }])
    const then = of.version
    of.apply(update({ k: ['x'], i: [7] }))
    expect(delta(watched, then)).toEqual([{ 'a|i': 7 }, { 'a|i': 7 }])
  })

  it('hold exactly the rows whose cells differ', () => {
    const of = table({ k: ['x', 'y', 'z'], s: ['a', 'a', 'b'], i: [1, 2, 3] }, { index: 'k' })
    const watched = view(of, split)
    watched.delta(of.version)
    const before = of.version
    of.apply(update({ k: ['y', 'z'], i: [9, 3], f: [1, 1] }))
    expect(delta(watched, before)).toEqual([{ 'a|i': 9, 'b|i': null }])
  })

  it('tell of a total of texts without rows', () => {
    const of = table({ k: ['x'], s: ['a'], i: [1] }, { index: 'k' })
    const watched = view(of, { columns: ['s'], split_by: ['s'], split_rollup_mode: 'rollup' })
    watched.delta(of.version)
    const before = of.version
    of.apply({ kind: 'remove', keys: Column.of('string', ['x']), port: 0 })
    expect(delta(watched, before)).toEqual([{ s: '' }])
  })
})
