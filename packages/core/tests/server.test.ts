import { afterEach, describe, expect, test, vi } from 'vitest'
import { Server } from '../src/server.js'
import { connect, settle } from './connect.js'
import { arrowRows, hostOf, rows } from './hosted.js'
import { closeLinks, linked } from './linked.js'

afterEach(closeLinks)

describe.each([
  ['over bytes', () => connect(new Server()).client],
  ['in process', () => new Server().new_local_client()],
  ['over a link', () => linked(new Server()).new_local_client()],
  ['over bytes and a link', () => connect(linked(new Server())).client],
])('A2 a client %s', (_, makeClient) => {
  test('makes, fills, reads and deletes a table', async () => {
    const client = makeClient()
    const { table, view } = await hostOf(client)
    await table.update([{ k: 2, v: 'B' }, { k: 3 }])
    expect(await view.to_json()).toEqual([
      { k: 1, v: 'a' },
      { k: 2, v: 'B' },
      { k: 3, v: null },
    ])
    expect(await table.size()).toBe(3)
    expect(await table.schema()).toEqual({ k: 'integer', v: 'string' })
    await table.remove([1])
    expect(await view.to_columns()).toEqual({ k: [2, 3], v: ['B', null] })
    await table.replace([{ k: 9, v: 'z' }])
    expect(await view.to_csv()).toBe('"k","v"\n9,"z"\n')
    await table.clear()
    expect(await view.num_rows()).toBe(0)
    await view.delete()
    await table.delete()
    expect(await client.get_hosted_table_names()).toEqual([])
  })

  test('A11 is told of updates with the changed rows, and of removals', async () => {
    const { table, view } = await hostOf(makeClient())
    const events: unknown[] = []
    await view.on_update(({ delta, port_id }) => events.push([port_id, arrowRows(delta)]), { mode: 'row' })
    await view.on_remove(({ indices }) => events.push(['removed', arrowRows(indices)]))
    await table.update([{ k: 2, v: 'B' }])
    await table.remove([1])
    await settle()
    expect(events).toEqual([
      [0, [{ k: 2, v: 'B' }]],
      ['removed', [{ k: 1 }]],
      [0, []],
    ])
  })

  test('A11 is told of removals after the table was emptied', async () => {
    const { table } = await hostOf(makeClient())
    const view = await table.view({ filter: [['v', '==', 'a']] })
    const told: unknown[] = []
    await view.on_update(({ port_id }) => told.push(port_id))
    await table.update([{ k: 1, v: 'a' }])
    await table.clear()
    await table.update([{ k: 1, v: 'b' }])
    await settle()
    expect(told).toHaveLength(3)
    await table.remove([1])
    await settle()
    expect(told).toHaveLength(4)
  })

  test('A13 a table made from a view follows it', async () => {
    const client = makeClient()
    const { table, view } = await hostOf(client)
    const copy = await client.table(view, { name: 'copy' })
    await table.update([{ k: 3, v: 'c' }])
    await table.remove([1])
    await settle()
    expect(await (await copy.view()).to_json()).toEqual([
      { k: 2, v: 'b' },
      { k: 3, v: 'c' },
    ])
  })

  test('terminates', async () => {
    const client = makeClient()
    await client.terminate()
    const answered = vi.fn()
    client.get_hosted_table_names().then(answered, answered)
    await settle()
    expect(answered.mock.calls.flat().every((error) => error instanceof Error)).toBe(true)
  })
})

describe('A1 A5 hosted tables', () => {
  test('are listed with their index and limit, and coming and going is told', async () => {
    const server = new Server()
    const [link, other] = [connect(server), connect(server)]
    await other.client.on_hosted_tables_update(() => {})
    await link.client.table(rows, { name: 'i', index: 'k' })
    const table = await link.client.table(rows, { name: 'l', limit: 5 })
    const opened = await other.client.open_table('l')
    expect([await opened.get_limit(), await (await other.client.open_table('i')).get_index()]).toEqual([5, 'k'])
    await table.delete()
    expect(other.take().filter((each) => each === 'hosted')).toHaveLength(3)
    await expect(link.client.table(rows, { name: 'i' })).rejects.toThrow('Table "i" already exists')
  })

  test('with views refuse to be deleted; lazily they go with the last view, and then it is answered', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    await expect((await link.client.open_table('t')).delete()).rejects.toThrow('Cannot delete table with views')
    const events: string[] = []
    await table.on_delete(() => events.push('table'))
    await view.on_delete(() => events.push('view'))
    const twice = await link.client.open_table('t')
    const deleted = Promise.all([table.delete({ lazy: true }), twice.delete({ lazy: true })])
    await settle()
    expect(await link.client.get_hosted_table_names()).toEqual([])
    await expect(link.client.table(rows, { name: 't' })).rejects.toThrow('already exists')
    link.take()
    await view.delete()
    await deleted
    expect(events).toEqual(['view', 'table'])
    expect(link.take()).toEqual(['ViewOnDelete', 'ViewDelete', 'TableOnDelete t', 'TableDelete t', 'TableDelete t'])
  })

  test('deleting what is not there succeeds and is no news', async () => {
    const link = connect(new Server())
    await link.client.on_hosted_tables_update(() => {})
    const { table, view } = await hostOf(link.client)
    const again = await link.client.open_table('t')
    await view.delete()
    await table.delete()
    link.take()
    await again.delete()
    expect(link.take()).toEqual(['TableDelete t'])
  })

  test('A6 A7 columns and expressions may be called what objects in JavaScript have', async () => {
    const client = connect(new Server()).client
    const table = await client.table(JSON.parse('{"__proto__":[3,4],"constructor":[1,2],"g":["a","b"]}'), { name: 't' })
    const view = await table.view({ group_by: ['g'], columns: ['__proto__', 'constructor'] })
    expect((await view.get_config()).aggregates).toEqual(JSON.parse('{"__proto__":"sum","constructor":"sum"}'))
    expect(await view.to_columns()).toMatchObject(JSON.parse('{"__proto__":[7,3,4],"constructor":[3,1,2]}'))
    const checked = await client
      .table({ g: ['a'] })
      .then((other) => other.validate_expressions(JSON.parse('{"__proto__":"1","constructor":"zz"}')))
    expect(Object.entries(checked.expression_schema)).toEqual([['__proto__', 'float']])
    expect(Object.keys(checked.errors)).toEqual(['constructor'])
  })

  test('A5 replace takes every format', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    await table.replace('{"k":7,"v":"x"}', { format: 'ndjson' })
    expect(await view.to_json()).toEqual([{ k: 7, v: 'x' }])
  })

  test('A10 filters come back as they were given', async () => {
    const { table } = await hostOf(connect(new Server()).client)
    const view = await table.view({ filter: [['v', 'in', ['a', 'b']]] })
    expect((await view.get_config()).filter).toEqual([['v', 'in', ['a', 'b']]])
  })

  test('A16 features and system info are served', async () => {
    const { client } = connect(new Server())
    expect(await client.system_info()).toMatchObject({
      heap_size: expect.any(Number),
      cpu_time_epoch: expect.any(Number),
    })
  })
})
