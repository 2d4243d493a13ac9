import { tableFromIPC } from 'apache-arrow'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Client } from '../src/client.js'
import { encodeRequest, type Request } from '../src/protocol.js'
import { Server } from '../src/server.js'
import { connect, settle } from './connect.js'
import { closeLinks, linked } from './linked.js'

afterEach(closeLinks)

const rows = [
  { k: 1, v: 'a' },
  { k: 2, v: 'b' },
]

async function hostOf(client: Client) {
  const table = await client.table(rows, { name: 't', index: 'k' })
  return { table, view: await table.view() }
}

const arrowRows = (bytes: Uint8Array | null) =>
  bytes === null
    ? null
    : tableFromIPC(bytes)
        .toArray()
        .map((row) => row.toJSON())

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

describe('A11 notifications', () => {
  test('of a burst on one port are one, of several ports one each, in the order of the ports', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    const ports: number[] = []
    await view.on_update(({ port_id }) => ports.push(port_id))
    const [one, two] = [await table.make_port(), await table.make_port()]
    link.take()
    await Promise.all([two, one, 0, one].map((port_id, k) => table.update([{ k }], { port_id })))
    await settle()
    expect(ports).toEqual([0, one, two])
    expect(link.take()).toEqual([...Array(4).fill('TableUpdate t'), ...Array(3).fill('ViewOnUpdate')])
  })

  test('come before the answer of a request that reads', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    await view.on_update(() => {})
    link.take()
    await Promise.all([table.update([{ k: 3 }]), view.num_rows()])
    expect(link.take()).toEqual(['TableUpdate t', 'ViewOnUpdate', 'ViewDimensions'])
  })

  test('an emptying is not overtaken by an update that came before it', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    const port_id = await table.make_port()
    await Promise.all([table.update([{ k: 3 }]), table.update([{ k: 4 }], { port_id }), table.replace([{ k: 5 }])])
    expect(await view.to_columns()).toEqual({ k: [5], v: [null] })
  })

  test('rows without an index keep the order they came in, and are told by port', async () => {
    const { client } = connect(new Server())
    const table = await client.table({ a: 'integer' })
    const port_id = await table.make_port()
    const told: unknown[] = []
    const view = await table.view()
    await view.on_update(({ port_id, delta }) => told.push([port_id, arrowRows(delta)]), { mode: 'row' })
    await Promise.all([
      table.update([{ a: 1 }], { port_id }),
      table.update([{ a: 2 }]),
      table.update([{ a: 3 }], { port_id }),
    ])
    expect(await view.to_columns()).toEqual({ a: [1, 2, 3] })
    expect(told).toEqual([
      [0, [{ a: 2 }]],
      [port_id, [{ a: 1 }, { a: 3 }]],
    ])
  })

  test('a key that an emptying took and an update brought back was not removed', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const removed: unknown[] = []
    await view.on_remove(({ indices }) => removed.push(arrowRows(indices)))
    await Promise.all([table.clear(), table.update([{ k: 1 }])])
    await settle()
    expect(removed).toEqual([[{ k: 2 }]])
  })

  test('nothing to do is no news', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const told = vi.fn()
    await view.on_update(told)
    await table.update([])
    await table.remove([])
    await settle()
    expect(told).not.toHaveBeenCalled()
  })

  test('are served view by view, removals before updates', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const later = await table.view()
    const events: string[] = []
    await later.on_update(() => events.push('second updated'))
    await view.on_update(() => events.push('first updated'))
    await view.on_remove(() => events.push('first removed'))
    await table.remove([1])
    await settle()
    expect(events).toEqual(['first removed', 'first updated', 'second updated'])
  })

  test('carry the same delta bytes to every session with an equal view', async () => {
    const server = new Server()
    const links = [connect(server), connect(server)]
    const table = await links[0]!.client.table({ s: ['x'.repeat(2000)] }, { name: 't' })
    for (const { client } of links) {
      const view = await (await client.open_table('t')).view({ columns: ['s'] })
      await view.on_update(() => {}, { mode: 'row' })
    }
    await table.update({ s: ['y'.repeat(2000)] })
    await settle()
    const [first, second] = links.map(({ sent }) => sent.at(-1) as readonly Uint8Array[])
    expect(first).toHaveLength(2)
    expect(second![1]).toBe(first![1])
  })

  test('are sent although the request that brought them fails', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    await view.on_update(() => {})
    link.take()
    await Promise.allSettled([table.update([{ k: 3 }]), table.view({ columns: ['nope'] })])
    expect(link.take()).toEqual(['TableUpdate t', 'ViewOnUpdate', 'ServerError'])
  })

  test('an update to a port nobody made is an error, not a loss', async () => {
    const { client } = connect(new Server())
    const { table } = await hostOf(client)
    await expect(table.update([{ k: 7 }], { port_id: 3 })).rejects.toThrow('Table "t" has no port 3')
  })

  test('end when asked to', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const told = vi.fn()
    const [update, remove] = [await view.on_update(told), await view.on_remove(told)]
    await view.remove_update(update)
    await view.remove_remove(remove)
    await table.remove([1])
    await settle()
    expect(told).not.toHaveBeenCalled()
  })

  test('a callback that calls back does not get between the others', async () => {
    const client = new Server().new_local_client()
    const { table, view } = await hostOf(client)
    const seen: string[] = []
    await view.on_update(async () => {
      seen.push('first')
      if (seen.length === 1) await table.update([{ k: 9 }])
      seen.push(`size ${await table.size()}`)
    })
    await view.on_update(() => seen.push('second'))
    await table.update([{ k: 8 }])
    await settle()
    expect(seen.slice(0, 2)).toEqual(['first', 'second'])
    expect(seen.filter((each) => each === 'second')).toHaveLength(2)
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

describe('sessions', () => {
  test('a closed one leaves its tables and takes its views, which lets a lazy delete finish', async () => {
    const server = new Server()
    const [link, other] = [connect(server), connect(server)]
    const { table, view } = await hostOf(link.client)
    const told = vi.fn()
    await view.on_delete(told)
    const deleted = (await other.client.open_table('t')).delete({ lazy: true })
    link.session.close()
    await deleted
    expect(told).not.toHaveBeenCalled()
    expect(await other.client.get_hosted_table_names()).toEqual([])
    link.take()
    void table.size().catch(() => {})
    await settle()
    expect(link.take()).toEqual([])
  })

  test('know only their own views', async () => {
    const server = new Server()
    const [link, other] = [connect(server), connect(server)]
    const { view } = await hostOf(link.client)
    const { name } = view
    const answer = other.ask({ msg_id: 7, entity_id: name, client_req: { case: 'ViewDimensions', value: {} } })
    expect(answer.client_resp).toEqual({
      case: 'ServerError',
      value: { message: 'View not found', status_code: 1 },
    })
    other.ask({ msg_id: 8, entity_id: name, client_req: { case: 'ViewDelete', value: {} } })
    expect(await view.num_rows()).toBe(2)
  })

  test.each<[string, Uint8Array | Request, number, string]>([
    ['random bytes', Uint8Array.of(0xff, 0xff, 0xff), 0, ''],
    ['nothing', new Uint8Array(0), 0, ''],
    [
      'a frame cut short',
      encodeRequest({ msg_id: 5, entity_id: 't', client_req: update('[]') }).subarray(0, -1),
      5,
      't',
    ],
    ['a request that asks for nothing', { msg_id: 6, entity_id: 'x' }, 6, 'x'],
  ])(
    'G1 %s: answered with an error that names the request, and the session goes on',
    (_, request, msg_id, entity_id) => {
      const link = connect(new Server())
      expect(link.ask(request)).toEqual({
        msg_id,
        entity_id,
        client_resp: { case: 'ServerError', value: { message: 'Unhandled request type 2', status_code: 0 } },
      })
      const next = link.ask({
        msg_id: 1,
        entity_id: '',
        client_req: { case: 'GetHostedTables', value: { subscribe: false } },
      })
      expect(next.client_resp).toEqual({ case: 'GetHostedTables', value: { table_infos: [] } })
    },
  )

  test('G1 one whose way out fails is closed, and no other notices', async () => {
    const report = vi.fn()
    const server = new Server({ report })
    const { client } = connect(server)
    const { table } = await hostOf(client)
    let fails = false
    const broken = server.new_session(() => {
      if (fails) throw new Error('gone')
    })
    for (const request of watch('w', 't')) broken.handle_request(encodeRequest(request))
    fails = true
    await table.update([{ k: 3 }])
    await settle()
    expect(report).toHaveBeenCalledOnce()
    expect(broken.views).toBe(0)
    expect(await table.size()).toBe(3)
  })

  test('A5 hold to what they may do', async () => {
    const server = new Server()
    const { client } = connect(server)
    const { table } = await hostOf(client)
    await client.table(rows, { name: 'secret' })
    let mayRead = true
    const guest = connect(server, { allow: (verb, name) => verb === 'read' && name === 't' && mayRead })
    expect(await guest.client.get_hosted_table_names()).toEqual(['t'])
    const opened = await guest.client.open_table('t')
    const view = await opened.view()
    await view.on_update(() => {})
    await expect(opened.update([{ k: 1 }])).rejects.toThrow('Not allowed to update table "t"')
    await expect(opened.replace([])).rejects.toThrow('Not allowed to update table "t"')
    await expect(opened.remove([1])).rejects.toThrow('Not allowed to update table "t"')
    await expect(guest.client.table(rows, { name: 'mine' })).rejects.toThrow('Not allowed to create table "mine"')
    mayRead = false
    guest.take()
    await table.update([{ k: 5 }])
    await settle()
    expect(guest.take()).toEqual([])
    await expect(view.to_json()).rejects.toThrow('Not allowed to read table "t"')
    await expect(opened.delete()).rejects.toThrow('Not allowed to delete table "t"')
  })

  test('G7 hold so many views and make so many tables', async () => {
    const { client, session } = connect(new Server(), { max_views: 1, max_tables: 1 })
    const { table, view } = await hostOf(client)
    await expect(table.view()).rejects.toThrow('A session may hold 1 views')
    await expect(client.table(rows)).rejects.toThrow('A session may create 1 tables')
    expect(session.views).toBe(1)
    await view.delete()
    await table.delete()
    expect(await hostOf(client)).toBeDefined()
  })

  test('G7 hold so many subscriptions, of every kind together', async () => {
    const { client, ask } = connect(new Server(), { max_subscriptions: 2 })
    const { view, table } = await hostOf(client)
    const ended = await view.on_delete(() => {})
    await view.on_update(() => {})
    const refused = ask({
      msg_id: 99,
      entity_id: await table.get_name(),
      client_req: { case: 'TableOnDelete', value: {} },
    }).client_resp
    expect(refused?.case === 'ServerError' && refused.value.message).toMatch('A session may hold 2 subscriptions')
    await view.remove_delete(ended)
    expect(
      ask({ msg_id: 100, entity_id: '', client_req: { case: 'GetHostedTables', value: { subscribe: true } } }),
    ).toBe(undefined)
  })
})

describe('A16 on_poll_request', () => {
  test('decides when updates are told, while reads see them at once', async () => {
    const asked = vi.fn()
    const server = new Server({ on_poll_request: asked })
    const { client } = connect(server)
    const { table, view } = await hostOf(client)
    const told = vi.fn()
    await view.on_update(told)
    await table.update([{ k: 3 }])
    await table.update([{ k: 4 }])
    await settle()
    expect(asked).toHaveBeenCalledTimes(2)
    expect(told).not.toHaveBeenCalled()
    server.poll()
    await settle()
    expect(told).toHaveBeenCalledOnce()
    await table.update([{ k: 5 }])
    expect(await table.size()).toBe(5)
  })

  test('its failure is reported', async () => {
    const report = vi.fn()
    const server = new Server({ report, on_poll_request: () => Promise.reject(new Error('no')) })
    const { table } = await hostOf(server.new_local_client())
    await table.update([{ k: 3 }])
    await settle()
    expect(report).toHaveBeenCalledOnce()
  })
})

function update(text: string): NonNullable<Request['client_req']> {
  return { case: 'TableUpdate', value: { data: { data: { case: 'from_rows', value: text } }, port_id: 0 } }
}

/** Makes a view and subscribes to it. */
function watch(view_id: string, table: string): Request[] {
  return [
    { msg_id: 1, entity_id: table, client_req: { case: 'TableMakeView', value: { view_id } } },
    { msg_id: 2, entity_id: view_id, client_req: { case: 'ViewOnUpdate', value: {} } },
  ]
}
