import { type Endpoint, liveTables, refuse } from '@tablecast/gateway'
import { describe, expect, test } from 'vitest'
import { fakeServer } from '../src/hosts/fake-session.js'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'
import { frame, handshake, opcodes, RawPeer } from '../src/hosts/raw-peer.js'

const echo: Endpoint = {
  opened: (socket) => ({
    message(data) {
      socket.send(data)
    },
  }),
}

/** An endpoint that says one thing and listens to nothing. */
function saying(text: (...args: Parameters<Endpoint['opened']>) => string): Endpoint {
  return {
    opened(socket, request) {
      socket.send(text(socket, request))
      return { message() {} }
    },
  }
}

/** A session that answers each request with its bytes, in two parts, and each poll with one byte. */
const parrot = fakeServer((send) => ({
  handle_request: (bytes) => send([bytes.subarray(0, 1), bytes.subarray(1)]),
  poll: () => send(new Uint8Array([0])),
}))

describe.each(hosts)('$name', (driver) => {
  test('C1 text and binary come back as they were sent', async () => {
    await using host = await driver.start({ endpoints: { '/echo': echo } })
    await using peer = await Peer.connect(host.url('/echo'))
    peer.send('grüße')
    peer.send(new Uint8Array([0, 255]))
    expect(await peer.next()).toBe('grüße')
    expect(await peer.next()).toEqual(Buffer.from([0, 255]))
  })

  test('G3 the framework’s middleware answers before the 101', async () => {
    await using host = await driver.start({ login: true, endpoints: { '/echo': echo } })
    expect(await refusal(host.url('/echo'))).toMatchObject({ status: 401 })
    expect(await refusal(host.url('/echo'), [], { headers: { cookie: 'user=blocked' } })).toMatchObject({ status: 403 })
  })

  test('G3 what the framework’s middleware found out is there for the endpoint', async () => {
    const endpoint = saying((_, { raw }) => `hello ${driver.userOf(raw)}`)
    await using host = await driver.start({ login: true, endpoints: { '/hello': endpoint } })
    await using peer = await Peer.connect(host.url('/hello'), [], { headers: { cookie: 'user=ann' } })
    expect(await peer.next()).toBe('hello ann')
  })

  test('G3 messages sent before the 101 are not lost', async () => {
    await using host = await driver.start({ login: true, endpoints: { '/echo': echo } })
    await using peer = await RawPeer.connect(host.port)
    peer.write(Buffer.concat([Buffer.from(handshake('/echo', { Cookie: 'user=ann' })), frame(opcodes.text, 'one')]))
    peer.write(frame(opcodes.text, 'two'))
    expect(await peer.response()).toMatchObject({ status: 101 })
    expect((await peer.frame()).payload.toString()).toBe('one')
    expect((await peer.frame()).payload.toString()).toBe('two')
  })

  test('C2 several endpoints, path parameters and the query', async () => {
    await using host = await driver.start({
      endpoints: {
        '/chat/:room': saying((_, { params, url, path }) => `${params['room']} ${url.searchParams.get('as')} ${path}`),
        '/files/*': saying((_, { params }) => params['*']!),
        '/echo': echo,
      },
    })
    await using chat = await Peer.connect(host.url('/chat/b%C3%BCro?as=ann'))
    await using files = await Peer.connect(host.url('/files/a/b%20c'))
    expect(await chat.next()).toBe('büro ann /chat/b%C3%BCro')
    expect(await files.next()).toBe('a/b c')
  })

  test('C2 the endpoint’s first subprotocol that the client offers is chosen', async () => {
    const endpoint: Endpoint = { ...saying((socket) => socket.protocol), protocols: ['v2', 'v1'] }
    await using host = await driver.start({ endpoints: { '/p': endpoint, '/echo': echo } })
    await using peer = await Peer.connect(host.url('/p'), ['v1', 'v2'])
    expect(peer.ws.protocol).toBe('v2')
    expect(await peer.next()).toBe('v2')
    expect(await refusal(host.url('/p'), ['v3'])).toMatchObject({ status: 400 })
    await using raw = await RawPeer.open(host.port, '/echo', { 'Sec-WebSocket-Protocol': 'v1' })
    raw.write(frame(opcodes.text, 'no protocol chosen, none spoken'))
    expect((await raw.frame()).payload.toString()).toBe('no protocol chosen, none spoken')
  })

  test.each([
    [404, '/nowhere', {}],
    [400, '/echo', { 'Sec-WebSocket-Key': undefined }],
    [400, '/echo', { 'Sec-WebSocket-Key': 'short' }],
    [400, '/echo', { 'Sec-WebSocket-Protocol': 'a, a' }],
    [400, '/p/%E0%A4%A', {}],
    [426, '/echo', { 'Sec-WebSocket-Version': '12' }],
    [426, '/echo', { Upgrade: undefined, Connection: undefined }],
    [501, '/echo', { Upgrade: 'h2c' }],
    [503, '/refusing', {}],
    [500, '/throwing', {}],
    [403, '/echo', { Origin: 'http://evil.example' }],
    [403, '/echo', { Origin: 'null' }],
  ])('C7 a handshake is refused with %i: %s %o', async (status, path, headers) => {
    const errors: unknown[] = []
    await using host = await driver.start({
      endpoints: {
        '/echo': echo,
        '/p/:x': echo,
        '/refusing': { ...echo, handshake: () => refuse(503, 'full') },
        '/throwing': {
          ...echo,
          handshake: () => {
            throw new Error('secret')
          },
        },
      },
      report: (error) => errors.push(error),
    })
    await using peer = await RawPeer.connect(host.port)
    peer.write(handshake(path, { Host: `127.0.0.1:${host.port}`, ...headers }))
    const response = await peer.response()
    expect(response.status).toBe(status)
    expect(response.body).not.toContain('secret')
    expect(errors).toEqual(status === 500 ? [new Error('secret')] : [])
    await using after = await Peer.connect(host.url('/echo'))
    after.send('still there')
    expect(await after.next()).toBe('still there')
  })

  test('C7 another method than GET is refused with 405', async () => {
    await using host = await driver.start({ endpoints: { '/echo': echo } })
    const response = await fetch(`http://127.0.0.1:${host.port}/echo`, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
  })

  test('A2 live tables: a reply in parts arrives as one message, a burst is polled for once', async () => {
    await using host = await driver.start({ endpoints: { '/tables': liveTables(parrot) } })
    await using peer = await RawPeer.open(host.port, '/tables')
    peer.write(Buffer.concat([frame(opcodes.binary, 'abc'), frame(opcodes.binary, 'def')]))
    const frames = []
    for (let i = 0; i < 3; i++) frames.push(await peer.frame())
    expect(frames.map(({ fin, opcode, payload }) => [fin, opcode, payload.toString()])).toEqual([
      [true, opcodes.binary, 'abc'],
      [true, opcodes.binary, 'def'],
      [true, opcodes.binary, '\0'],
    ])
  })

  test.each([false, true])('G2 parts of any size arrive as one message, compression %s', async (perMessageDeflate) => {
    const sizes = [
      [0, 0],
      [1, 125, 1],
      [100, 70_000],
      [2000, 3, 4000],
    ]
    const partsOf = (sizes: number[]) => sizes.map((size, i) => Buffer.alloc(size, i + 1))
    const endpoint: Endpoint = {
      opened: (socket) => ({
        message: () => {
          for (const each of sizes) socket.send(partsOf(each))
          socket.send('grüße '.repeat(1000))
        },
      }),
    }
    await using host = await driver.start({ endpoints: { '/parts': endpoint }, perMessageDeflate })
    await using peer = await Peer.connect(host.url('/parts'))
    peer.send('go')
    for (const each of sizes) expect(Buffer.concat(partsOf(each)).equals((await peer.next()) as Buffer)).toBe(true)
    expect(await peer.next()).toBe('grüße '.repeat(1000))
  })

  test('A2 live tables: a text message closes with 1003', async () => {
    await using host = await driver.start({ endpoints: { '/tables': liveTables(parrot) } })
    await using peer = await Peer.connect(host.url('/tables'))
    peer.send('text')
    expect(await peer.closed()).toMatchObject({ code: 1003 })
  })

  test('G1 a receiver that throws loses its own socket only', async () => {
    const errors: unknown[] = []
    const faulty: Endpoint = {
      opened: (socket) => ({
        async message(data) {
          if (data === 'throw') throw new Error('secret')
          socket.send(data)
        },
      }),
    }
    await using host = await driver.start({ endpoints: { '/faulty': faulty }, report: (error) => errors.push(error) })
    await using good = await Peer.connect(host.url('/faulty'))
    await using bad = await Peer.connect(host.url('/faulty'))
    bad.send('throw')
    expect(await bad.closed()).toEqual({ code: 1011, reason: 'internal error' })
    good.send('fine')
    expect(await good.next()).toBe('fine')
    expect(errors).toEqual([new Error('secret')])
  })

  test('C5 closing the host closes its sockets with 1001 and then returns', async () => {
    const host = await driver.start({ endpoints: { '/echo': echo } })
    const peers = await Promise.all(Array.from({ length: 5 }, () => Peer.connect(host.url('/echo'))))
    expect(host.gateway.manager.size).toBe(5)
    await host.close()
    expect(await Promise.all(peers.map((peer) => peer.closed()))).toEqual(
      peers.map(() => ({ code: 1001, reason: 'going away' })),
    )
    expect(host.gateway.manager.size).toBe(0)
  })
})
