import { describe, expect, it } from 'vitest'
import { type Cells, cellsOf, tableOf, updateOf, viewOf } from '../../tests/tables.js'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Schema } from '../columns/storage.js'
import { Table, type TableOptions } from '../table/table.js'
import type { ViewConfig } from './config.js'
import { EVERYTHING } from './slice.js'
import type { View } from './view.js'

const SCHEMA: Schema = [
  { name: 'k', storage: 'int32' },
  { name: 's', storage: 'string' },
  { name: 'v', storage: 'float64' },
  { name: 't', storage: 'datetime' },
]

const update = (columns: Cells) => updateOf(SCHEMA, columns)
const table = (options: TableOptions, columns: Cells) => tableOf(SCHEMA, columns, options)
const keys = (of: View) => cellsOf(of.slice(EVERYTHING))
const DATA = { k: [1, 2, 3, 4, 5, 6], s: ['b', 'A', null, 'b', '', 'é'], v: [1, Number.NaN, null, -1, 0, -2] }

describe('A6 flat views', () => {
  it('filters', () => {
    const of = table({}, DATA)
    const passing = (column: string, op: string, ...terms: Scalar[]) =>
      keys(viewOf(of, { filter: [{ column, op, terms }] }))
    expect(passing('k', '>', 4)).toEqual([5, 6])
    expect(passing('k', '==', 2.7)).toEqual([2])
    expect(passing('s', '!=', 'b')).toEqual([2, 3, 5, 6])
    expect(passing('s', 'begins with', 'a')).toEqual([2])
    expect(passing('s', 'not in', 'b', 'A')).toEqual([3, 5, 6])
    expect(passing('s', 'matches', '^[bA]$')).toEqual([1, 2, 4])
    expect(passing('s', 'matches', '(')).toEqual([])
    expect(passing('v', 'is null')).toEqual([3])
    expect(passing('v', '<', 0.5)).toEqual([4, 5, 6])
    expect(passing('v', '==', null)).toEqual([])
    expect(passing('v', '>', null)).toEqual([1, 2, 4, 5, 6])
    const times = table({}, { k: [1, 2], t: [1551398399000, 1551398400000] })
    for (const text of ['2/28/2019, 11:59:59 PM', '2/28/2019 23:59:59', '2019-02-28T23:59:59Z', '2019 02 28 23:59:59'])
      expect(keys(viewOf(times, { filter: [{ column: 't', op: '==', terms: [text] }] })), text).toEqual([1])
    const either = [
      { column: 'k', op: '==', terms: [6] },
      { column: 's', op: '==', terms: ['b'] },
    ]
    expect(keys(viewOf(of, { filter: either, filter_op: 'or' }))).toEqual([1, 4, 6])
    expect(keys(viewOf(of, { filter: either }))).toEqual([])
  })

  it('sorts: NaN, null, values, ties in table order, several keys', () => {
    const of = table({}, DATA)
    const sorted = (...sort: ViewConfig['sort'][number][]) => keys(viewOf(of, { sort }))
    expect(sorted({ column: 'v', dir: 'asc' })).toEqual([2, 3, 6, 4, 5, 1])
    expect(sorted({ column: 'v', dir: 'desc' })).toEqual([1, 5, 4, 6, 3, 2])
    expect(sorted({ column: 'v', dir: 'asc abs' })).toEqual([2, 3, 5, 1, 4, 6])
    expect(sorted({ column: 's', dir: 'asc' }, { column: 'k', dir: 'desc' })).toEqual([3, 5, 2, 4, 1, 6])
    expect(sorted({ column: 'v', dir: 'none' })).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('numbers in filters beyond their column', () => {
    const of = new Table([
      { name: 'u', storage: 'uint8' },
      { name: 'd', storage: 'date' },
    ])
    const batch = createBatch(['u'], [Column.of('uint8', [0, 44, 255])], 3)
    of.apply({ kind: 'update', batch, port: 0 })
    const passing = (op: string, term: number) => keys(viewOf(of, { filter: [{ column: 'u', op, terms: [term] }] }))
    expect(passing('<=', 300)).toEqual([0, 44, 255])
    expect(passing('==', 300)).toEqual([])
    expect(passing('<=', -1)).toEqual([])
    expect(() => viewOf(of, { filter: [{ column: 'd', op: '<', terms: [1e300] }] })).toThrow('Invalid date format')
    const text = (term: string) => viewOf(of, { filter: [{ column: 'u', op: '<', terms: [term] }] })
    expect(() => text('a')).toThrow('stoul: no conversion')
    expect(() => text('99999999999')).toThrow('stoul: out of range')
  })

  it('names what is wrong in the reference words', () => {
    const of = table({}, DATA)
    expect(() => viewOf(of, { aggregates: { zz: ['sum'] } })).toThrow("Invalid column 'zz' found in View aggregates.")
    expect(() => viewOf(of, { columns: ['zz'] })).toThrow("Invalid column 'zz' found in View columns.\n")
    expect(() => viewOf(of, { sort: [{ column: 'zz', dir: 'asc' }] })).toThrow(
      "Invalid column 'zz' found in View sorts.",
    )
    expect(() => viewOf(of, { filter: [{ column: 'k', op: '~~', terms: [1] }] })).toThrow(
      'Unknown filter operator string: `~~`\n',
    )
    expect(() => viewOf(of, { filter: [{ column: 'k', op: '==', terms: ['abc'] }] })).toThrow('stoi: no conversion')
  })

  it('follows updates, removes and replaces as if built anew', () => {
    const of = table({ index: 'k' }, DATA)
    const config: Partial<ViewConfig> = {
      filter: [{ column: 'v', op: '>', terms: [-10] }],
      sort: [{ column: 's', dir: 'desc' }],
    }
    const kept = viewOf(of, config)
    const steps = [
      () => of.apply(update({ k: [2, 9], v: [4, 5] })),
      () => of.apply({ kind: 'remove', keys: Column.of('int32', [1, 9]), port: 0 }),
      () => of.apply(update({ k: [1, 4], s: ['zz', null], v: [7, 7] })),
      () => of.apply({ kind: 'replace', batch: update({ k: [3, 1], s: ['a', 'b'], v: [1, 2] }).batch, port: 0 }),
    ]
    for (const step of steps) {
      keys(kept)
      step()
      const anew = viewOf(of, { ...config, group_by_depth: of.version })
      expect(keys(kept)).toEqual(keys(anew))
      anew.close()
    }
  })
})

describe('A11 flat deltas', () => {
  it('hold the written rows that are in view, in view order, each once', () => {
    const of = table({ index: 'k' }, DATA)
    const shown = viewOf(of, {
      columns: ['k', 'v'],
      filter: [{ column: 'v', op: '>', terms: [0] }],
      sort: [{ column: 'v', dir: 'desc' }],
    })
    const { version } = of
    of.apply(update({ k: [4, 1, 7], v: [10, -5, 11] }))
    expect(cellsOf(shown.delta(version))).toEqual([7, 4])
    of.apply(update({ k: [4], v: [12] }))
    expect(cellsOf(shown.delta(version))).toEqual([4, 7])
    expect(cellsOf(shown.delta(of.version))).toEqual([])
  })
})
