import { Float32, Int16, Table, tableToIPC, vectorFromArray } from 'apache-arrow'
import { expect, test } from 'vitest'
import { Server } from '../src/server.js'

/** What docs/differences.md promises of tables and views, seen through a client. */

const client = () => new Server().new_local_client()

test('A5 __INDEX__ makes a row with its key', async () => {
  const table = await client().table({ k: 'integer', v: 'string' }, { index: 'k' })
  await table.update([{ __INDEX__: 7, v: 'seven' }])
  expect(await (await table.view()).to_json()).toEqual([{ k: 7, v: 'seven' }])
})

test('A4 the last row with a null key wins', async () => {
  const table = await client().table({ k: 'integer', v: 'integer' }, { index: 'k' })
  await table.update([
    { k: null, v: 1 },
    { k: 0, v: 2 },
    { k: null, v: 3 },
  ])
  expect(await (await table.view()).to_columns()).toEqual({ k: [null, 0], v: [3, 2] })
})

test('A6 nulls sort below values however they came', async () => {
  const table = await client().table({ n: 'integer', i: 'integer' })
  await table.update([{ n: 0 }, { n: 1, i: null }, { n: 2, i: 3 }, { n: 3, i: -3 }, { n: 4, i: null }])
  const order = async (dir: 'asc' | 'desc') =>
    (await (await table.view({ columns: ['n'], sort: [['i', dir]] })).to_columns())['n']
  expect(await order('asc')).toEqual([0, 1, 4, 3, 2])
  expect(await order('desc')).toEqual([2, 3, 0, 1, 4])
})

test('A6 a sort by the absolute value of text', async () => {
  const table = await client().table({ s: ['b', 'a', 'c'], i: [2, 1, 3] })
  const view = await table.view({
    sort: [
      ['s', 'desc abs'],
      ['i', 'asc'],
    ],
  })
  expect(await view.to_columns()).toEqual({ s: ['a', 'b', 'c'], i: [1, 2, 3] })
})

test('A4 a key keeps its sign of zero', async () => {
  const table = await client().table({ k: 'float', v: 'integer' }, { index: 'k' })
  await table.update('[{"k":-0.0,"v":1},{"k":0.0,"v":2}]', { format: 'json' })
  expect(await (await table.view()).to_json_string()).toBe('[{"k":-0.0,"v":2}]')
})

test('A5 JSON updates a narrow column', async () => {
  const f = vectorFromArray([1.5], new Float32())
  const table = await client().table(tableToIPC(new Table({ f }), 'stream'))
  await table.update([{ f: 2.5 }])
  expect(await (await table.view()).to_columns()).toEqual({ f: [1.5, 2.5] })
})

test('A3 an empty NDJSON object is a row', async () => {
  const table = await client().table({ a: 'integer' })
  await table.update('{}', { format: 'ndjson' })
  expect(await (await table.view()).to_columns()).toEqual({ a: [null] })
})

test('A6 a cleared cell is null to filters at once', async () => {
  const table = await client().table([{ k: 1, v: 'a' }], { index: 'k' })
  const view = await table.view({ filter: [['v', 'is null', null]] })
  await table.update([{ k: 1, v: null }])
  expect(await view.num_rows()).toBe(1)
})

test('A10 a view without columns counts the rows that are there', async () => {
  const table = await client().table({ a: 'integer' }, { limit: 1 })
  await table.update([{ a: 1 }, { a: 2 }])
  expect((await (await table.view({ columns: [] })).dimensions()).num_view_rows).toBe(1)
})

test('A4 a number too large for its column is refused', async () => {
  const i = vectorFromArray([1], new Int16())
  const table = await client().table(tableToIPC(new Table({ i }), 'stream'))
  await expect(table.update([{ i: 65536 }])).rejects.toThrow(/65536 does not fit int16.*column "i", row 0/)
  expect(await table.size()).toBe(1)
})

test('A3 a table made of CSV respects its limit', async () => {
  const table = await client().table('a\n1\n2\n3', { limit: 2 })
  expect(await (await table.view()).to_columns()).toEqual({ a: [2, 3] })
})

test('A6 rows that come later pass filters joined by or', async () => {
  const table = await client().table([{ s: 'x' }])
  const filter: [string, string, string][] = [
    ['s', '==', 'b'],
    ['s', '==', 'c'],
  ]
  const view = await table.view({ filter, filter_op: 'or' })
  await table.update([{ s: 'b' }, { s: 'd' }])
  expect(await view.to_columns()).toEqual({ s: ['b'] })
})

test('A4 updates keep list_flatten', async () => {
  const options = { list_flatten: 'cartesian' } as const
  const tables = [
    await client().table([{ a: 0, b: 0 }], options),
    await client().table({ a: 'integer', b: 'integer' }, options),
  ]
  for (const table of tables) {
    await table.update([{ a: [1, 2], b: [3, 4] }])
    const { a, b } = await (await table.view()).to_columns()
    expect([a?.slice(-4), b?.slice(-4)]).toEqual([
      [1, 1, 2, 2],
      [3, 4, 3, 4],
    ])
  }
})
