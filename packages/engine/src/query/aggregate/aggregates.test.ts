import { describe, expect, it } from 'vitest'
import { by, type Cells, rows, table, update, view } from '../../../tests/grouped.js'
import { Column } from '../../columns/column.js'
import type { ViewConfig } from '../config.js'

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
