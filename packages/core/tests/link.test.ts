import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Client } from '../src/client.js'
import { EngineLink, type Port, RemoteServer, servePort } from '../src/port.js'
import { decodeResponse, encodeRequest, type Request } from '../src/protocol.js'
import { Server, type Session, type TableVerb } from '../src/server.js'
import { connect, settle } from './connect.js'
import { channel, closeLinks, linked } from './linked.js'

afterEach(closeLinks)

const rows = [
  { k: 1, v: 'a' },
  { k: 2, v: 'b' },
]

/** Two tables, `open` and `secret`, and what the tests say of them. */
async function policed(allow: (verb: TableVerb, table: string) => boolean, report = vi.fn()) {
  const server = new Server()
  const local = server.new_local_client()
  const [open, secret] = [await local.table(rows, { name: 'open' }), await local.table(rows, { name: 'secret' })]
  const asked: string[] = []
  const link = connect(linked(server, { report }), {
    allow(verb, table) {
      asked.push(`${verb} ${table}`)
      return allow(verb, table)
    },
  })
  return { open, secret, link, client: link.client, asked, report, local }
}

describe('A17 G4 a policy that is a function stays on its side of the link', () => {
  test('and is asked anew for every request', async () => {
    const { client, asked } = await policed((verb, table) => verb === 'read' && table === 'open')
    const table = await client.open_table('open')
    expect(asked).toEqual(['read open', 'read secret'])
    expect(await client.get_hosted_table_names()).toEqual(['open'])
    asked.length = 0
    const view = await table.view()
    expect(await view.to_json()).toEqual(rows)
    expect(asked).toEqual(['read open', 'read open'])
    await expect(table.update(rows)).rejects.toThrow('Not allowed to update table "open"')
    await expect(client.table(rows, { name: 'mine' })).rejects.toThrow('Not allowed to create table "mine"')
    expect(await table.size()).toBe(2)
  })

  test('of what it allows, all is done once', async () => {
    const { client, local } = await policed(() => true)
    const made = await client.table([{ k: 1 }, { k: 2 }], { name: 'made' })
    const joined = await client.join('made', 'open', 'k', { name: 'joined' })
    await made.update([{ k: 3 }])
    expect(await made.size()).toBe(3)
    expect(await joined.size()).toBe(2)
    await joined.delete()
    await made.delete()
    expect((await local.get_hosted_table_names()).sort()).toEqual(['open', 'secret'])
  })

  test('nothing is told of a table from the moment it may not be read', async () => {
    let may = true
    const { client, open } = await policed(() => may)
    const view = await (await client.open_table('open')).view()
    const told = vi.fn()
    await view.on_update(told)
    await settle()
    await open.update([{ k: 3 }])
    await settle()
    expect(told).toHaveBeenCalledTimes(1)
    may = false
    await open.update([{ k: 4 }])
    await settle()
    expect(told).toHaveBeenCalledTimes(1)
    await expect(view.num_rows()).rejects.toThrow('Not allowed to read table "open"')
  })

  test('one that throws allows nothing', async () => {
    const { client, report } = await policed(() => {
      throw new Error('no database')
    })
    expect(await client.get_hosted_table_names()).toEqual([])
    expect(report).toHaveBeenCalledWith(new Error('no database'), expect.stringContaining('read "open"'))
  })

  test('verbs in a list cross the link, and so do the limits', async () => {
    const server = new Server()
    await server.new_local_client().table(rows, { name: 't' })
    const { client } = connect(linked(server), { allow: ['read'], max_views: 1 })
    const table = await client.open_table('t')
    await table.view()
    await expect(table.view()).rejects.toThrow('A session may hold 1 views')
    await expect(table.update(rows)).rejects.toThrow('Not allowed to update')
  })
})

