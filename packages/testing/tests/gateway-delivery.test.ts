import { EchoHandler, liveTables, type SendFrame, type Session, WebSocketHandler } from '@tablecast/gateway'
import { describe, expect, test } from 'vitest'
import { fakeServer } from '../src/hosts/fake-session.js'
import { hosts } from '../src/hosts/hosts.js'
import { Peer } from '../src/hosts/peer.js'
import { frame, opcodes, RawPeer } from '../src/hosts/raw-peer.js'

const size = 200_000

/** A session with one subscription: each notification is a number in a large frame, and merging keeps the last. */
class Numbers implements Session {
  merged = 0
  readonly limited = 0
  readonly views = 1
  paused = false
  requests = 0
  closed = false
  #held: number | undefined
  readonly #send: SendFrame

  constructor(send: SendFrame) {
    this.#send = send
  }

  notify(n: number): void {
    if (!this.paused) {
      const payload = new Uint8Array(size)
      new DataView(payload.buffer).setUint32(0, n)
      this.#send([new Uint8Array([1]), payload], performance.now())
    } else {
      if (this.#held !== undefined) this.merged++
      this.#held = n
    }
  }

  handle_request(bytes: Uint8Array): void {
    this.requests++
    this.#send([new Uint8Array([2]), bytes])
  }

  poll(): void {}

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.notify(held)
  }

  close(): void {
    this.closed = true
  }
}

/** A host with one such session, and a peer on it that does not read. */
async function stalled(driver: (typeof hosts)[number], limits = {}) {
  const sessions: Numbers[] = []
  const server = fakeServer((send) => {
    const session = new Numbers(send)
    sessions.push(session)
    return session
  })
  const host = await driver.start({
    endpoints: { '/t': liveTables(server) },
    limits: { bufferBytes: 500_000, ...limits },
  })
  const peer = await RawPeer.open(host.port, '/t')
  peer.socket.pause()
  const [socket] = host.gateway.manager
  return { host, peer, session: sessions[0]!, socket: socket! }
}

describe.each(hosts)('$name', (driver) => {
  test('G2 a reader that stalls costs a bounded amount; when it reads again it has what was sent, the latest state and its replies, in order', async () => {
    const { host, peer, session, socket } = await stalled(driver)
    let n = 0
    while (!session.paused) session.notify(n++)
    const sent = n
    expect(socket.full).toBe(true)
    const buffered = socket.bufferedAmount
    expect(buffered).toBeLessThan(500_000 + size + 100)
    for (let i = 0; i < 1000; i++) session.notify(n++)
    expect(socket.bufferedAmount).toBe(buffered)
    expect(session.merged).toBe(999)
    peer.write(frame(opcodes.binary, 'request'))
    peer.socket.resume()
    const received = []
    while (received.length < sent + 2) {
      const { payload } = await peer.frame()
      received.push(payload[0] === 1 ? payload.readUInt32BE(1) : payload.subarray(1).toString())
    }
    expect(received).toEqual([...Array(sent).keys(), n - 1, 'request'])
    expect(socket.full).toBe(false)
    await peer[Symbol.asyncDispose]()
    await socket.closed
    expect(session.closed).toBe(true)
    await host.close()
  })

  test('G2 requests of a peer that does not read are not served', async () => {
    const { host, peer, session, socket } = await stalled(driver)
    let n = 0
    while (!session.paused) session.notify(n++)
    for (let i = 0; i < 100; i++) peer.write(frame(opcodes.binary, Buffer.alloc(1000)))
    const echo = await RawPeer.open(host.port, '/t')
    echo.write(frame(opcodes.binary, 'other'))
    expect((await echo.frame()).payload[0]).toBe(2)
    expect(session.requests).toBe(0)
    peer.socket.resume()
    while ((await peer.frame()).payload.length !== 1001);
    expect(session.requests).toBeGreaterThan(0)
    for (const each of [peer, echo]) await each[Symbol.asyncDispose]()
    expect(socket.full).toBe(false)
    await host.close()
  })

  test('G2 a reader that stays stalled is closed with 4413', async () => {
    const { host, peer, session, socket } = await stalled(driver, { stallMillis: 50, closeMillis: 50 })
    let n = 0
    while (!session.paused) session.notify(n++)
    expect(await socket.closed).toEqual({ code: 4413, reason: 'not reading' })
    expect(session.closed).toBe(true)
    expect(host.gateway.stats.limited.get('stallMillis')).toBe(1)
    await peer[Symbol.asyncDispose]()
    await host.close()
  })

  test('G2 an endpoint that sends without end to a stalled reader loses that socket, not the memory', async () => {
    class Flood extends WebSocketHandler {
      override received_message() {
        const chunk = Buffer.alloc(size)
        while (this.socket.open) this.send(chunk)
      }
    }
    await using host = await driver.start({
      endpoints: { '/flood': Flood, '/echo': EchoHandler },
      limits: { bufferBytes: 100_000, maxBufferBytes: 1_000_000, closeMillis: 50 },
    })
    await using peer = await RawPeer.open(host.port, '/flood')
    const [socket] = host.gateway.manager
    peer.socket.pause()
    peer.write(frame(opcodes.text, 'go'))
    expect(await socket!.closed).toEqual({ code: 4413, reason: 'too much unread' })
    expect(host.gateway.stats.limited.get('maxBufferBytes')).toBe(1)
    await using other = await Peer.connect(host.url('/echo'))
    other.send('fine')
    expect(await other.next()).toBe('fine')
  })

  test('G2 a stream waits for a slow reader', async () => {
    let produced = 0
    const socketIs: { full: boolean[] } = { full: [] }
    class Streamer extends WebSocketHandler {
      override async received_message() {
        const socket = this.socket
        await this.send(
          (async function* () {
            for (let i = 0; i < 200; i++) {
              produced++
              yield new Uint8Array(size)
              socketIs.full.push(socket.full)
            }
          })(),
        )
        this.send('done')
      }
    }
    await using host = await driver.start({ endpoints: { '/s': Streamer }, limits: { bufferBytes: 500_000 } })
    await using peer = await RawPeer.open(host.port, '/s')
    const [socket] = host.gateway.manager
    peer.socket.pause()
    peer.write(frame(opcodes.text, 'go'))
    while (!socket!.full) await new Promise((resolve) => setImmediate(resolve))
    const before = produced
    expect(before).toBeLessThan(200)
    peer.socket.resume()
    let total = 0
    for (;;) {
      const { fin, payload } = await peer.frame()
      total += payload.length
      if (fin) break
    }
    expect(total).toBe(200 * size)
    expect(socketIs.full).not.toContain(true)
    expect((await peer.frame()).payload.toString()).toBe('done')
  })
})
