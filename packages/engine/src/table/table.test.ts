import { describe, expect, it } from 'vitest'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Schema } from '../columns/storage.js'
import { NetChange } from './net-change.js'
import { Table } from './table.js'

const SCHEMA: Schema = [
  { name: 'k', storage: 'int32' },
  { name: 's', storage: 'string' },
  { name: 'v', storage: 'float64' },
]

function batch(columns: Record<string, Scalar[]>) {
  const names = Object.keys(columns)
  const made = names.map((name) => Column.of(SCHEMA.find((field) => field.name === name)!.storage, columns[name]!))
  return createBatch(names, made, made[0]!.length)
}

function rows(table: Table): Scalar[][] {
  const order = table.order() ?? table.liveSlots()
  return Array.from(order, (slot) => SCHEMA.map((_, position) => table.columns[position]!.get(slot)))
}

const update = (columns: Record<string, Scalar[]>, port = 0) =>
  ({ kind: 'update', batch: batch(columns), port }) as const

describe('A5 a table is a fold over its mutations', () => {
  it('appends in order without an index, missing columns null', () => {
    const table = new Table(SCHEMA)
    table.apply(update({ k: [1, 2], s: ['a', null], v: [1.5, 0] }))
    table.apply(update({ s: ['b'] }))
    expect(rows(table)).toEqual([
      [1, 'a', 1.5],
      [2, null, 0],
      [null, 'b', null],
    ])
  })

  it('upserts by key, keeps absent columns, clears given nulls, shows key order', () => {
    const table = new Table(SCHEMA, { index: 'k' })
    table.apply(update({ k: [3, 1, null], s: ['c', 'a', 'n'], v: [3, 1, 0] }))
    const change = table.apply(update({ k: [1, 2, 1], v: [null, 2, 10] }))
    expect(Array.from(change.touched, (slot) => table.columns[0]!.get(slot))).toEqual([1, 2])
    expect(rows(table)).toEqual([
      [null, 'n', 0],
      [1, 'a', 10],
      [2, null, 2],
      [3, 'c', 3],
    ])
  })

  it('removes by key and uses the slot again with nothing of the old row', () => {
    const table = new Table(SCHEMA, { index: 's' })
    table.apply(update({ k: [1, 2], s: ['a', 'b'], v: [1, 2] }))
    const change = table.apply({ kind: 'remove', keys: Column.of('string', ['a', 'zz', 'a']), port: 0 })
    expect(change.removed.length).toBe(1)
    expect(change.removedKeys!.get(0)).toBe('a')
    table.apply(update({ s: ['c'] }))
    expect(table.slots).toBe(2)
    expect(rows(table)).toEqual([
      [2, 'b', 2],
      [null, 'c', null],
    ])
  })

  it('keeps the last rows of a ring, oldest first', () => {
    const table = new Table(SCHEMA, { limit: 3 })
    table.apply(update({ k: [1, 2], s: ['a', 'b'], v: [1, 2] }))
    table.apply(update({ k: [3, 4] }))
    expect(rows(table).map((row) => row[0])).toEqual([2, 3, 4])
    table.apply(update({ k: [5, 6, 7, 8, 9] }))
    expect(rows(table)).toEqual([
      [7, null, null],
      [8, null, null],
      [9, null, null],
    ])
    expect(table.size).toBe(3)
  })

  it('keeps the last rows of a first batch that is larger than the ring', () => {
    const table = new Table(SCHEMA, { limit: 3 })
    table.apply(update({ k: [1, 2, 3, 4], s: [null, 'b', 'c', 'd'] }))
    expect(rows(table)).toEqual([
      [2, 'b', null],
      [3, 'c', null],
      [4, 'd', null],
    ])
    expect(table.size).toBe(3)
  })

  it('numbers rows without an index in turn, also after an emptying', () => {
    for (const options of [{}, { limit: 2 }]) {
      const table = new Table(SCHEMA, options)
      const numbers = () => Array.from(table.order() ?? table.liveSlots(), (slot) => table.rowNumber(slot))
      table.apply(update({ k: [1, 2, 3] }))
      table.apply({ kind: 'replace', batch: batch({ k: [4, 5] }), port: 0 })
      expect(numbers()).toEqual([3, 4])
      table.apply({ kind: 'update', batch: { ...batch({ k: [50] }), address: Column.of('int64', [4]) }, port: 0 })
      expect(rows(table).map((row) => row[0])).toEqual([4, 50])
      expect(table.slotOf(3)).toBe(0)
      expect(table.slotOf(2)).toBe(-1)
    }
  })

  it('row numbers of one batch name rows from before it', () => {
    const table = new Table(SCHEMA)
    table.apply({ kind: 'update', batch: { ...batch({ k: [1, 2] }), address: Column.of('int64', [1, 0]) }, port: 0 })
    expect(rows(table).map((row) => row[0])).toEqual([1, 2])
  })

  it('replace empties first and reports the keys that did not come back', () => {
    const table = new Table(SCHEMA, { index: 'k' })
    table.apply(update({ k: [1, 2, 3] }))
    const change = table.apply({ kind: 'replace', batch: batch({ k: [2, 4] }), port: 0 })
    expect(change.reset).toBe(true)
    expect([change.removedKeys!.get(0), change.removedKeys!.get(1)]).toEqual([1, 3])
    expect(rows(table).map((row) => row[0])).toEqual([2, 4])
  })

  it('knows the order of keys after rows came and went unseen', () => {
    const table = new Table(SCHEMA, { index: 'k' })
    for (let k = 0; k < 2000; k++) {
      table.apply(update({ k: [k, -k] }))
      if (k >= 3) table.apply({ kind: 'remove', keys: Column.of('int32', [k - 3, 3 - k]), port: 0 })
    }
    expect(rows(table).map(([k]) => k)).toEqual([-1999, -1998, -1997, 1997, 1998, 1999])
  })

  it('keeps a churned string column small', () => {
    const table = new Table(SCHEMA, { limit: 10 })
    for (let i = 0; i < 5000; i++) table.apply(update({ s: [`new ${i}`] }))
    expect(table.columns[1]!.dictionary!.size).toBeLessThan(2000)
    expect(rows(table).at(-1)![1]).toBe('new 4999')
  })
})

describe('NetChange', () => {
  it('joins several changes into what was before all of them', () => {
    const table = new Table(SCHEMA, { index: 'k' })
    table.apply(update({ k: [1, 2], s: ['a', 'b'], v: [1, 2] }))
    table.follow(true)
    const { version } = table
    table.apply(update({ k: [1], v: [5] }))
    table.apply(update({ k: [1, 7], s: ['x', 'y'] }))
    table.apply({ kind: 'remove', keys: Column.of('int32', [2]), port: 0 })
    const net = NetChange.since(table, version)!
    const seen = Array.from(net.slots, (slot, i) => [
      net.existed[i] === 1 ? [net.before(1).get(i), net.before(2).get(i)] : null,
      table.isLive(slot) ? [table.columns[1]!.get(slot), table.columns[2]!.get(slot)] : null,
    ])
    expect(seen).toEqual([
      [
        ['a', 1],
        ['x', 5],
      ],
      [null, ['y', null]],
      [['b', 2], null],
    ])
  })
})
