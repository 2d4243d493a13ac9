import { expect, test } from 'vitest'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Storage } from '../columns/storage.js'
import { Table } from '../table/table.js'
import { Join, type JoinType } from './join.js'

type Cells = Record<string, [Storage, Scalar[]]>

function update(cells: Cells) {
  const names = Object.keys(cells)
  const columns = names.map((name) => Column.of(...cells[name]!))
  return { kind: 'update', batch: createBatch(names, columns, columns[0]!.length), port: 0 } as const
}

function table(cells: Cells): Table {
  const made = new Table(Object.entries(cells).map(([name, [storage]]) => ({ name, storage })))
  made.apply(update(cells))
  return made
}

function rows(join: Join): Scalar[][] {
  const mutation = join.refresh()
  if (mutation !== null) join.table.apply(mutation)
  return Array.from(join.table.order()!, (slot) => join.table.columns.map((column) => column!.get(slot)))
}

const left = () => table({ k: ['int32', [1, null, 2, 1]], a: ['string', ['x', 'n', 'y', 'z']] })
const right = () => table({ j: ['int32', [1, null, 1, 7]], b: ['string', ['p', 'q', 'r', 'y']] })

test.each<[JoinType, Scalar[][]]>([
  ['inner', []],
  ['left', [[2, 'y', null]]],
  [
    'outer',
    [
      [2, 'y', null],
      [7, null, 'y'],
    ],
  ],
])('A12 %s: left order, every match in right order, null equals null', (type, more) => {
  const joined = rows(new Join(left(), right(), { on: 'k', rightOn: 'j', type }))
  const matches = [
    [1, 'x', 'p'],
    [1, 'x', 'r'],
    [null, 'n', 'q'],
    ...more.slice(0, 1),
    [1, 'z', 'p'],
    [1, 'z', 'r'],
    ...more.slice(1),
  ]
  expect(joined).toEqual(matches)
})

test('A12 a join follows its sources, and stands still when they do', () => {
  const of = left()
  const join = new Join(of, right(), { on: 'k', rightOn: 'j', type: 'inner' })
  expect(rows(join)).toHaveLength(5)
  expect(join.refresh()).toBeNull()
  of.apply(update({ k: ['int32', [7]], a: ['string', ['new']] }))
  expect(rows(join).at(-1)).toEqual([7, 'new', 'y'])
})

test('A12 says what does not fit in the reference words', () => {
  const join =
    (on: string, rightOn: string, to = right()) =>
    () =>
      new Join(left(), to, { on, rightOn, type: 'inner' })
  expect(join('zz', 'j')).toThrow('Column "zz" not found in left table')
  expect(join('k', 'zz')).toThrow('Column "zz" not found in right table')
  expect(join('k', 'b')).toThrow('Join column type mismatch')
  expect(join('k', 'j', table({ j: ['int32', [1]], a: ['string', ['x']] }))).toThrow('Column "a" exists in both tables')
})
