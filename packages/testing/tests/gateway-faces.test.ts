import { Server } from '@tablecast/core'
import { EchoHandler, type Face, health, liveTables, prometheus, readiness, WebSocketHandler } from '@tablecast/gateway'
import { describe, expect, test } from 'vitest'
import { hosts } from '../src/hosts/hosts.js'
import { Peer, refusal } from '../src/hosts/peer.js'
import { frame, opcodes, RawPeer } from '../src/hosts/raw-peer.js'

/** Answers with what it was asked. */
const mirror: Face = async (request) => {
  const { pathname, search } = new URL(request.url)
  const text = request.method === 'GET' ? '' : await request.text()
  return Response.json({ method: request.method, pathname, search, text, type: request.headers.get('content-type') })
}

describe.each(hosts)('$name', (driver) => {
  test('F1 an HTTP face gets a web-standard request and answers by a web-standard response', async () => {
    await using host = await driver.start({
      endpoints: {},
      routes: {
        '/mirror/*': mirror,
        '/fail': () => Promise.reject(new Error('secret')),
        '/teapot': () => new Response('short', { status: 418 }),
      },
      limits: { payloadBytes: 1000 },
      report() {},
    })
    const at = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${host.port}${path}`, init)
    expect(await (await at('/mirror/a%20b?c=d')).json()).toMatchObject({
      method: 'GET',
      pathname: '/mirror/a%20b',
      search: '?c=d',
    })
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a": 1}' }
    expect(await (await at('/mirror/x', json)).json()).toMatchObject({
      method: 'POST',
      text: '{"a": 1}',
      type: 'application/json',
    })
    expect(await (await at('/mirror/x', { method: 'DELETE' })).json()).toMatchObject({ method: 'DELETE', text: '' })
    expect((await at('/mirror/x', { ...json, body: 'x'.repeat(1001) })).status).toBe(413)
    const failure = await at('/fail')
    expect([failure.status, await failure.text()]).toEqual([500, 'internal error\n'])
    expect((await at('/teapot')).status).toBe(418)
    expect((await at('/other')).status).toBe(404)
  })

  test.each([
    [['loopback'], { url: 'https://a.example/who', address: '1.2.3.4' }],
    [[], { url: 'http://127.0.0.1/who', address: '127.0.0.1' }],
  ])(
    'G4 trusted proxies %j: an HTTP face sees what they forward, and nothing that others do',
    async (proxies, seen) => {
      await using host = await driver.start({
        endpoints: {},
        trustedProxies: proxies,
        routes: { '/who': ({ url }, _, address) => Response.json({ url: url.replace(/:\d+/, ''), address }) },
      })
      const forwarded = {
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'a.example',
        'x-forwarded-for': '6.6.6.6, 1.2.3.4',
      }
      const response = await fetch(`http://127.0.0.1:${host.port}/who`, { headers: forwarded })
      expect(await response.json()).toEqual(seen)
    },
  )

  test('G13 a drain: readiness goes red, handshakes get 503, messages in hand are finished, sockets go at a pace', async () => {
    let finish = () => {}
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    class Slow extends WebSocketHandler {
      override async received_message() {
        await gate
        this.send('finished')
      }
    }
    await using host = await driver.start({
      endpoints: { '/slow': Slow, '/echo': EchoHandler },
      routes: { '/healthz': health, '/readyz': readiness },
      drain: { socketsPerSecond: 100, code: 1012 },
    })
    const ready = async () => (await fetch(`http://127.0.0.1:${host.port}/readyz`)).status
    expect(await ready()).toBe(200)
    const peers = await Promise.all(Array.from({ length: 5 }, () => Peer.connect(host.url('/echo'))))
    await using slow = await Peer.connect(host.url('/slow'))
    slow.send('go')
    slow.ws.ping()
    await new Promise((resolve) => slow.ws.once('pong', resolve))
    const start = performance.now()
    const drained = host.gateway.drain()
    expect(await ready()).toBe(503)
    expect((await fetch(`http://127.0.0.1:${host.port}/healthz`)).status).toBe(200)
    expect(await refusal(host.url('/echo'))).toMatchObject({ status: 503 })
    for (const peer of peers) expect(await peer.closed()).toEqual({ code: 1012, reason: 'going away' })
    expect(performance.now() - start).toBeGreaterThan(35)
    expect(slow.ws.readyState).toBe(1)
    finish()
    expect(await slow.next()).toBe('finished')
    expect(await slow.closed()).toMatchObject({ code: 1012 })
    await drained
    expect(host.gateway.manager.size).toBe(0)
  })

  test('G13 a message that is never finished holds a drain up no longer than the grace', async () => {
    let begun = () => {}
    const beginning = new Promise<void>((resolve) => {
      begun = resolve
    })
    class Stuck extends WebSocketHandler {
      override received_message() {
        begun()
        return new Promise<void>(() => {})
      }
    }
    const limits = { closeMillis: 50 }
    const host = await driver.start({ endpoints: { '/stuck': Stuck }, drain: { graceMillis: 30 }, limits })
    await using peer = await Peer.connect(host.url('/stuck'))
    peer.send('go')
    await beginning
    const start = performance.now()
    await host.close()
    expect(performance.now() - start).toBeGreaterThan(25)
    expect(await peer.closed()).toMatchObject({ code: 1001 })
    expect(host.gateway.manager.size).toBe(0)
  })

  test('G14 the Prometheus page shows what happened', async () => {
    const metrics = prometheus()
    const server = new Server()
    await using host = await driver.start({
      endpoints: { '/tables': liveTables(server), '/echo': EchoHandler },
      routes: { '/metrics': metrics.face },
      metrics,
      limits: { payloadBytes: 1000 },
    })
    const scrape = async () => {
      const response = await fetch(`http://127.0.0.1:${host.port}/metrics`)
      expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
      const lines = (await response.text()).split('\n').filter((line) => !line.startsWith('#') && line !== '')
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
      )
    }
    await using peer = await Peer.connect(host.url('/echo'))
    peer.send('12345')
    await peer.next()
    await refusal(host.url('/echo'), [], { origin: 'http://evil.example' })
    await using big = await RawPeer.open(host.port, '/echo')
    const [, socket] = host.gateway.manager
    big.write(frame(opcodes.binary, Buffer.alloc(1001)))
    expect(await big.closeCode()).toBe(1009)
    await socket!.closed
    await using tables = await Peer.connect(host.url('/tables'))
    tables.send(Buffer.from([8, 1, 26, 0])) // GetFeatures
    await tables.next()
    expect(await scrape()).toMatchObject({
      tablecast_sockets: 2,
      tablecast_sockets_opened_total: 3,
      'tablecast_sockets_closed_total{code="1009"}': 1,
      'tablecast_handshakes_refused_total{status="403"}': 1,
      'tablecast_limits_exceeded_total{limit="payloadBytes"}': 1,
      tablecast_messages_received_total: 2,
      tablecast_messages_sent_total: 2,
      tablecast_received_bytes_total: 9,
      tablecast_queued_bytes: 0,
      tablecast_full_sockets: 0,
      tablecast_errors_total: 0,
      tablecast_sessions: 1,
      tablecast_views: 0,
      tablecast_merged_notifications_total: 0,
      tablecast_handshake_seconds_count: 4,
      tablecast_update_to_send_seconds_count: 0,
    })
  })
})
