import { describe, expect, it } from 'vitest'
import { paths, rows, TREE, table, update, view } from '../../tests/grouped.js'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import { Table } from '../table/table.js'
import { toJsonRows } from '../write/write.js'
import type { SortDir, ViewConfig } from './config.js'
import { EVERYTHING } from './slice.js'
import type { View } from './view.js'

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
    expect(total('sum not null')).toEqual(total('sum'))
    expect(total('median')).toEqual([{ __ROW_PATH__: [], f: 3.5 }])
  })

  it.each(['uint8', 'uint32', 'uint64'] as const)(
    'sums of unsigned integers stay right when rows are written again: %s',
    (type) => {
      const of = new Table(
        [
          { name: 'k', storage: 'int32' },
          { name: 'u', storage: type },
        ],
        { index: 'k' },
      )
      const total = view(of, { group_rollup_mode: 'total', columns: ['u'] })
      for (const number of [0, 9, 9, 6]) {
        const columns = [Column.of('int32', [1]), Column.of(type, [number])]
        of.apply({ kind: 'update', batch: createBatch(['k', 'u'], columns, 1), port: 0 })
        expect(rows(total)).toEqual([{ __ROW_PATH__: [], u: number }])
      }
    },
  )
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
