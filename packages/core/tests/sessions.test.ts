import { describe, expect, test, vi } from 'vitest'
import { encodeRequest, type Request } from '../src/protocol.js'
import { Server } from '../src/server.js'
import { connect, settle } from './connect.js'
import { hostOf, rows } from './hosted.js'

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
