import { tableFromIPC } from 'apache-arrow'
import { expect, test } from 'vitest'
import { Server } from '../src/server.js'

/** What docs/differences.md promises of grouped and split views and their errors, seen through a client. */

const client = () => new Server().new_local_client()

test('A9 a row path of a window column has its type', async () => {
  const table = await client().table({ k: ['a', 'a', 'b'], i: [1, 2, 4] })
  const view = await table.view({
    columns: ['i'],
    group_by: ['w'],
    windows: { w: { column: 'i', aggregate: 'sum', partition_by: ['k'], cumulative: true } },
  })
  expect(await view.to_csv()).toBe('"w (Group by 1)","i"\n,7\n1,1\n3,2\n4,4\n')
  const path = tableFromIPC(await view.to_arrow()).getChildAt(0)
  expect([path?.type.toString(), [...(path ?? [])]]).toEqual(['Float64', [null, 1, 3, 4]])
})

test('A8 a window over text follows updates', async () => {
  const table = await client().table({ k: [1, 2, 3], s: ['b', 'a', 'b'], t: ['x', 'y', 'z'] }, { index: 'k' })
  const config = {
    columns: ['w'],
    windows: { w: { column: 't', aggregate: 'lag', offset: 1, partition_by: ['s'] } },
  }
  const view = await table.view(config)
  await table.update([
    { k: 2, s: 'b' },
    { k: 4, s: 'c', t: 'new' },
    { k: 5, s: 'c', t: 'newer' },
  ])
  expect(await view.to_columns()).toEqual({ w: [null, 'x', 'y', null, 'new'] })
  expect(await (await table.view(config)).to_columns()).toEqual(await view.to_columns())
})

test('A11 a cell of a delta without rows in its split is null', async () => {
  const table = await client().table({ g: ['a'], by: ['p'], f: [1.5], s: ['one'] })
  const view = await table.view({ columns: ['f', 's'], group_by: ['g'], split_by: ['by'], aggregates: { s: 'any' } })
  const delta = new Promise<Uint8Array>((resolve) => {
    void view.on_update((update) => update.delta && resolve(update.delta), { mode: 'row' })
  })
  await table.update([{ g: 'b', by: 'q', f: 2.5, s: 'two' }])
  expect(
    tableFromIPC(await delta)
      .toArray()
      .map((row) => row.toJSON()),
  ).toEqual([
    { 'p|f': 1.5, 'p|s': 'one', 'q|f': 2.5, 'q|s': 'two' },
    { 'p|f': null, 'p|s': null, 'q|f': 2.5, 'q|s': 'two' },
  ])
})

test('A6 nothing is left of a view that is refused', async () => {
  const table = await client().table({ g: 'string', d: 'date', s: 'string' })
  const refused = (aggregates: Record<string, string>) =>
    table.view({ columns: Object.keys(aggregates), group_by: ['g'], aggregates })
  await expect(refused({ d: 'avg' })).rejects.toThrow('Unexpected dtype')
  await expect(refused({ s: 'sum' })).rejects.toThrow('Unexpected coltype')
  await table.update([{ g: 'a', d: '2024-01-01', s: 'x' }])
  expect(await table.size()).toBe(1)
  await table.delete() // It would not go while it has views.
})

test('A6 dates deviate by days', async () => {
  const day = 86_400_000
  const first = Date.UTC(2023, 11, 30)
  const table = await client().table({ g: 'string', d: 'date' })
  await table.update({ g: ['a', 'a'], d: [first, first + 4 * day] })
  const deviation = async (aggregate: string) => {
    const view = await table.view({ columns: ['d'], group_by: ['g'], aggregates: { d: aggregate } })
    return (await view.to_columns())['d']
  }
  expect(await deviation('var')).toEqual([4, 4])
  expect(await deviation('stddev')).toEqual([2, 2])
})

test('A6 a NaN adds nothing to a sum', async () => {
  const table = await client().table({ k: 'integer', g: 'string', f: 'float' }, { index: 'k' })
  await table.update({ k: [1, 2], g: ['a', 'a'], f: [Number.NaN, 2] })
  const view = await table.view({ columns: ['f'], group_by: ['g'] })
  expect(await view.to_columns()).toEqual({ __ROW_PATH__: [[], ['a']], f: [2, 2] })
  await table.update([{ k: 3, g: 'a', f: 4 }])
  expect(await view.to_columns()).toEqual({ __ROW_PATH__: [[], ['a']], f: [6, 6] })
})

test('A5 a replacement that fails changes nothing', async () => {
  const table = await client().table([{ k: 1, d: 1 }], { index: 'k' })
  await expect(table.replace([{ k: 2, d: 'no number' }])).rejects.toThrow('Cannot append value of type string')
  expect(await (await table.view()).to_json()).toEqual([{ k: 1, d: 1 }])
})

test('A5 a null key removed and given again is there', async () => {
  const table = await client().table({ k: 'integer', v: 'integer' }, { index: 'k' })
  await table.update([{ k: null, v: 1 }])
  await Promise.all([table.remove([null]), table.update([{ k: null, v: 2 }])])
  expect(await (await table.view()).to_json()).toEqual([{ k: null, v: 2 }])
})

test('A9 a percentage of integers keeps its fraction in Arrow', async () => {
  const table = await client().table({ g: ['a', 'b', 'b'], i: [1, 1, 1] })
  const view = await table.view({ columns: ['i'], group_by: ['g'], aggregates: { i: 'pct sum total' } })
  const { i } = await view.to_columns()
  const column = tableFromIPC(await view.to_arrow()).getChild('i')
  expect([column?.type.toString(), [...(column ?? [])]]).toEqual(['Float64', i])
  expect(i?.[1]).toBeCloseTo(100 / 3)
})

test('A6 a sum of floats comes back to where it was', async () => {
  const table = await client().table({ k: 'integer', g: 'string', f: 'float' }, { index: 'k' })
  await table.update({ k: [1], g: ['a'], f: [0.1] })
  const view = await table.view({ columns: ['f'], group_by: ['g'] })
  await table.update({ k: [2, 3], g: ['a', 'a'], f: [0.2, 1e17] })
  await table.remove([2, 3])
  expect((await view.to_columns())['f']).toEqual([0.1, 0.1])
})

test('A6 of several mistakes in a view config the first is reported', async () => {
  const table = await client().table({ a: 'integer' })
  const columns = (...names: string[]) => table.view({ columns: names })
  await expect(columns('x', 'y')).rejects.toThrow("'x'")
  await expect(columns('y', 'x')).rejects.toThrow("'y'")
  const expression = (e: string) => table.view({ columns: ['e'], expressions: { e } })
  await expect(expression('"x" + "y"')).rejects.toThrow('"x"')
  await expect(expression('"y" + "x"')).rejects.toThrow('"y"')
})
