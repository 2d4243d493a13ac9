import { describe, expect, it } from 'vitest'
import { table, update, view } from '../../tests/grouped.js'
import { Column } from '../columns/column.js'
import { toJsonRows } from '../write/write.js'
import type { View } from './view.js'

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

  it('hold beside a count every row that a written row is or was in', () => {
    const of = table({ k: ['a', 'b', 'c'], s: ['x', 'y', 'z'], i: [1, 2, 3] }, { index: 'k' })
    const filter = [{ column: 'i', op: '>', terms: [0] }] as const
    const watched = view(of, { columns: ['k'], group_by: ['s'], filter })
    const split = view(of, { columns: ['k'], group_by: ['s'], split_by: ['k'], filter })
    for (const each of [watched, split]) each.delta(of.version)
    const before = of.version
    of.apply(update({ k: ['a'], i: [1] }))
    expect(delta(watched, before)).toEqual([{ k: 3 }, { k: 1 }])
    expect(delta(split, before)).toEqual([
      { 'a|k': 1, 'b|k': 1, 'c|k': 1 },
      { 'a|k': 1, 'b|k': null, 'c|k': null },
    ])
    const then = of.version
    of.apply(update({ k: ['d'], s: ['x'], i: [-1] }))
    // As in the reference the total is told of with every write.
    expect(delta(watched, then)).toEqual([{ k: 3 }])
    expect(delta(split, then)).toEqual([])
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

  it('hold a row that came in the place of another with the same cells', () => {
    const of = table({ k: ['x', 'y'], s: ['a', 'a'], i: [1, 2] }, { index: 'k' })
    const watched = view(of, split)
    watched.delta(of.version)
    const before = of.version
    of.apply({ kind: 'remove', keys: Column.of('string', ['y']), port: 0 })
    of.apply(update({ k: ['z'], s: ['a'], i: [2] }))
    expect(delta(watched, before)).toEqual([{ 'a|i': 2 }])
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