/** The ports of a link that notes what the engine posts, and hands it over only when told to. */
function slowLink(server: Server) {
  const [here, there] = channel()
  const posted: { bodies: readonly Uint8Array[]; weight: number }[] = []
  const remote = new RemoteServer()
  let deliver: ((event: { data: unknown }) => void) | null = null
  const queue: unknown[] = []
  let isHeld = false
  const slow: Port = {
    postMessage: (message, transfer) => here.postMessage(message, transfer),
    set onmessage(receive: ((event: never) => void) | null) {
      deliver = receive as typeof deliver
    },
  }
  here.onmessage = ({ data }: { data: (typeof posted)[number] }) => {
    posted.push(data)
    if (isHeld) queue.push(data)
    else deliver?.({ data })
  }
  remote.connect(slow)
  new EngineLink(server, there)
  return {
    remote,
    posted,
    hold() {
      isHeld = true
    },
    release() {
      isHeld = false
      for (const data of queue.splice(0)) deliver?.({ data })
    },
  }
}

describe('A17 G2 delivery over a link', () => {
  test('a delta that many sessions get crosses once, and is one object for all of them', async () => {
    const server = new Server()
    const table = await server.new_local_client().table({ id: 'integer', text: 'string' }, { name: 't' })
    const { remote, posted } = slowLink(server)
    const links = Array.from({ length: 20 }, () => connect(remote))
    for (const { client } of links) {
      await (await (await client.open_table('t')).view()).on_update(() => {}, { mode: 'row' })
    }
    await settle()
    posted.length = 0
    for (const { sent } of links) sent.length = 0
    await table.update(Array.from({ length: 200 }, (_, id) => ({ id, text: `text ${id}` })))
    await settle()
    expect(posted.map(({ bodies }) => bodies.length)).toEqual([1])
    const payloads = links.map(({ sent }) => sent.flat().at(-1))
    expect(new Set(payloads).size).toBe(1)
    expect(payloads[0]!.length).toBeGreaterThan(1024)
  })

  test('a thread that does not keep up costs a bounded amount; then it gets the latest state', async () => {
    const server = new Server()
    const ids = Array.from({ length: 5_000 }, (_, id) => id)
    const table = await server.new_local_client().table({ id: ids, value: ids }, { name: 't', index: 'id' })
    const { remote, posted, hold, release } = slowLink(server)
    const { client, session } = connect(remote)
    const mirror = await new Server().new_local_client().table({ id: 'integer', value: 'integer' }, { index: 'id' })
    const view = await (await client.open_table('t')).view()
    await view.on_update(({ delta }) => mirror.update(delta!), { mode: 'row' })
    await settle()
    posted.length = 0
    hold()
    for (let round = 1; round <= 80; round++) {
      await table.update({ id: ids, value: ids.map((id) => id + round) })
      await settle()
    }
    const waiting = posted.reduce((sum, { weight }) => sum + weight, 0)
    expect(waiting).toBeGreaterThan(1024 * 1024)
    expect(waiting).toBeLessThan(2 * 1024 * 1024)
    release()
    await settle()
    expect(session.merged).toBeGreaterThan(40)
    expect(await (await mirror.view()).to_columns()).toEqual({ id: ids, value: ids.map((id) => id + 80) })
  })

  test('sessions that were held go on in turn, none is left behind', async () => {
    const server = new Server()
    const text = 'x'.repeat(300_000)
    const table = await server.new_local_client().table({ text: 'string' }, { name: 't', limit: 1 })
    const { remote, hold, release } = slowLink(server)
    const told = Array.from({ length: 12 }, () => 0)
    for (const [i] of told.entries()) {
      const view = await (await connect(remote).client.open_table('t')).view({
        columns: ['text'],
        filter: [['text', '!=', `${i}`]],
      })
      await view.on_update(() => told[i]!++, { mode: 'row' })
    }
    for (let round = 0; round < 12; round++) {
      hold()
      await table.update([{ text: text + round }])
      await settle()
      release()
      await settle()
    }
    for (const count of told) expect(count).toBeGreaterThan(0)
  })

  test('a large reply that fills its socket keeps the requests after it waiting', async () => {
    const server = new Server()
    await server.new_local_client().table({ text: ['x'.repeat(2_000_000)] }, { name: 't' })
    const replies: number[] = []
    const session: Session = linked(server).new_session((frame) => {
      const { msg_id } = decodeResponse(Buffer.concat([frame].flat() as Uint8Array[]))
      replies.push(msg_id)
      if (msg_id > 0) session.pause()
    })
    const ask = (msg_id: number, entity_id: string, client_req: NonNullable<Request['client_req']>) =>
      void session.handle_request(encodeRequest({ msg_id, entity_id, client_req }))
    ask(0, 't', { case: 'TableMakeView', value: { view_id: 'v', config: undefined } })
    for (let i = 1; i <= 3; i++) ask(i, 'v', { case: 'ViewToCSV', value: { viewport: undefined } })
    for (let i = 1; i <= 3; i++) {
      await settle()
      expect(replies).toEqual([0, 1, 2, 3].slice(0, i + 1))
      session.resume()
    }
  })
})

