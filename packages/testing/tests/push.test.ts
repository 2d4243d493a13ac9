import { setTimeout as later } from 'node:timers/promises'
import { type GatewayOptions, listen, prometheus } from '@tablecast/gateway'
import { PushHub, type PushOptions, pushRoutes, type ServerMessage } from '@tablecast/push'
import { PushClient, type PushClientOptions } from '@tablecast/push/client'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Peer } from '../src/hosts/peer.js'

async function serve(options: PushOptions = {}, gateway: Partial<GatewayOptions> = {}) {
  const hub = new PushHub({ trustQuery: true, ...options })
  const server = await listen({ port: 0, endpoints: { '/socket': hub }, ...gateway })
  const url = (query: string) => `ws://127.0.0.1:${server.port}/socket?${query}`
  const page = async (query: string) => {
    const peer = await Peer.connect(url(query))
    const hello = await next(peer)
    if (hello.type !== 'hello') throw new Error('no hello')
    return { peer, ...hello }
  }
  return { hub, server, url, page, [Symbol.asyncDispose]: () => server.close() }
}

async function next(peer: Peer): Promise<ServerMessage> {
  return JSON.parse(String(await peer.next()))
}

/** The messages up to the position that ends a catch-up. */
async function caughtUp(peer: Peer): Promise<unknown[]> {
  const seen = []
  for (;;) {
    const message = await next(peer)
    if (message.type === 'position') return seen
    seen.push(message.type === 'message' ? message.data : message.type === 'gap' ? `gap ${message.reason}` : message)
  }
}

test('G11 a gap is announced: messages that were not kept, or have expired, or fell out of the bounds', async () => {
  await using server = await serve({ limits: { historyMessages: 2 } })
  const { hub, page } = server
  const { epoch } = await page('userid=ann')
  const back = async (offset: number, userid = 'ann') => {
    const { peer } = await page(`userid=${userid}&epoch=${epoch}&offset=${offset}`)
    return caughtUp(peer)
  }
  hub.push({ userid: 'ann', data: 1, ttl: 0 })
  hub.push({ userid: 'ann', data: 2 })
  expect(await back(0)).toEqual(['gap history', 2])
  expect(await back(1)).toEqual([2])
  expect(await back(0, 'bob')).toEqual([])
  hub.push({ userid: 'ann', data: 3 })
  hub.push({ data: 4 })
  expect(await back(1)).toEqual(['gap history', 3, 4])
  expect(await back(2)).toEqual([3, 4])
  hub.push({ userid: 'ann', data: 5, ttl: 1 })
  const deadline = performance.now() + 5000
  while ((await back(4))[0] !== 'gap history') {
    expect(performance.now()).toBeLessThan(deadline)
    await later(100)
  }
})

test('G11 another epoch is a gap, and everything kept follows', async () => {
  await using server = await serve()
  const { hub, page } = server
  hub.push({ userid: 'ann', data: 1 })
  hub.push({ data: 2 })
  expect(await caughtUp((await page('userid=ann&epoch=old&offset=99')).peer)).toEqual(['gap epoch', 1, 2])
  expect(await caughtUp((await page('userid=ann')).peer)).toEqual([])
  expect(await caughtUp((await page(`userid=ann&epoch=${hub.epoch}&offset=99`)).peer)).toEqual([])
})

