import { websocket } from '@tablecast/core'
import {
  defaultLimits,
  EchoHandler,
  type GatewayOptions,
  type LimitName,
  type Limits,
  liveTables,
  prometheus,
  WebSocketHandler,
} from '@tablecast/gateway'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { RunningHost } from '../src/hosts/driver.js'
import { engines } from '../src/hosts/engines.js'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'
import { frame, opcodes, RawPeer } from '../src/hosts/raw-peer.js'

// Every limit by name: its default, what exceeding it does, and that it is counted where Prometheus looks. The policy
// is the gateway's, the same for all hosts; that each of them keeps it is in gateway-policy.test.ts.

/** How a client learns of a limit: a status before the 101, a close code after it, or not at all. */
type Outcome = { readonly status: number } | { readonly code: number } | 'goes on'

interface Case {
  readonly default: number
  readonly limits: Partial<Limits>
  readonly options?: Partial<GatewayOptions>
  readonly outcome: Outcome
  exceed(host: RunningHost): Promise<Outcome>
}

const standalone = hosts.find((driver) => driver.name === 'standalone')!
const open: AsyncDisposable[] = []

async function connect(host: RunningHost): Promise<Peer> {
  const peer = await Peer.connect(host.url('/echo'))
  open.push(peer)
  return peer
}

async function raw(host: RunningHost, path: string): Promise<RawPeer> {
  const peer = await RawPeer.open(host.port, path)
  open.push(peer)
  return peer
}

const refused = async (host: RunningHost): Promise<Outcome> => ({ status: (await refusal(host.url('/echo'))).status })

async function oneTooMany(host: RunningHost): Promise<Outcome> {
  await connect(host)
  return await refused(host)
}

async function sent(host: RunningHost, count: number, size: number): Promise<Outcome> {
  const peer = await connect(host)
  for (let i = 0; i < count; i++) peer.send('x'.repeat(size))
  return { code: (await peer.closed()).code }
}

/** A peer that reads nothing of what it asked for; how its socket ended. */
async function unread(host: RunningHost): Promise<Outcome> {
  const peer = await raw(host, '/flood')
  const [socket] = host.gateway.manager
  peer.socket.pause()
  peer.write(frame(opcodes.text, 'go'))
  return { code: (await socket!.closed).code }
}

const never = () => new Promise<never>(() => {})
const quick: Partial<Limits> = { stallMillis: 100, closeMillis: 100 }

const cases: Record<LimitName, Case> = {
  handshakeMillis: {
    default: 10_000,
    limits: { handshakeMillis: 50 },
    options: { authorize: never },
    outcome: { status: 408 },
    exceed: refused,
  },
  pendingHandshakes: {
    default: 256,
    limits: { pendingHandshakes: 0 },
    outcome: { status: 503 },
    exceed: refused,
  },
  handshakesPerSecond: {
    default: 50,
    limits: { handshakesPerSecond: 0.1 },
    outcome: { status: 429 },
    exceed: oneTooMany,
  },
  sockets: { default: 16_384, limits: { sockets: 1 }, outcome: { status: 503 }, exceed: oneTooMany },
  socketsPerAddress: { default: 1_024, limits: { socketsPerAddress: 1 }, outcome: { status: 429 }, exceed: oneTooMany },
  socketsPerPrincipal: {
    default: 256,
    limits: { socketsPerPrincipal: 1 },
    options: { authorize: () => ({ id: 'ann' }) },
    outcome: { status: 429 },
    exceed: oneTooMany,
  },
  payloadBytes: {
    default: 1024 * 1024,
    limits: { payloadBytes: 100 },
    outcome: { code: 1009 },
    exceed: (host) => sent(host, 1, 101),
  },
  messagesPerSecond: {
    default: 1_000,
    limits: { messagesPerSecond: 10, stallMillis: 60 },
    outcome: { code: 4429 },
    exceed: (host) => sent(host, 100, 1),
  },
  bytesPerSecond: {
    default: 8 * 1024 * 1024,
    limits: { bytesPerSecond: 1_000, stallMillis: 60 },
    outcome: { code: 4429 },
    exceed: (host) => sent(host, 100, 1_000),
  },
  bufferBytes: {
    default: 1024 * 1024,
    limits: { bufferBytes: 100_000 },
    outcome: 'goes on',
    async exceed(host) {
      await using peer = await Peer.connect(host.url('/large'))
      const [socket] = host.gateway.manager
      peer.send('go')
      peer.ws.pause()
      while (!host.gateway.stats.limited.has('bufferBytes')) await new Promise((resolve) => setImmediate(resolve))
      peer.ws.resume()
      expect(await peer.next()).toHaveLength(8_000_000)
      return socket!.open ? 'goes on' : { code: (await socket!.closed).code }
    },
  },
  maxBufferBytes: {
    default: 16 * 1024 * 1024,
    limits: { ...quick, bufferBytes: 100_000, maxBufferBytes: 1_000_000 },
    outcome: { code: 4413 },
    exceed: unread,
  },
  stallMillis: {
    default: 30_000,
    limits: { ...quick, bufferBytes: 100_000, maxBufferBytes: 1e9 },
    outcome: { code: 4413 },
    exceed: unread,
  },
  heartbeatMillis: {
    default: 30_000,
    limits: { heartbeatMillis: 50, closeMillis: 50 },
    outcome: { code: 4408 },
    async exceed(host) {
      await raw(host, '/echo')
      const [socket] = host.gateway.manager
      return { code: (await socket!.closed).code }
    },
  },
  closeMillis: {
    default: 5_000,
    limits: { closeMillis: 50 },
    outcome: { code: 1000 },
    async exceed(host) {
      const peer = await raw(host, '/echo')
      const [socket] = host.gateway.manager
      socket!.close()
      await peer.ended()
      return { code: (await socket!.closed).code }
    },
  },
}

