import perspective from '@perspective-dev/client'
import { encodeRequest, type Request } from '@tablecast/core/protocol'
import { EchoHandler, liveTables } from '@tablecast/gateway'
import { describe, expect, test, vi } from 'vitest'
import { Readings } from '../src/endurance/readings.js'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'
import { engineOf, restarted } from './engine-tree.js'

/** Of the table `made`. */
const subscription: Request[] = [
  { msg_id: 1, entity_id: 'made', client_req: { case: 'TableMakeView', value: { view_id: 'v', config: undefined } } },
  { msg_id: 2, entity_id: 'v', client_req: { case: 'ViewOnUpdate', value: { mode: undefined } } },
]

/** A module with a table `t` of one row, which ends by an error of its own as soon as `t` gets a row `boom`. */
const fragile = `
import { Server } from '@tablecast/core'
const server = new Server()
const client = server.new_local_client()
const table = await client.table({ k: ['start'] }, { name: 't' })
const view = await table.view()
await view.on_update(async () => {
  if ((await view.to_columns()).k.includes('boom')) setImmediate(() => { throw new Error('boom came') })
})
export default server
`

describe.each(hosts)('G15 on $name', (driver) => {
  test('an engine that crashes is started again; clients that read stay connected and read anew, all else goes on', async () => {
    const report = vi.fn()
    await using running = engineOf(fragile, { report })
    const { engine } = running
    await engine.ready
    const metrics = new Readings()
    await using host = await driver.start({
      endpoints: { '/tables': liveTables(engine, { allow: ['read', 'update'] }), '/echo': EchoHandler },
      metrics,
    })
    await using echo = await Peer.connect(host.url('/echo'))
    const client = await perspective.websocket(host.url('/tables'))
    const lost = vi.fn()
    await client.on_error(lost)
    const table = await client.open_table('t')
    const view = await table.view()
    let told = () => {}
    await view.on_update(() => told())
    expect(metrics.get('tablecast_engine_up')).toBe(1)

    await table.update([{ k: 'boom' }])
    await restarted(engine)
    expect(report).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'boom came' }),
      expect.stringContaining('tables.js'),
    )
    echo.send('still here')
    expect(await echo.next()).toBe('still here')
    expect(await view.to_columns()).toEqual({ k: ['start'] })
    const updated = new Promise<void>((resolve) => {
      told = resolve
    })
    await table.update([{ k: 'more' }])
    await updated
    expect(await view.to_columns()).toEqual({ k: ['start', 'more'] })
    expect(lost).not.toHaveBeenCalled()
    expect(metrics.get('tablecast_engine_restarts_total')).toBe(1)
    expect([metrics.get('tablecast_sessions'), metrics.get('tablecast_views')]).toEqual([1, 1])
    await client.terminate()
  })

  test('a client that lives on every change is closed with 1012, and finds the next engine when it comes back', async () => {
    await using running = engineOf(fragile, { report() {} })
    const { engine } = running
    await engine.ready
    await using host = await driver.start({
      endpoints: { '/tables': liveTables(engine, { allow: ['read', 'update'] }) },
    })
    const client = await perspective.websocket(host.url('/tables'))
    const [socket] = host.gateway.manager
    const lost = new Promise<() => Promise<void>>((resolve) => {
      void client.on_error((_: unknown, again: () => Promise<void>) => resolve(again))
    })
    const table = await client.open_table('t')
    await (await table.view()).on_update(() => {}, { mode: 'row' })
    await table.update([{ k: 'boom' }])
    const again = await lost
    expect(await socket!.closed).toEqual({
      code: 1012,
      reason: 'The engine failed and is started again: connect again',
    })
    await restarted(engine)
    await again()
    expect(await (await (await client.open_table('t')).view()).to_columns()).toEqual({ k: ['start'] })
    await client.terminate()
  })
})

const [fastify] = hosts

test('G15 one engine crashes, another does not notice', async () => {
  await using first = engineOf(fragile, { report() {} })
  await using second = engineOf(fragile)
  await Promise.all([first.engine.ready, second.engine.ready])
  await using host = await fastify!.start({
    endpoints: { '/one': liveTables(first.engine, { allow: ['read', 'update'] }), '/two': liveTables(second.engine) },
  })
  const [one, two] = [await perspective.websocket(host.url('/one')), await perspective.websocket(host.url('/two'))]
  const view = await (await two.open_table('t')).view()
  await (await one.open_table('t')).update([{ k: 'boom' }])
  await restarted(first.engine)
  expect(second.engine.restarts).toBe(0)
  expect(await view.to_columns()).toEqual({ k: ['start'] })
  await one.terminate()
  await two.terminate()
})

test('G15 an engine that keeps crashing is waited for longer each time, and refused with 503 meanwhile', async () => {
  const reports: number[] = []
  await using running = engineOf('throw new Error("no database")', { report: () => reports.push(performance.now()) })
  const { engine } = running
  await expect(engine.ready).rejects.toThrow('no database')
  await using host = await fastify!.start({
    endpoints: { '/tables': liveTables(engine) },
    limits: { handshakesPerSecond: 1e6 },
  })
  while (reports.length < 4) {
    const { status, headers } = await refusal(host.url('/tables'))
    expect(status).toBe(503)
    expect(headers['retry-after']).toBe('1')
  }
  const waits = reports.slice(1).map((at, i) => at - reports[i]!)
  expect(waits[1]).toBeGreaterThan(95)
  expect(waits[2]).toBeGreaterThan(195)
})