test('G11 G2 a page that does not read is behind, not a burden: it goes on from history, or is told of the gap', async () => {
  const limits = { bufferBytes: 64 * 1024 }
  await using server = await serve({ limits: { historyMessages: 100 } }, { limits })
  const { hub, page } = server
  const slow = await page('userid=slow')
  await caughtUp(slow.peer)
  slow.peer.ws.pause()
  const text = 'x'.repeat(20_000)
  const total = 1500
  let behind = 0
  for (let i = 1; i <= total; i++) {
    behind += hub.push({ userid: 'slow', data: `${i} ${text}` }).behind
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(behind).toBeGreaterThan(100)
  for (const socket of server.server.gateway.manager) expect(socket.bufferedAmount).toBeLessThan(200 * 1024)
  slow.peer.ws.resume()
  const seen: number[] = []
  let gapAfter = 0
  while (seen.at(-1) !== total) {
    const message = await next(slow.peer)
    if (message.type === 'gap') gapAfter = seen.at(-1)!
    if (message.type === 'message') seen.push(Number(String(message.data).split(' ')[0]))
  }
  expect(gapAfter).toBeGreaterThan(0)
  const breaks = seen.filter((n, i) => i > 0 && n !== seen[i - 1]! + 1)
  expect(breaks).toHaveLength(1)
  expect(seen[seen.indexOf(breaks[0]!) - 1]).toBe(gapAfter)
  expect(seen.slice(-100)).toEqual(Array.from({ length: 100 }, (_, i) => total - 99 + i))
})

test('G11 receipts: from the pages a message was for, once each', async () => {
  const told: unknown[] = []
  await using server = await serve({ onReceipt: (id, { userid }) => told.push([id, userid]) })
  const { hub, page } = server
  const ann = await page('userid=ann')
  const bob = await page('userid=bob')
  const { id } = hub.push({ userid: 'ann', data: 'sign', receipt: true })
  const receipt = JSON.stringify({ type: 'receipt', id })
  const own = JSON.stringify({ type: 'watch', userid: 'bob' })
  bob.peer.send(receipt)
  bob.peer.send(own)
  await caughtUp(bob.peer)
  expect(await next(bob.peer)).toEqual({ type: 'presence', userid: 'bob', online: true })
  await caughtUp(ann.peer)
  expect(await next(ann.peer)).toMatchObject({ data: 'sign', receipt: true, id })
  expect(hub.receipts(id)).toEqual([])
  ann.peer.send(receipt)
  ann.peer.send(receipt)
  ann.peer.send(JSON.stringify({ type: 'watch', userid: 'ann' }))
  await next(ann.peer)
  expect(hub.receipts(id)).toEqual([{ session: ann.session, userid: 'ann', compid: '', at: expect.any(Number) }])
  expect(told).toEqual([[id, 'ann']])
  expect(hub.receipts('unknown')).toBeUndefined()
})

test('G11 presence: the first page of a user and the last one, for those who may watch', async () => {
  const told: unknown[] = []
  await using server = await serve({
    mayWatch: (watcher) => watcher.userid === 'boss',
    onPresence: (userid, online) => told.push([userid, online]),
  })
  const { page } = server
  const boss = await page('userid=boss')
  await caughtUp(boss.peer)
  const watch = JSON.stringify({ type: 'watch', userid: 'ann' })
  boss.peer.send(watch)
  expect(await next(boss.peer)).toEqual({ type: 'presence', userid: 'ann', online: false })
  const one = await page('userid=ann')
  expect(await next(boss.peer)).toEqual({ type: 'presence', userid: 'ann', online: true })
  const two = await page('userid=ann')
  one.peer.ws.close()
  await one.peer.closed()
  two.peer.ws.terminate()
  expect(await next(boss.peer)).toEqual({ type: 'presence', userid: 'ann', online: false })
  const nosy = await page('userid=nosy')
  nosy.peer.send(JSON.stringify({ type: 'watch', userid: 'boss' }))
  await caughtUp(nosy.peer)
  server.hub.push({ userid: 'nosy', data: 'the only thing you get' })
  expect(await next(nosy.peer)).toMatchObject({ data: 'the only thing you get' })
  expect(told).toEqual([
    ['boss', true],
    ['ann', true],
    ['ann', false],
    ['nosy', true],
  ])
})

test('E1 a session that comes back while its old socket hangs takes its place, and only its own', async () => {
  await using server = await serve()
  const { hub, page } = server
  const ann = await page('userid=ann')
  const thief = await page(`userid=bob&session=${ann.session}`)
  const back = await page(`userid=ann&session=${ann.session}`)
  expect(await ann.peer.closed()).toMatchObject({ code: 4409 })
  expect(back.session).toBe(ann.session)
  expect(hub.size).toBe(2)
  expect(hub.push({ userid: 'ann', data: 1 })).toMatchObject({ reached: 1 })
  const later = await page(`userid=ann&session=${ann.session}&attempt=3`)
  expect(await back.peer.closed()).toMatchObject({ code: 4409 })
  const late = await Peer.connect(server.url(`userid=ann&session=${ann.session}&attempt=2`))
  expect(await late.closed()).toMatchObject({ code: 4409 })
  expect(later.peer.ws.readyState).toBe(1)
  expect([...hub.sessions({ userid: 'ann' })]).toHaveLength(1)
  thief.peer.ws.terminate()
  await thief.peer.closed()
  expect(hub.isOnline('ann')).toBe(true)
})

test.each(['nonsense', '[]', '{"type":"receipt"}', '{"type":"watch","userid":""}', new Uint8Array([1])])(
  'G1 %s closes its page only',
  async (wrong) => {
    await using server = await serve()
    const { page, hub } = server
    const good = await page('userid=ann')
    const bad = await page('userid=ann')
    bad.peer.send(wrong)
    expect(await bad.peer.closed()).toMatchObject({ code: 4400 })
    await caughtUp(good.peer)
    hub.push({ userid: 'ann', data: 'fine' })
    expect(await next(good.peer)).toMatchObject({ data: 'fine' })
  },
)

test('G1 what the application throws closes one page, or none', async () => {
  const errors: unknown[] = []
  const report = (error: unknown) => errors.push(String(error))
  const options: PushOptions = {
    report,
    onMessage: () => {
      throw new Error('onMessage')
    },
    onPresence: () => {
      throw new Error('onPresence')
    },
  }
  await using server = await serve(options, { report })
  const ann = await server.page('userid=ann')
  ann.peer.send('{"type":"message","data":1}')
  expect(await ann.peer.closed()).toMatchObject({ code: 1011 })
  while (server.hub.size > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(errors).toEqual(['Error: onPresence', 'Error: onMessage', 'Error: onPresence'])
})

test('G11 the HTTP face cannot be made without a guard; authorize answers as it likes', async () => {
  const hub = new PushHub()
  expect(() => pushRoutes(hub, {})).toThrow('token or authorize')
  expect(() => pushRoutes(hub, { token: 'short' })).toThrow('16 characters')
  const authorize = ({ headers }: Request) =>
    headers.get('x-role') === 'admin' || (headers.has('x-role') ? false : new Response('log in', { status: 401 }))
  await using server = await serve({}, { routes: pushRoutes(hub, { prefix: '/api', authorize }) })
  const get = async (role?: string) => {
    const headers = role === undefined ? {} : { 'x-role': role }
    return (await fetch(`http://127.0.0.1:${server.server.port}/api/pushtoall?message=x`, { headers })).status
  }
  expect([await get(), await get('guest'), await get('admin')]).toEqual([401, 403, 200])
  hub.close()
})

test('G14 the hub is in the metrics', async () => {
  const metrics = prometheus()
  await using server = await serve({}, { metrics, routes: { '/metrics': metrics.face } })
  await server.page('userid=ann')
  server.hub.push({ data: 1 })
  const text = await (await fetch(`http://127.0.0.1:${server.server.port}/metrics`)).text()
  expect(text).toContain('tablecast_push_sessions 1')
  expect(text).toContain('tablecast_push_reached_total 1')
})

test('G11 the page’s client reconnects by itself, catches up, sends receipts and ends when told to', async () => {
  const events: unknown[] = []
  const waiting = new Map<string, () => void>()
  const note = (...event: unknown[]) => {
    events.push(event)
    waiting.get(JSON.stringify(event))?.()
  }
  const happens = (...event: unknown[]) => new Promise<void>((resolve) => waiting.set(JSON.stringify(event), resolve))
  await using server = await serve({ onMessage: (_, data) => note('sent', data) })
  const { hub } = server
  const options: PushClientOptions = {
    WebSocket,
    userid: 'ann',
    compid: 'x',
    onMessage: (data) => note('message', data as string),
    onGap: (reason) => note('gap', reason),
    onPresence: (userid, online) => note('presence', userid, online),
    onState: (state) => note(state),
  }
  const present = happens('presence', 'ann', true)
  const client = new PushClient(`ws://127.0.0.1:${server.server.port}/socket`, options)
  client.watch('ann')
  await present
  const { id } = hub.push({ userid: 'ann', data: 'one', receipt: true })
  const sent = happens('sent', 'up')
  await happens('message', 'one')
  expect(client.send('up')).toBe(true)
  await sent
  expect(hub.receipts(id)).toMatchObject([{ session: client.session }])
  const waits = happens('waiting')
  for (const socket of server.server.gateway.manager) socket.terminate()
  await waits
  hub.push({ userid: 'ann', data: 'two' })
  hub.push({ userid: 'ann', data: 'lost', ttl: 0 })
  hub.push({ userid: 'ann', data: 'three' })
  expect(client.send('nobody there')).toBe(false)
  await happens('message', 'three')
  const ended = happens('ended')
  hub.disconnect({ userid: 'ann' })
  await ended
  client.close()
  expect(events.filter((event) => !['sent', 'presence'].includes((event as string[])[0]!))).toEqual([
    ['connecting'],
    ['open'],
    ['message', 'one'],
    ['waiting'],
    ['connecting'],
    ['open'],
    ['gap', 'history'],
    ['message', 'two'],
    ['message', 'three'],
    ['ended'],
  ])
})

test('G11 what a push asks to be remembered is bounded: sessions it excludes, receipts of pages that come under ever new names', async () => {
  await using server = await serve({ limits: { excluded: 2, receipts: 2 } })
  const { hub, url } = server
  expect(() => hub.push({ data: 1, exclude: ['a', 'b', 'c'] })).toThrow('exclude may list 2 sessions')
  expect(() => hub.push({ data: 1, receipt: 'yes' as never })).toThrow('receipt must be true or false')
  hub.push({ data: 0, exclude: ['a', 'b'] })
  const { id } = hub.push({ userid: 'ann', data: 2, receipt: true })
  for (let i = 0; i < 3; i++) {
    await using peer = await Peer.connect(url(`userid=ann&epoch=${hub.epoch}&offset=1`))
    await next(peer)
    expect(await next(peer)).toMatchObject({ type: 'message', id })
    peer.send(JSON.stringify({ type: 'receipt', id }))
    peer.send(JSON.stringify({ type: 'watch', userid: 'ann' }))
    while ((await next(peer)).type !== 'presence');
  }
  expect(hub.receipts(id)).toHaveLength(2)
})
