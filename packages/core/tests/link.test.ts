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
  test('requests under way are answered with an error, and sessions end', async () => {
    const { remote, hold } = slowLink(new Server())
    const frames: Uint8Array[] = []
    const ended = vi.fn()
    const session = remote.new_session((frame) => frames.push(frame as Uint8Array), { on_end: ended })
    await settle()
    hold()
    const request = { msg_id: 7, entity_id: 't', client_req: { case: 'TableSize', value: {} } } as const
    void session.handle_request(encodeRequest(request))
    const polled = session.poll()
    remote.disconnect('The engine failed')
    await polled
    expect(frames.map(decodeResponse)).toEqual([
      {
        msg_id: 7,
        entity_id: 't',
        client_resp: { case: 'ServerError', value: { message: 'The engine failed', status_code: 0 } },
      },
    ])
    expect(ended).toHaveBeenCalledExactlyOnceWith('The engine failed')
    session.close()
    await settle()
    expect(frames.length).toBe(1)
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
