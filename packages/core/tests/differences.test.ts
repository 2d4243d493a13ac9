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

test('A5 rows of one update under one new __INDEX__ are one row', async () => {
  const table = await client().table({ a: 'integer', b: 'integer' })
  await table.update([{ a: 0, b: 0 }])
  await table.update([{ __INDEX__: 5, a: 1 }, { __INDEX__: 7, a: 3 }, { a: 8 }, { __INDEX__: 5, b: 2 }])
  const view = await table.view()
  expect(await view.to_columns()).toEqual({ a: [0, 1, 3, 8], b: [0, 2, null, null] })
  await table.update([{ a: 9 }])
  expect(await view.to_columns()).toEqual({ a: [0, 1, 3, 8, 9], b: [0, 2, null, null, null] })
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

test('A10 get_min_max passes over NaN', async () => {
  const f = vectorFromArray([Number.NaN, 2, 1], new Float32())
  const view = await (await client().table(tableToIPC(new Table({ f }), 'stream'))).view()
  expect(await view.get_min_max('f')).toEqual([1, 2])
})

test('A6 minus zero sorts as zero', async () => {
  const table = await client().table('[{"f":-0.0,"i":2},{"f":0.0,"i":1},{"f":-0.0,"i":3}]', { format: 'json' })
  const view = await table.view({
    columns: ['i'],
    sort: [
      ['f', 'asc'],
      ['i', 'asc'],
    ],
  })
  expect(await view.to_columns()).toEqual({ i: [1, 2, 3] })
})

test('A6 a sort by none ends the sorts', async () => {
  const table = await client().table({ s: ['a', 'a', 'b'], i: [2, 1, 0] })
  const view = await table.view({
    columns: ['i'],
    sort: [
      ['s', 'none'],
      ['i', 'asc'],
    ],
  })
  expect(await view.to_columns()).toEqual({ i: [2, 1, 0] })
})

test('A5 a key removed and given again starts empty', async () => {
  const table = await client().table({ k: 'integer', v: 'string' }, { index: 'k' })
  await table.update([{ k: 1, v: 'a' }])
  await Promise.all([table.update([{ k: 2, v: 'b' }]), table.remove([1]), table.update([{ k: 1 }])])
  expect(await (await table.view()).to_columns()).toEqual({ k: [1, 2], v: [null, 'b'] })
})

test('A5 a row given by replace and removed again is gone', async () => {
  const table = await client().table({ k: 'integer', v: 'string' }, { index: 'k' })
  await table.update([{ k: 1, v: 'a' }])
  await Promise.all([table.replace([{ k: 1, v: 'b' }]), table.remove([1])])
  expect(await table.size()).toBe(0)
})

test('A5 a key given again after clear can be removed', async () => {
  const table = await client().table([{ k: 1, v: 'a' }], { index: 'k' })
  const view = await table.view({ filter: [['v', '!=', 'b']] })
  await Promise.all([table.clear(), table.update([{ k: 1, v: 'c' }])])
  expect(await view.num_rows()).toBe(1)
  await table.remove([1])
  expect(await view.num_rows()).toBe(0)
})

test('A12 nulls match however they came', async () => {
  const joining = client()
  const left = await joining.table({ k: 'integer', a: 'integer' })
  const right = await joining.table({ k: 'integer', b: 'integer' })
  await left.update([{ a: 1 }])
  await right.update([{ k: null, b: 2 }])
  const view = await (await joining.join(left, right, 'k')).view()
  expect(await view.to_columns()).toEqual({ k: [null], a: [1], b: [2] })
})

test('A4 a limit holds across ports', async () => {
  const table = await client().table({ a: 'integer' }, { limit: 2 })
  const port_id = await table.make_port()
  await Promise.all([table.update([{ a: 1 }], { port_id }), table.update([{ a: 2 }, { a: 3 }])])
  expect(await (await table.view()).to_columns()).toEqual({ a: [2, 3] })
})

test('A11 removals that come together are told one after the other', async () => {
  const table = await client().table([{ k: 1 }, { k: 2 }], { index: 'k' })
  const told: string[] = []
  for (const name of ['v', 'w']) {
    const view = await table.view()
    await view.on_update(() => told.push(`${name} updated`))
    await view.on_remove(() => told.push(`${name} removed`))
  }
  await Promise.all([table.remove([1]), table.remove([2])])
  await table.size()
  const once = ['v removed', 'v updated', 'w removed', 'w updated']
  expect(told).toEqual([...once, ...once])
})

const joined = async (name?: string) => {
  const joining = client()
  const left = await joining.table([{ k: 1, a: 1 }], { index: 'k', name: 'left' })
  await joining.table([{ k: 1, b: 1 }], { name: 'right' })
  return { joining, left, join: await joining.join('left', 'right', 'k', name === undefined ? {} : { name }) }
}

test('A12 a source of a join cannot be deleted, be it a join itself', async () => {
  const { joining, left, join } = await joined('first')
  await joining.table([{ k: 1, c: 1 }], { name: 'third' })
  await joining.join('third', 'first', 'k', { name: 'second' })
  await join.view()
  await expect(join.delete()).rejects.toThrow('it is a source for join table "second"')
  await expect(left.delete()).rejects.toThrow('it is a source for join table "first"')
})

test('A12 a join is read with what its sources have waiting', async () => {
  const { left, join } = await joined()
  const view = await join.view()
  const [, seen] = await Promise.all([left.update([{ k: 1, a: 2 }]), view.to_columns()])
  expect(seen).toEqual({ k: [1], a: [2], b: [1] })
  const told: number[] = []
  await view.on_update(() => told.push(1))
  await Promise.all([left.update([{ k: 1, a: 3 }]), left.size()])
  expect(await view.to_columns()).toEqual({ k: [1], a: [3], b: [1] })
  expect(told).toHaveLength(1)
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

test('A10 counts new rows in the groups of an expression', async () => {
  const table = await client().table([{ a: 1 }])
  const view = await table.view({ columns: ['a'], group_by: ['e'], expressions: { e: 'is_null("a")' } })
  await table.update([{ a: 2 }, { a: null }])
  expect(await view.to_columns()).toEqual({ __ROW_PATH__: [[], [false], [true]], a: [3, 3, 0] })
})

test('A4 a null key between two rows of another', async () => {
  const table = await client().table({ k: 'string', v: 'integer' }, { index: 'k' })
  await table.update([{ k: 'a', v: 1 }, { v: 2 }, { k: 'a', v: 3 }])
  const view = await table.view()
  expect(await view.to_columns()).toEqual({ k: [null, 'a'], v: [2, 3] })
  await table.remove(['a', null, 'b', 'a'])
  expect(await view.to_json()).toEqual([])
})

test('A8 a group whose row is overwritten and given again stays', async () => {
  const table = await client().table({ k: 'string', i: 'integer' }, { limit: 2 })
  await table.update([
    { k: 'a', i: 1 },
    { k: 'b', i: 2 },
  ])
  const view = await table.view({
    columns: ['i', 'w'],
    group_by: ['k'],
    windows: { w: { column: 'i', aggregate: 'sum', order_by: ['i', 'asc'], cumulative: true } },
  })
  await table.update([{ k: 'd', i: 3 }])
  await table.update([
    { k: 'e', i: 4 },
    { k: 'b', i: 5 },
    { k: 'c', i: 6 },
  ])
  expect(await view.to_columns()).toEqual({ __ROW_PATH__: [[], ['b'], ['c']], i: [11, 5, 6], w: [16, 5, 11] })
})

test('A4 an index that becomes text keeps its keys apart', async () => {
  const rows = [
    { k: '1', v: 1 },
    { k: 'd', v: 2 },
    { k: 'a', v: 3 },
  ]
  const table = await client().table(rows, { index: 'k' })
  expect(await (await table.view()).to_columns()).toEqual({ k: ['1', 'a', 'd'], v: [1, 3, 2] })
})
