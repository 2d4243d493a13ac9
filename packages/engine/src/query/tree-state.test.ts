import { describe, expect, it } from 'vitest'
import { paths, rows, TREE, table, update, view } from '../../tests/grouped.js'
import { Column } from '../columns/column.js'
import type { ViewConfig } from './config.js'
import { EVERYTHING } from './slice.js'
import type { View } from './view.js'

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