describe('G15 when the engine is lost', () => {
  /** A client on an engine, with what it was told, and ways to lose that engine and to get the next. */
  async function alive(data: Record<string, unknown[]> = { k: [1, 2], v: ['a', 'b'] }) {
    const engine = async (columns: Record<string, unknown[]>) => {
      const server = new Server()
      const table = await server.new_local_client().table(columns, { name: 't' })
      return { server, table }
    }
    const first = await engine(data)
    const { remote, hold, release } = slowLink(first.server)
    const ended = vi.fn()
    const link = connect(remote, { on_end: ended })
    return {
      link,
      client: link.client,
      remote,
      ended,
      hold,
      table: first.table,
      lose: () => remote.disconnect('The engine failed'),
      async next(columns: Record<string, unknown[]>) {
        release()
        const { server, table } = await engine(columns)
        const [here, there] = channel()
        new EngineLink(server, there)
        remote.connect(here)
        return table
      },
    }
  }

  test('a client that reads goes on with the next one: views, depths, subscriptions, ports; and reads anew', async () => {
    const { client, lose, next, ended, link } = await alive()
    const table = await client.open_table('t')
    const flat = await table.view({ columns: ['v'], filter: [['k', '>', 1]] })
    const tree = await table.view({ group_by: ['v', 'k'], columns: ['k'] })
    await tree.set_depth(0)
    const gone = await table.view()
    await gone.delete()
    const [told, listed, ungone] = [vi.fn(), vi.fn(), vi.fn()]
    await flat.on_update(told)
    await flat.remove_update(await flat.on_update(ungone))
    await client.on_hosted_tables_update(listed)
    const port_id = await table.make_port()
    await settle()
    link.take()
    lose()
    expect(ended).not.toHaveBeenCalled()
    const renewed = await next({ k: [1, 2, 3], v: ['x', 'y', 'z'] })
    await settle()
    expect(link.take()).toEqual(['hosted', 'ViewOnUpdate'])
    expect(told).toHaveBeenCalledExactlyOnceWith({ port_id: 0, delta: null })
    expect([listed.mock.calls.length, ungone.mock.calls.length]).toEqual([1, 0])
    expect(await flat.to_columns()).toEqual({ v: ['y', 'z'] })
    expect(await tree.num_rows()).toBe(4)
    await expect(gone.num_rows()).rejects.toThrow('View not found')
    await renewed.update([{ k: 9, v: 'new' }])
    await settle()
    expect(told).toHaveBeenCalledTimes(2)
    await table.update([{ k: 10 }], { port_id })
    expect(await table.make_port()).toBe(port_id + 1)
    expect(link.session.views).toBe(2)
  })

  test('requests under way: those that read wait for the next one, those that change are refused', async () => {
    const { client, lose, next, hold, ended } = await alive()
    const table = await client.open_table('t')
    const view = await table.view()
    hold()
    const [size, rows] = [table.size(), view.to_columns()]
    const update = table.update([{ k: 3 }])
    await settle()
    lose()
    await expect(update).rejects.toThrow('The engine failed')
    const late = view.num_rows()
    await next({ k: [7], v: ['seven'] })
    expect(await Promise.all([size, rows, late])).toEqual([1, { k: [7], v: ['seven'] }, 1])
    expect(ended).not.toHaveBeenCalled()
  })

  test('a request that was under way when two were lost is refused', async () => {
    const { client, lose, next, hold, ended } = await alive()
    const table = await client.open_table('t')
    hold()
    const size = table.size()
    await settle()
    lose()
    await next({ k: [7] })
    lose()
    await expect(size).rejects.toThrow('The engine failed')
    await next({ k: [7] })
    expect(await table.size()).toBe(1)
    expect(ended).not.toHaveBeenCalled()
  })

  test.each<[string, (client: Client) => Promise<unknown>]>([
    ['made a table', (client) => client.table({ a: [1] })],
    ['joined two', (client) => client.table({ k: [1], w: [1] }, { name: 'u' }).then(() => client.join('t', 'u', 'k'))],
    [
      'is told of every change',
      async (client) => {
        const view = await (await client.open_table('t')).view()
        await view.on_update(() => {}, { mode: 'row' })
      },
    ],
    ['is told of removals', async (client) => (await (await client.open_table('t')).view()).on_remove(() => {})],
    [
      'opened a row',
      async (client) => (await (await client.open_table('t')).view({ group_by: ['v', 'k'] })).collapse(0),
    ],
  ])('a client that %s has to come back by itself', async (_, act) => {
    const { client, lose, ended } = await alive()
    await act(client)
    await settle()
    lose()
    expect(ended).toHaveBeenCalledExactlyOnceWith('The engine failed')
  })

  test('a client whose view the next one cannot make has to come back by itself', async () => {
    const { client, lose, next, ended } = await alive()
    await (await client.open_table('t')).view({ columns: ['v'] })
    lose()
    await next({ other: [1] })
    await settle()
    expect(ended).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('does not have what this session had'))
  })

  test('when there is no next one, everybody is told', async () => {
    const { client, remote, lose, ended, link } = await alive()
    const table = await client.open_table('t')
    lose()
    const size = table.size()
    remote.abandon('no more')
    await expect(size).rejects.toThrow('no more')
    expect(ended).toHaveBeenCalledExactlyOnceWith('no more')
    link.session.close()
  })

  test('a client of this thread is told, and connects again to the next engine', async () => {
    const remote = linked(new Server())
    const client = remote.new_local_client()
    const errors: string[] = []
    let again = async () => {}
    await client.on_error((error, reconnect) => {
      errors.push(error.message)
      again = reconnect
    })
    await client.table(rows, { name: 't' })
    await settle()
    remote.disconnect('gone')
    expect(errors).toEqual(['Unknown error: gone'])
    await expect(again()).rejects.toThrow('The engine is not running')
    await expect(client.get_hosted_table_names()).rejects.toThrow('not connected')
    const [here, there] = channel()
    new EngineLink(new Server(), there)
    remote.connect(here)
    await again()
    expect(await client.get_hosted_table_names()).toEqual([])
  })

  test('a session begun without an engine ends at once', async () => {
    const ended = vi.fn()
    new RemoteServer().new_session(() => {}, { on_end: ended })
    expect(ended).not.toHaveBeenCalled()
    await settle()
    expect(ended).toHaveBeenCalledExactlyOnceWith('The engine is not running')
  })
})

test('A17 a port serves one client, with the greeting of Perspective’s worker or without', async () => {
  const server = new Server()
  await server.new_local_client().table(rows, { name: 't', index: 'k' })
  for (const greet of [true, false]) {
    const { port1, port2 } = new MessageChannel()
    servePort(server, port2 as unknown as Port)
    if (greet) {
      port1.postMessage({ cmd: 'init', args: [new ArrayBuffer(0)] })
      await new Promise((resolve) => port1.once('message', resolve))
    }
    const client = new Client((frame) => port1.postMessage(frame.buffer, [frame.buffer]))
    port1.on('message', (data) => void client.handle_response(data))
    const table = await client.open_table('t')
    const view = await table.view()
    const told = new Promise((resolve) => void view.on_update(resolve))
    await view.num_rows()
    await table.update([{ k: 1, v: greet ? 'greeted' : 'not' }])
    await told
    expect((await view.to_json())[0]).toEqual({ k: 1, v: greet ? 'greeted' : 'not' })
    port1.close()
  }
})
