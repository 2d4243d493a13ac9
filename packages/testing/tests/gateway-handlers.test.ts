import { EchoHandler, type Message, refuse, type Socket, WebSocketClient, WebSocketHandler } from '@tablecast/gateway'
import { describe, expect, test } from 'vitest'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'
import { closeFrame, frame, opcodes, RawPeer } from '../src/hosts/raw-peer.js'

/** Notes each callback under its socket's path; messages tell it what to do. */
function recorder() {
  const calls: unknown[][] = []
  const { promise: gone, resolve } = deferred()
  class Recorder extends WebSocketHandler {
    override opened() {
      calls.push(['opened'])
    }
    override received_message(message: Message) {
      calls.push(['received', message])
      if (message === 'throw') throw new Error('thrown')
      if (message === 'ping') this.socket.ping(Buffer.from('hi'))
      if (message === 'close') this.close(4000, 'asked to')
    }
    override ponged(data: Uint8Array) {
      calls.push(['ponged', data.toString()])
      this.send('ponged')
    }
    override closed(code: number, reason: string) {
      calls.push(['closed', code, reason])
      resolve()
    }
    override unhandled_error(error: unknown) {
      calls.push(['error', (error as Error).message])
      this.send('recovered')
    }
  }
  return { Recorder, calls, gone }
}

function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

