import {
  EchoHandler,
  type Endpoint,
  type GatewayOptions,
  health,
  liveTables,
  refuse,
  type SessionOptions,
  WebSocketHandler,
} from '@tablecast/gateway'
import { describe, expect, test } from 'vitest'
import { fakeServer } from '../src/hosts/fake-session.js'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'
import { frame, handshake, opcodes, RawPeer } from '../src/hosts/raw-peer.js'

const endpoints = { '/echo': EchoHandler }

/** The status a handshake with these headers gets. */
async function status(port: number, headers: Record<string, string | undefined>, path = '/echo'): Promise<number> {
  await using peer = await RawPeer.connect(port)
  peer.write(handshake(path, headers))
  return (await peer.response()).status
}

describe.each(hosts)('$name', (driver) => {
  test.each<[string, Pick<GatewayOptions, 'origins' | 'trustedProxies'>, Record<string, string>, number]>([
    ['no origin is no browser', {}, {}, 101],
    ['the same origin', {}, { Origin: 'http://127.0.0.1:81', Host: '127.0.0.1:81' }, 101],
    ['the same origin, default port', {}, { Origin: 'https://localhost', Host: 'localhost:443' }, 101],
    ['another port', {}, { Origin: 'http://127.0.0.1:82', Host: '127.0.0.1:81' }, 403],
    ['another host', {}, { Origin: 'http://evil.example', Host: '127.0.0.1' }, 403],
    ['a sandboxed page', {}, { Origin: 'null', Host: '127.0.0.1' }, 403],
    ['a name pointed at this machine', {}, { Origin: 'http://evil.example', Host: 'evil.example' }, 403],
    ['any origin', { origins: 'any' }, { Origin: 'http://evil.example' }, 101],
    ['a listed origin', { origins: ['https://a.example'] }, { Origin: 'https://a.example' }, 101],
    ['none of the listed', { origins: ['https://a.example'] }, { Origin: 'http://a.example' }, 403],
    [
      'the origin a trusted proxy forwards',
      { trustedProxies: ['loopback'] },
      { Origin: 'https://a.example', 'X-Forwarded-Host': 'a.example', 'X-Forwarded-For': '1.2.3.4' },
      101,
    ],
    ['what nobody trusted forwards', {}, { Origin: 'https://a.example', 'X-Forwarded-Host': 'a.example' }, 403],
  ])('G4 origins: %s', async (_, options, headers, expected) => {
    await using host = await driver.start({ endpoints, ...options })
    expect(await status(host.port, headers)).toBe(expected)
  })

  test('G3 authorize names the principal or refuses, before the 101', async () => {
    const whoami: Endpoint = {
      opened(socket) {
        socket.send(`${socket.principal?.id} ${socket.principal?.claims?.['role']}`)
        return { message() {} }
      },
    }
    const errors: unknown[] = []
    await using host = await driver.start({
      endpoints: { '/who': whoami },
      report: (error) => errors.push(error),
      async authorize({ headers, url }) {
        await new Promise((resolve) => setImmediate(resolve))
        if (url.searchParams.has('fail')) throw new Error('secret')
        if (url.searchParams.has('throw')) throw refuse(403, 'blocked')
        const token = headers.get('authorization')
        return token === null
          ? refuse(401, 'who?', { 'www-authenticate': 'Bearer' })
          : { id: token, claims: { role: 'guest' } }
      },
    })
    const refused = await refusal(host.url('/who'))
    expect(refused).toMatchObject({ status: 401, text: 'who?\n' })
    expect(refused.headers['www-authenticate']).toBe('Bearer')
    expect(await refusal(host.url('/who?throw'))).toMatchObject({ status: 403, text: 'blocked\n' })
    expect(await refusal(host.url('/who?fail'))).toMatchObject({ status: 500, text: 'internal error\n' })
    expect(errors).toEqual([new Error('secret')])
    await using peer = await Peer.connect(host.url('/who'), [], { headers: { authorization: 'ann' } })
    expect(await peer.next()).toBe('ann guest')
  })

  test('G4 an authorize that takes too long is refused with 408', async () => {
    await using host = await driver.start({
      endpoints,
      authorize: () => new Promise(() => {}),
      limits: { handshakeMillis: 50 },
    })
    expect(await refusal(host.url('/echo'))).toMatchObject({ status: 408 })
    expect(host.gateway.stats.limited.get('handshakeMillis')).toBe(1)
  })

  test('G4 handshakes under way are bounded', async () => {
    let letIn = () => {}
    const gate = new Promise<void>((resolve) => {
      letIn = resolve
    })
    const asked: Promise<void>[] = []
    await using host = await driver.start({
      endpoints,
      limits: { pendingHandshakes: 2 },
      async authorize() {
        asked.push(Promise.resolve())
        await gate
        return { id: 'ann' }
      },
    })
    const waiting = [Peer.connect(host.url('/echo')), Peer.connect(host.url('/echo'))]
    while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve))
    expect(await refusal(host.url('/echo'))).toMatchObject({ status: 503 })
    letIn()
    for (const peer of await Promise.all(waiting)) await peer[Symbol.asyncDispose]()
  })

  test('G4 handshakes per second are bounded by address', async () => {
    await using host = await driver.start({
      endpoints,
      limits: { handshakesPerSecond: 0.2 },
      trustedProxies: ['loopback'],
    })
    const from = (address: string) => status(host.port, { 'X-Forwarded-For': address })
    expect([await from('1.1.1.1'), await from('1.1.1.1'), await from('1.1.1.1')]).toEqual([101, 101, 429])
    expect(await from('2.2.2.2')).toBe(101)
  })

  test('G1 G4 an address over its handshakes per second is turned away before anything else runs', async () => {
    const forwarded = { 'X-Forwarded-For': '1.1.1.1' }
    const user = { ...forwarded, Cookie: 'user=ann' }
    await using host = await driver.start({
      endpoints,
      routes: { '/healthz': health },
      login: true,
      limits: { handshakesPerSecond: 0.1 },
      trustedProxies: ['loopback'],
    })
    expect(await status(host.port, user)).toBe(101)
    // The framework would answer 401, and 404 where the gateway has nothing.
    for (const path of ['/echo', '/nowhere']) {
      await using peer = await RawPeer.connect(host.port)
      peer.write(handshake(path, forwarded))
      expect(await peer.response()).toMatchObject({ status: 429, body: 'over the limit: handshakesPerSecond\n' })
      await peer.ended()
    }
    expect(host.gateway.stats.limited.get('handshakesPerSecond')).toBe(2)
    expect(host.gateway.stats.refused.get(429)).toBe(2)
    expect(await status(host.port, { ...user, 'X-Forwarded-For': '2.2.2.2' })).toBe(101)
    const page = await fetch(`http://127.0.0.1:${host.port}/healthz`, { headers: user })
    expect(page.status).toBe(200)
  })

  test.each([
    ['sockets', 503, {}],
    ['socketsPerAddress', 429, { headers: { 'x-forwarded-for': '2.2.2.2' } }],
    ['socketsPerPrincipal', 429, { headers: { authorization: 'bob' } }],
  ] as const)('G4 %s are bounded, and a place is free again when a socket goes', async (limit, expected, other) => {
    await using host = await driver.start({
      endpoints,
      limits: { [limit]: 2 },
      trustedProxies: ['loopback'],
      authorize: ({ headers }) => ({ id: headers.get('authorization') ?? 'ann' }),
    })
    const first = await Peer.connect(host.url('/echo'))
    await using second = await Peer.connect(host.url('/echo'))
    expect(second.ws.readyState).toBe(1)
    expect(await refusal(host.url('/echo'))).toMatchObject({ status: expected, text: `over the limit: ${limit}\n` })
    expect(host.gateway.stats.limited.get(limit)).toBe(1)
    if (limit !== 'sockets') await (await Peer.connect(host.url('/echo'), [], other))[Symbol.asyncDispose]()
    const [socket] = host.gateway.manager
    first.ws.close()
    await socket!.closed
    await using third = await Peer.connect(host.url('/echo'))
    third.send('in')
    expect(await third.next()).toBe('in')
  })

  test('G4 a message over the payload limit closes its socket', async () => {
    await using host = await driver.start({ endpoints, limits: { payloadBytes: 100 } })
    await using good = await Peer.connect(host.url('/echo'))
    await using bad = await Peer.connect(host.url('/echo'))
    const [, socket] = host.gateway.manager
    bad.send('x'.repeat(101))
    expect(await bad.closed()).toMatchObject({ code: 1009 })
    expect(await socket!.closed).toMatchObject({ code: 1009 })
    expect(host.gateway.stats.limited.get('payloadBytes')).toBe(1)
    expect(host.gateway.stats.closed.get(1009)).toBe(1)
    good.send('fine')
    expect(await good.next()).toBe('fine')
  })

  test.each([
    ['messagesPerSecond', { messagesPerSecond: 20 }],
    ['bytesPerSecond', { bytesPerSecond: 2000 }],
  ] as const)('G4 %s: over it a peer is read more slowly, and loses nothing', async (limit, limits) => {
    await using host = await driver.start({ endpoints, limits: { ...limits, stallMillis: 10_000, closeMillis: 40 } })
    await using peer = await Peer.connect(host.url('/echo'))
    const start = performance.now()
    for (let i = 0; i < 30; i++) peer.send(`${i}`.padEnd(100))
    for (let i = 0; i < 30; i++) expect(Number(await peer.next())).toBe(i)
    expect(performance.now() - start).toBeGreaterThan(400)
    expect(host.gateway.stats.limited.get(limit)).toBe(1)
  })

  test('G4 a peer that goes on and on above the limit is closed with 4429', async () => {
    await using host = await driver.start({
      endpoints,
      limits: { messagesPerSecond: 10, stallMillis: 60 },
    })
    await using peer = await Peer.connect(host.url('/echo'))
    const [socket] = host.gateway.manager
    for (let i = 0; i < 100; i++) peer.send('x')
    expect(await peer.closed()).toEqual({ code: 4429, reason: 'over the limit: messagesPerSecond' })
    expect(await socket!.closed).toMatchObject({ code: 4429 })
  })

  test('G4 pings count as messages: a flood of them is closed with 4429', async () => {
    await using host = await driver.start({
      endpoints,
      limits: { messagesPerSecond: 10, stallMillis: 60 },
    })
    await using peer = await Peer.connect(host.url('/echo'))
    // Not more at once than `ws` puts up with.
    for (let i = 0; i < 50; i++) peer.ws.ping()
    expect(await peer.closed()).toEqual({ code: 4429, reason: 'over the limit: messagesPerSecond' })
  })

  test('G4 a peer that pings above the limit for a moment is read more slowly, and loses nothing', async () => {
    await using host = await driver.start({ endpoints, limits: { messagesPerSecond: 40, stallMillis: 10_000 } })
    await using peer = await Peer.connect(host.url('/echo'))
    for (let i = 0; i < 50; i++) peer.ws.ping()
    peer.send('after')
    expect(await peer.next()).toBe('after')
    expect(host.gateway.stats.limited.get('messagesPerSecond')).toBe(1)
  })

  test('G4 a message in more pieces than anybody needs closes with 1008', async () => {
    await using host = await driver.start({ endpoints })
    await using peer = await RawPeer.open(host.port, '/echo')
    const [socket] = host.gateway.manager
    peer.write(frame(opcodes.binary, 'x', { fin: false }))
    peer.write(Buffer.concat(Array(16_384).fill(frame(opcodes.continuation, 'x', { fin: false }))))
    expect(await peer.closeCode()).toBe(1008)
    expect(await socket!.closed).toMatchObject({ code: 1008 })
  })

  test('G4 a small message that unpacks to more than the payload limit closes with 1009', async () => {
    await using host = await driver.start({ endpoints, perMessageDeflate: true, limits: { payloadBytes: 10_000 } })
    await using peer = await Peer.connect(host.url('/echo'), [], { perMessageDeflate: true })
    peer.ws.send('x'.repeat(9_000), { compress: true })
    expect(await peer.next()).toBe('x'.repeat(9_000))
    peer.ws.send('x'.repeat(1_000_000), { compress: true })
    expect(await peer.closed()).toMatchObject({ code: 1009 })
  })

  test('G4 a message over the payload limit in pieces is cut off before it is whole', async () => {
    await using host = await driver.start({ endpoints, limits: { payloadBytes: 100 } })
    await using peer = await RawPeer.open(host.port, '/echo')
    peer.write(frame(opcodes.text, 'x'.repeat(60), { fin: false }))
    peer.write(frame(opcodes.continuation, 'x'.repeat(60), { fin: false }))
    expect(await peer.closeCode()).toBe(1009)
  })

  test('G4 remote clients of live tables only read, unless they are given more', async () => {
    const sessions: SessionOptions[] = []
    const server = fakeServer((_, options) => {
      sessions.push(options)
      return {}
    })
    await using host = await driver.start({
      endpoints: {
        '/default': liveTables(server),
        '/verbs': liveTables(server, { allow: ['read', 'update'], views: 3, tables: 1 }),
        '/asked': liveTables(server, {
          allow: (principal, verb, table) => principal?.id === table && verb !== 'delete',
        }),
      },
      authorize: () => ({ id: 'ann' }),
    })
    for (const path of ['/default', '/verbs', '/asked']) {
      await using peer = await Peer.connect(host.url(path))
      expect(peer.ws.readyState).toBe(1)
    }
    const can = ({ allow }: SessionOptions, table: string) =>
      (['read', 'update', 'create', 'delete'] as const).filter((verb) =>
        typeof allow === 'function' ? allow(verb, table) : allow?.includes(verb),
      )
    expect(sessions.map((session) => can(session, 'ann'))).toEqual([
      ['read'],
      ['read', 'update'],
      ['read', 'update', 'create'],
    ])
    expect(can(sessions[2]!, 'other')).toEqual([])
    expect(sessions.map(({ max_views, max_tables }) => [max_views, max_tables])).toEqual([
      [256, 16],
      [3, 1],
      [256, 16],
    ])
  })

  test('G4 compression is off unless asked for', async () => {
    const Big = class extends WebSocketHandler {
      override opened() {
        this.send('x'.repeat(10_000))
      }
    }
    const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' }
    for (const perMessageDeflate of [false, true]) {
      await using host = await driver.start({ endpoints: { '/big': Big }, perMessageDeflate })
      await using raw = await RawPeer.connect(host.port)
      raw.write(handshake('/big', offer))
      expect('sec-websocket-extensions' in (await raw.response()).headers).toBe(perMessageDeflate)
      expect((await raw.frame()).rsv).toBe(perMessageDeflate ? 4 : 0)
      await using peer = await Peer.connect(host.url('/big'))
      expect(await peer.next()).toBe('x'.repeat(10_000))
    }
  })
})