/** Sends a hundred chunks at once, or one large message. */
class Flood extends WebSocketHandler {
  override received_message() {
    for (let i = 0; i < 100; i++) this.send(Buffer.alloc(200_000))
  }
}

class Large extends WebSocketHandler {
  override received_message() {
    this.send(Buffer.alloc(8_000_000))
  }
}

afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]()
})

test('G4 the defaults are those that are documented', () => {
  const documented = Object.fromEntries(Object.entries(cases).map(([name, each]) => [name, each.default]))
  expect(defaultLimits).toEqual(documented)
})

test.each(engines)('G4 G14 $name: a session over its limits gets errors, which are counted', async (engine) => {
  const metrics = prometheus()
  const server = await engine.start()
  await using host = await standalone.start({
    endpoints: {
      '/tables': liveTables(server, { allow: ['read', 'create'], views: 1, tables: 1, subscriptions: 1 }),
    },
    routes: { '/metrics': metrics.face },
    metrics,
  })
  const client = await websocket(host.url('/tables'), { WebSocket })
  const table = await client.table({ a: 'integer' })
  const view = await table.view()
  await view.on_update(() => {})
  await expect(table.view()).rejects.toThrow('may hold 1 views')
  await expect(client.table({ a: 'integer' })).rejects.toThrow('may create 1 tables')
  await view.on_update(() => {})
  // A subscription is not answered; what is asked after it is.
  await view.num_rows()
  const page = await (await fetch(`http://127.0.0.1:${host.port}/metrics`)).text()
  expect(page).toContain('tablecast_requests_limited_total 3\n')
  client.terminate()
})

test('G1 a standalone server cuts off whoever does not finish asking', async () => {
  await using server = await standalone.start({ endpoints: {}, limits: { handshakeMillis: 100 } })
  const start = performance.now()
  await using peer = await RawPeer.connect(server.port)
  peer.write('GET / HTTP/1.1\r\nHost: x\r\nUpgr')
  expect((await peer.response()).status).toBe(408)
  await peer.ended()
  // Node's own interval would be 30 s.
  expect(performance.now() - start).toBeLessThan(20_000)
})

test.each(Object.entries(cases))('G4 G14 over %s', async (name, { limits, options, outcome, exceed }) => {
  const metrics = prometheus()
  await using host = await standalone.start({
    endpoints: { '/echo': EchoHandler, '/flood': Flood, '/large': Large },
    routes: { '/metrics': metrics.face },
    metrics,
    limits,
    ...options,
  })
  expect(await exceed(host)).toEqual(outcome)
  const page = await (await fetch(`http://127.0.0.1:${host.port}/metrics`)).text()
  expect(page).toContain(`tablecast_limits_exceeded_total{limit="${name}"} 1\n`)
  if (typeof outcome === 'object' && 'status' in outcome) {
    expect(page).toContain(`tablecast_handshakes_refused_total{status="${outcome.status}"} 1\n`)
  } else if (typeof outcome === 'object') {
    expect(page).toContain(`tablecast_sockets_closed_total{code="${outcome.code}"} 1\n`)
  }
})