describe.each(hosts)('$name', (driver) => {
  test('C1 a handler is told all that happens, in order', async () => {
    const { Recorder, calls, gone } = recorder()
    await using host = await driver.start({ endpoints: { '/ws': Recorder } })
    await using peer = await Peer.connect(host.url('/ws'))
    peer.send('text')
    peer.send(Buffer.from([1, 2]))
    peer.send('throw')
    expect(await peer.next()).toBe('recovered')
    peer.send('ping')
    expect(await peer.next()).toBe('ponged')
    peer.send('close')
    expect(await peer.closed()).toEqual({ code: 4000, reason: 'asked to' })
    await gone
    expect(calls).toEqual([
      ['opened'],
      ['received', 'text'],
      ['received', Buffer.from([1, 2])],
      ['received', 'throw'],
      ['error', 'thrown'],
      ['received', 'ping'],
      ['ponged', 'hi'],
      ['received', 'close'],
      ['closed', 4000, 'asked to'],
    ])
  })

  test('C1 a handler is told the code its peer closed with, and 1006 when the connection broke', async () => {
    const first = recorder()
    const second = recorder()
    await using host = await driver.start({ endpoints: { '/a': first.Recorder, '/b': second.Recorder } })
    await using peer = await RawPeer.open(host.port, '/a')
    peer.write(closeFrame(4321, 'bye'))
    await first.gone
    await using broken = await RawPeer.open(host.port, '/b')
    broken.socket.resetAndDestroy()
    await second.gone
    expect(first.calls.at(-1)).toEqual(['closed', 4321, 'bye'])
    expect(second.calls.at(-1)).toEqual(['closed', 1006, ''])
  })

  test('C1 messages wait for an async opened and for each other', async () => {
    const { promise, resolve } = deferred()
    const order: unknown[] = []
    class Slow extends WebSocketHandler {
      override async opened() {
        await promise
        order.push('opened')
      }
      override async received_message(message: Message) {
        order.push(`> ${message}`)
        await new Promise((settle) => setImmediate(settle))
        order.push(`< ${message}`)
        this.send('done')
      }
    }
    await using host = await driver.start({ endpoints: { '/slow': Slow } })
    await using peer = await Peer.connect(host.url('/slow'))
    peer.send('a')
    peer.send('b')
    resolve()
    await peer.next()
    await peer.next()
    expect(order).toEqual(['opened', '> a', '< a', '> b', '< b'])
  })

  test('C1 a stream goes out as one fragmented message, other messages after it', async () => {
    class Streamer extends WebSocketHandler {
      override received_message() {
        void this.send(parts(['grü', 'ße \ud83d', '\ude00']))
        void this.send(parts([new Uint8Array([1]), new Uint8Array([2, 3])]))
        this.send('after')
      }
    }
    async function* parts<T>(items: T[]): AsyncGenerator<T> {
      for (const item of items) {
        await new Promise((settle) => setImmediate(settle))
        yield item
      }
    }
    await using host = await driver.start({ endpoints: { '/stream': Streamer } })
    await using peer = await Peer.connect(host.url('/stream'))
    peer.send('go')
    expect(await peer.next()).toBe('grüße 😀')
    expect(await peer.next()).toEqual(Buffer.from([1, 2, 3]))
    expect(await peer.next()).toBe('after')
    await using raw = await RawPeer.open(host.port, '/stream')
    raw.write(frame(opcodes.text, 'go'))
    const frames = []
    for (let i = 0; i < 4; i++) frames.push(await raw.frame())
    expect(frames.map(({ opcode, fin }) => [opcode, fin])).toEqual([
      [opcodes.text, false],
      [opcodes.continuation, false],
      [opcodes.continuation, false],
      [opcodes.continuation, true],
    ])
  })

  test('C1 a stream whose source fails closes with 1011', async () => {
    const errors: unknown[] = []
    class Failing extends WebSocketHandler {
      override received_message() {
        const sent = this.send(
          (async function* () {
            yield 'a'
            throw new Error('no more')
          })(),
        )
        this.send('must not follow a message that broke off')
        return sent
      }
    }
    await using host = await driver.start({ endpoints: { '/f': Failing }, report: (error) => errors.push(error) })
    await using peer = await Peer.connect(host.url('/f'))
    peer.send('go')
    expect(await peer.closed()).toMatchObject({ code: 1011 })
    expect(errors).toEqual([new Error('no more')])
  })

  test('C1 what a peer sent before an orderly goodbye is handled, and nothing keeps its socket', async () => {
    const { Recorder, calls, gone } = recorder()
    await using host = await driver.start({ endpoints: { '/ws': Recorder }, limits: { messagesPerSecond: 3 } })
    await using peer = await RawPeer.open(host.port, '/ws')
    peer.write(Buffer.concat([...['a', 'b', 'c'].map((each) => frame(opcodes.text, each)), closeFrame(1000)]))
    await gone
    expect(calls).toEqual([['opened'], ['received', 'a'], ['received', 'b'], ['received', 'c'], ['closed', 1000, '']])
    const over = recorder()
    await using slow = await driver.start({ endpoints: { '/ws': over.Recorder }, limits: { messagesPerSecond: 1 } })
    await using eager = await RawPeer.open(slow.port, '/ws')
    eager.write(Buffer.concat([...['a', 'b', 'c'].map((each) => frame(opcodes.text, each)), closeFrame(1000)]))
    await over.gone
    expect(over.calls.at(-1)).toEqual(['closed', 1000, ''])
  })

  test('C2 a class per path, its subprotocols, and its say in the handshake', async () => {
    class Chat extends EchoHandler {
      static override readonly protocols = ['chat']
      static override handshake({ params }: { params: Readonly<Record<string, string>> }) {
        return params['room'] === 'private' ? refuse(403, 'members only') : undefined
      }
    }
    await using host = await driver.start({ endpoints: { '/chat/:room': Chat, '/echo': EchoHandler } })
    await using chat = await Peer.connect(host.url('/chat/lobby'), ['chat'])
    expect(chat.ws.protocol).toBe('chat')
    expect(await refusal(host.url('/chat/private'), ['chat'])).toMatchObject({ status: 403, text: 'members only\n' })
    expect(await refusal(host.url('/chat/lobby'), ['other'])).toMatchObject({ status: 400 })
    await using echo = await Peer.connect(host.url('/echo'))
    echo.send('x')
    expect(await echo.next()).toBe('x')
  })

  test('C2 C3 the manager and the live handlers can be reached from outside, and forget who is gone', async () => {
    class Named extends EchoHandler {
      readonly name = this.request.url.searchParams.get('name')
    }
    await using host = await driver.start({ endpoints: { '/named': Named, '/echo': EchoHandler } })
    const { gateway } = host
    await using ann = await Peer.connect(host.url('/named?name=ann'))
    await using bob = await Peer.connect(host.url('/named?name=bob'))
    await using other = await Peer.connect(host.url('/echo'))
    expect(gateway.manager.size).toBe(3)
    expect(gateway.at(Named).size).toBe(2)
    expect([...gateway.handlers(Named)].map(({ name }) => name).sort()).toEqual(['ann', 'bob'])
    for (const handler of gateway.handlers(Named)) if (handler.name === 'bob') handler.send('for bob')
    expect(await bob.next()).toBe('for bob')
    expect(gateway.manager.broadcast('to all')).toBe(3)
    expect(gateway.at(Named).broadcast(Buffer.from('named'), ({ request }) => request.url.search.includes('ann'))).toBe(
      1,
    )
    for (const peer of [ann, bob, other]) expect(await peer.next()).toBe('to all')
    expect(await ann.next()).toEqual(Buffer.from('named'))
    const bobs = [...gateway.handlers(Named)].find(({ name }) => name === 'bob')!
    bob.ws.close()
    await bobs.socket.closed
    expect([...gateway.handlers(Named)].map(({ name }) => name)).toEqual(['ann'])
    await gateway.manager.close_all(1001, 'all out')
    expect(await ann.closed()).toEqual({ code: 1001, reason: 'all out' })
    expect([...gateway.manager]).toEqual([])
  })

  test('C4 a peer that is silent is pinged, and closed when it does not answer', async () => {
    const { Recorder, calls, gone } = recorder()
    // Long enough for a peer on a busy machine to answer in time.
    const limits = { heartbeatMillis: 800, closeMillis: 100 }
    await using host = await driver.start({ endpoints: { '/ws': Recorder }, limits })
    await using alive = await Peer.connect(host.url('/ws'))
    await using dead = await RawPeer.open(host.port, '/ws')
    expect((await dead.frame()).opcode).toBe(opcodes.ping)
    expect(await dead.closeCode()).toBe(4408)
    await gone
    expect(calls).toContainEqual(['closed', 4408, 'no heartbeat'])
    expect(calls.filter(([call]) => call === 'ponged').length).toBeGreaterThan(0)
    expect(alive.ws.readyState).toBe(1)
    expect(host.gateway.stats.limited.get('heartbeatMillis')).toBe(1)
  })

  test('C8 a client has the same callbacks', async () => {
    const calls: unknown[][] = []
    const { promise: gone, resolve } = deferred()
    class Client extends WebSocketClient {
      override opened() {
        calls.push(['opened', this.socket.protocol])
        this.send('hello')
      }
      override received_message(message: Message) {
        calls.push(['received', message])
        if (message === 'hello') this.socket.ping(Buffer.from('hi'))
      }
      override ponged(data: Uint8Array) {
        calls.push(['ponged', data.toString()])
        this.close(4001, 'done')
      }
      override closed(code: number, reason: string) {
        calls.push(['closed', code, reason])
        resolve()
      }
    }
    class Chat extends EchoHandler {
      static override readonly protocols = ['chat']
    }
    await using host = await driver.start({ endpoints: { '/chat': Chat } })
    const client = new Client(host.url('/chat'), { protocols: ['chat'] })
    expect(() => client.socket).toThrow('not connected')
    await client.connect()
    await gone
    expect(calls).toEqual([
      ['opened', 'chat'],
      ['received', 'hello'],
      ['ponged', 'hi'],
      ['closed', 4001, 'done'],
    ])
    await expect(new Client(host.url('/other')).connect()).rejects.toThrow('refused the handshake with 404')
    await expect(new Client('ws://127.0.0.1:9').connect()).rejects.toThrow('ECONNREFUSED')
  })

  test('C1 what a handler does after its socket is gone changes nothing', async () => {
    let socket: Socket | undefined
    class Late extends EchoHandler {
      override opened() {
        socket = this.socket
      }
    }
    await using host = await driver.start({ endpoints: { '/late': Late } })
    await using peer = await Peer.connect(host.url('/late'))
    peer.send('x')
    await peer.next()
    peer.ws.close(1000)
    expect(await socket!.closed).toEqual({ code: 1000, reason: '' })
    expect(socket!.open).toBe(false)
    expect(socket!.send('late')).toBe(false)
    socket!.close()
    socket!.terminate()
    socket!.ping()
    await socket!.stream(['late'])
    expect(() => socket!.close(1006)).toThrow(RangeError)
  })
})