test('G15 sockets are kept open for a while, and not for an engine that does not come back', async () => {
  // Its second life takes for ever.
  const once = `${fragile}
import { workerData } from 'node:worker_threads'
const lives = new Int32Array(workerData.data)
if (Atomics.add(lives, 0, 1) > 0) await new Promise(() => setInterval(() => {}, 1000))
`
  const data = new SharedArrayBuffer(4)
  await using running = engineOf(once, { data, keepMillis: 50, report() {} })
  const { engine } = running
  await engine.ready
  await using host = await fastify!.start({
    endpoints: { '/tables': liveTables(engine, { allow: ['read', 'update'] }) },
  })
  const client = await perspective.websocket(host.url('/tables'))
  const [socket] = host.gateway.manager
  const table = await client.open_table('t')
  await table.update([{ k: 'boom' }])
  expect(await socket!.closed).toMatchObject({ code: 1012 })
})

test('A17 a module that exports no server says so', async () => {
  await using running = engineOf('export const server = 1', { report() {} })
  await expect(running.engine.ready).rejects.toThrow('tables.js must export its Server as default')
})

test('A17 a handshake waits for an engine that is still loading', async () => {
  const slow = `${fragile}
import { workerData } from 'node:worker_threads'
Atomics.wait(new Int32Array(workerData.data), 0, 0)
`
  const gate = new SharedArrayBuffer(4)
  await using running = engineOf(slow, { data: gate })
  await using host = await fastify!.start({ endpoints: { '/tables': liveTables(running.engine) } })
  const connecting = Peer.connect(host.url('/tables'))
  const early = await Promise.race([connecting, fetch(`http://127.0.0.1:${host.port}/`).then(({ status }) => status)])
  expect(early).toBe(404)
  Atomics.store(new Int32Array(gate), 0, 1)
  Atomics.notify(new Int32Array(gate), 0)
  await using peer = await connecting
  expect(peer.ws.readyState).toBe(1)
})

test('C5 G13 a gateway that drains ends the engine, after the module has closed what is its own', async () => {
  const orderly = `${fragile}
import { workerData } from 'node:worker_threads'
export async function close() {
  await new Promise((resolve) => setTimeout(resolve, 20))
  Atomics.add(new Int32Array(workerData.data), 0, 1)
}
`
  const closed = new Int32Array(new SharedArrayBuffer(4))
  const report = vi.fn()
  await using running = engineOf(orderly, { data: closed.buffer, report })
  const { engine } = running
  await engine.ready
  const host = await fastify!.start({ endpoints: { '/tables': liveTables(engine) } })
  const peer = await Peer.connect(host.url('/tables'))
  await host.close()
  expect(await peer.closed()).toMatchObject({ code: 1001 })
  expect(closed[0]).toBe(1)
  expect(report).not.toHaveBeenCalled()
  await expect(engine.handshake()).resolves.toMatchObject({ status: 503 })
})

test('A17 a module that does not end in time is cut off', async () => {
  const endless = `${fragile}
export const close = () => new Promise(() => {})`
  await using running = engineOf(endless, { stopMillis: 50 })
  await running.engine.ready
  await running.engine.close()
})

test('A17 a client of this thread fills the tables of the worker', async () => {
  await using running = engineOf(fragile)
  const { engine } = running
  await engine.ready
  const local = engine.new_local_client()
  const made = await local.table({ a: 'integer' }, { name: 'made' })
  await using host = await fastify!.start({ endpoints: { '/tables': liveTables(engine) } })
  const client = await perspective.websocket(host.url('/tables'))
  const view = await (await client.open_table('made')).view()
  const lags: number[] = []
  const session = engine.new_session((_, since) => {
    if (since !== undefined) lags.push(performance.now() - since)
  })
  for (const request of subscription) void session.handle_request(encodeRequest(request))
  const told = new Promise((resolve) => void view.on_update(resolve))
  await view.num_rows()
  await made.update([{ a: 1 }, { a: 2 }])
  await told
  expect(await view.to_columns()).toEqual({ a: [1, 2] })
  await session.poll()
  expect(lags.length).toBe(1)
  // Both threads read one clock.
  expect(lags[0]).toBeGreaterThan(0)
  expect(lags[0]).toBeLessThan(5_000)
  session.close()
  await client.terminate()
})

test('A17 the event loop of the web server is free while the engine works', async () => {
  const busy = `
import { Server } from '@tablecast/core'
const server = new Server()
const values = Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 1_000_003)
await server.new_local_client().table({ key: values.map((n) => n % 5_000), value: values }, { name: 't' })
export default server
`
  await using running = engineOf(busy)
  await running.engine.ready
  await using host = await fastify!.start({ endpoints: { '/tables': liveTables(running.engine) } })
  const client = await perspective.websocket(host.url('/tables'))
  const table = await client.open_table('t')
  let isDone = false
  const reading = table
    .view({ group_by: ['key'], aggregates: { value: 'median' }, sort: [['value', 'desc']] })
    .then((view) => view.to_csv())
    .finally(() => {
      isDone = true
    })
  let answered = 0
  while (!isDone) {
    await fetch(`http://127.0.0.1:${host.port}/nothing`)
    if (!isDone) answered++
  }
  // In one thread it is none, or the one that was under way.
  expect(answered).toBeGreaterThan(3)
  expect((await reading).split('\n').length).toBe(5_003)
  await client.terminate()
})
