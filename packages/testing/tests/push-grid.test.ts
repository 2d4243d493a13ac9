import { PushHub, type PushOptions, pushRoutes } from '@tablecast/push'
import { describe, expect, test } from 'vitest'
import type { HostOptions } from '../src/hosts/driver.js'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'

const token = 'a-token-for-the-tests'

async function json(peer: Peer): Promise<unknown> {
  return JSON.parse(String(await peer.next()))
}

/** The data of the next push. */
async function data(peer: Peer): Promise<unknown> {
  for (;;) {
    const message = (await json(peer)) as { type: string; data: unknown }
    if (message.type === 'message') return message.data
  }
}

/** Waits until everything up to now has arrived. */
async function opened(peer: Peer): Promise<{ session: string; epoch: string; offset: number }> {
  const hello = (await json(peer)) as { session: string; epoch: string; offset: number }
  expect(await json(peer)).toMatchObject({ type: 'position' })
  return hello
}

describe.each(hosts)('$name', (driver) => {
  async function start(options: PushOptions = { trustQuery: true }, gateway: Partial<HostOptions> = {}) {
    const hub = new PushHub(options)
    const host = await driver.start({ endpoints: { '/socket': hub }, routes: pushRoutes(hub, { token }), ...gateway })
    const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const response = await fetch(`http://127.0.0.1:${host.port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: response.status, body: await response.json(), headers: response.headers }
    }
    const page = async (query: string) => {
      const peer = await Peer.connect(host.url(`/socket?${query}`))
      return { peer, ...(await opened(peer)) }
    }
    return { hub, host, call, page, [Symbol.asyncDispose]: () => host.close() }
  }

  test('E1 E2 E3 pushes reach one component, a user, everybody; the answer says how many', async () => {
    await using server = await start()
    const { call, page } = server
    const [a1, a2, b1] = await Promise.all([
      page('userid=ann&compid=one'),
      page('userid=ann&compid=two'),
      page('userid=bob&compid=one'),
    ])
    expect((await call('GET', '/push?userid=ann&compid=one&message=gr%C3%BC%C3%9Fe')).body).toMatchObject({
      reached: 1,
      duplicate: false,
    })
    expect(await data(a1.peer)).toBe('grüße')
    expect((await call('GET', '/push?userid=ann&message=both')).body).toMatchObject({ reached: 2 })
    expect([await data(a1.peer), await data(a2.peer)]).toEqual(['both', 'both'])
    expect((await call('GET', '/pushtoall?message=all')).body).toMatchObject({ reached: 3 })
    for (const { peer } of [a1, a2, b1]) expect(await data(peer)).toBe('all')
    const post = await call('POST', '/push', { userid: 'bob', data: { price: 1.5, tags: ['x', null] } })
    expect(post).toMatchObject({ status: 200, body: { reached: 1 } })
    expect(post.headers.get('cache-control')).toBe('no-store')
    expect(await data(b1.peer)).toEqual({ price: 1.5, tags: ['x', null] })
    expect((await call('POST', '/pushtoall', { compid: 'one', message: 'ones' })).body).toMatchObject({ reached: 2 })
    expect([await data(a1.peer), await data(b1.peer)]).toEqual(['ones', 'ones'])
    expect((await call('GET', '/push?userid=nobody&message=x')).body).toMatchObject({ reached: 0 })
    for (const { peer } of [a1, a2, b1]) peer.ws.terminate()
  })

  test('E1 E3 sessions are listed, and gone when their page is; a user can be disconnected', async () => {
    await using server = await start()
    const { call, page, hub } = server
    const one = await page('userid=ann&compid=one')
    const two = await page('userid=ann&compid=two')
    await page('userid=bob')
    const sessions = async (query = '') => (await call('GET', `/sessions${query}`)).body
    expect(await sessions('?userid=ann&compid=two')).toEqual({
      total: 1,
      sessions: [
        { id: two.session, userid: 'ann', compid: 'two', since: expect.any(Number), remoteAddress: '127.0.0.1' },
      ],
    })
    expect(await sessions()).toMatchObject({ total: 3 })
    expect((await call('DELETE', `/sessions?userid=ann&session=${one.session}`)).body).toEqual({ disconnected: 1 })
    expect(await one.peer.closed()).toEqual({ code: 4410, reason: 'disconnected' })
    two.peer.ws.close()
    await two.peer.closed()
    while (hub.size > 1) await new Promise((resolve) => setImmediate(resolve))
    expect(await sessions()).toMatchObject({ total: 1, sessions: [{ userid: 'bob' }] })
    expect((await call('DELETE', '/sessions')).status).toBe(400)
  })

  test('E3 messages from a page reach the application, which pushes to the others', async () => {
    const server = await start({
      trustQuery: true,
      onMessage: (session, text) => void server.hub.push({ data: text, exclude: [session.id] }),
    })
    await using _ = server
    const ann = await server.page('userid=ann')
    const bob = await server.page('userid=bob')
    ann.peer.send(JSON.stringify({ type: 'message', data: 'hello from ann' }))
    expect(await data(bob.peer)).toBe('hello from ann')
    bob.peer.send(JSON.stringify({ type: 'message', data: 'hello from bob' }))
    expect(await data(ann.peer)).toBe('hello from bob')
  })

  test('G11 the HTTP face does nothing without the token, nor for another site', async () => {
    await using server = await start()
    const { call, page } = server
    const ann = await page('userid=ann')
    const wrong = (headers: Record<string, string>) => call('GET', '/push?userid=ann&message=x', undefined, headers)
    expect(await wrong({ authorization: '' })).toMatchObject({ status: 401 })
    expect((await wrong({ authorization: `Bearer ${token}x` })).headers.get('www-authenticate')).toBe('Bearer')
    expect(await wrong({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 })
    expect(await wrong({ origin: 'https://evil.example' })).toMatchObject({ status: 403 })
    expect(await wrong({ origin: 'null' })).toMatchObject({ status: 403 })
    expect(await call('POST', '/push', { userid: 'ann', data: 1 }, { authorization: '' })).toMatchObject({
      status: 401,
    })
    expect((await call('GET', '/sessions', undefined, { authorization: 'Basic x' })).status).toBe(401)
    await call('GET', '/push?userid=ann&message=right')
    expect(await data(ann.peer)).toBe('right')
  })

  test.each([
    ['GET', '/push?message=x', undefined, 400],
    ['GET', '/push?userid=ann', undefined, 400],
    ['GET', '/pushtoall?userid=ann&message=x', undefined, 400],
    ['POST', '/push', { data: 1 }, 400],
    ['POST', '/push', { userid: 'ann' }, 400],
    ['POST', '/push', { userid: '', data: 1 }, 400],
    ['POST', '/push', { userid: 1, data: 1 }, 400],
    ['POST', '/push', { userid: 'ann', data: 1, ttl: -1 }, 400],
    ['POST', '/push', { userid: 'ann', data: 1, tll: 1 }, 400],
    ['POST', '/push', { userid: 'ann', data: 1, exclude: 'x' }, 400],
    ['POST', '/push', [{ userid: 'ann', data: 1 }, { data: 1 }], 400],
    ['POST', '/push', '{"userid":', 400],
    ['POST', '/pushtoall', { userid: 'ann', data: 1 }, 400],
    ['PUT', '/push', {}, 405],
    ['GET', '/receipts?id=x', undefined, 404],
  ])('E2 %s %s %j is refused with %i, and nothing is pushed', async (method, path, body, status) => {
    await using server = await start()
    const ann = await server.page('userid=ann')
    const answer = await server.call(method, path, body)
    expect([answer.status, typeof answer.body.error]).toEqual([status, 'string'])
    await server.call('GET', '/push?userid=ann&message=first')
    expect(await data(ann.peer)).toBe('first')
  })

  test('G11 who a page is comes from authorize; the query only where it is trusted', async () => {
    await using closed = await start({})
    expect(await refusal(closed.host.url('/socket?userid=ann'))).toMatchObject({ status: 401 })
    await using server = await start({}, { authorize: () => ({ id: 'ann' }) })
    expect(await refusal(server.host.url('/socket?userid=bob'))).toMatchObject({ status: 403 })
    const ann = await server.page('compid=x')
    expect((await server.call('GET', '/push?userid=ann&compid=x&message=you')).body).toMatchObject({ reached: 1 })
    expect(await data(ann.peer)).toBe('you')
    await using trusting = await start()
    expect(await refusal(trusting.host.url('/socket'))).toMatchObject({ status: 400 })
    expect(await refusal(trusting.host.url(`/socket?userid=${'x'.repeat(257)}`))).toMatchObject({ status: 400 })
  })

  test('G11 an idempotency key pushes once; a batch pushes all or nothing', async () => {
    await using server = await start()
    const { call, page } = server
    const ann = await page('userid=ann')
    const push = { userid: 'ann', data: 'once' }
    const first = await call('POST', '/push', push, { 'idempotency-key': 'k1' })
    const again = await call('POST', '/push', { ...push, key: 'k1' })
    expect(again.body).toEqual({ ...first.body, duplicate: true })
    expect((await call('POST', '/push', { ...push, data: 'other', key: 'k1' })).status).toBe(422)
    const batch = [
      { ...push, data: 1 },
      { ...push, data: 2, key: 'k2' },
      { userid: 'bob', data: 3 },
    ]
    expect((await call('POST', '/push', [...batch, { userid: 'ann' }])).status).toBe(400)
    const { body } = await call('POST', '/push', batch)
    expect(body.map(({ reached }: { reached: number }) => reached)).toEqual([1, 1, 0])
    expect([await data(ann.peer), await data(ann.peer), await data(ann.peer)]).toEqual(['once', 1, 2])
  })

  test('G11 a page that comes back gets what it missed, once and in order; its session goes on', async () => {
    await using server = await start()
    const { hub, page, host } = server
    const ann = await page('userid=ann&compid=x')
    hub.push({ userid: 'ann', data: 1 })
    expect(await json(ann.peer)).toMatchObject({ type: 'message', offset: 1, data: 1 })
    ann.peer.ws.terminate()
    await ann.peer.closed()
    hub.push({ userid: 'ann', data: 2 })
    hub.push({ userid: 'bob', data: 'not hers' })
    hub.push({ data: 3 })
    hub.push({ userid: 'ann', compid: 'y', data: 'not here' })
    hub.push({ data: 'excluded', exclude: [ann.session] })
    hub.push({ userid: 'ann', compid: 'x', data: 4 })
    const query = `userid=ann&compid=x&session=${ann.session}&epoch=${ann.epoch}&offset=1`
    await using back = await Peer.connect(host.url(`/socket?${query}`))
    expect(await json(back)).toMatchObject({ type: 'hello', session: ann.session, offset: 1 })
    hub.push({ userid: 'ann', data: 5 })
    const rest = [await json(back), await json(back), await json(back), await json(back), await json(back)]
    expect(rest).toMatchObject([{ data: 2 }, { data: 3 }, { data: 4 }, { type: 'position', offset: 7 }, { data: 5 }])
  })
})
