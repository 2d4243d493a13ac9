import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type GatewayOptions, listen } from '@tablecast/gateway'
import { Services, type ServicesOptions } from '@tablecast/services'
import { expect, test } from 'vitest'
import { Peer, refusal } from '../src/hosts/peer.js'
import { RawPeer } from '../src/hosts/raw-peer.js'
import { echo, service, serviceTree } from './services-tree.js'

async function serve(options: ServicesOptions, gateway: Partial<GatewayOptions> = {}) {
  const errors: string[] = []
  const services = new Services({ report: (error) => errors.push(String(error)), ...options })
  const server = await listen({ port: 0, endpoints: { '/*': services }, ...gateway })
  return {
    services,
    errors,
    server,
    url: (path: string) => `ws://127.0.0.1:${server.port}${path}`,
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** Takes nothing before the file `go` is there. */
const stuck = `import { existsSync } from 'node:fs'
import { Service as Base } from '@tablecast/services/service'
export class Service extends Base {
  async run() {
    const go = new URL('go', import.meta.url)
    while (!existsSync(go) && !this.shutdown) await new Promise((resolve) => setTimeout(resolve, 5))
    for await (const { type, socket, data } of this.receiveQueue) if (type === 'DATA') this.send(socket, data.slice(0, 8))
  }
}`

test('D4 a service that does not keep up slows its clients: what waits is bounded, nothing is lost', async () => {
  using tree = serviceTree({ 'stuck.js': stuck, 'echo.js': echo })
  const receiveBytes = 256 * 1024
  await using host = await serve({ root: tree.root, limits: { receiveBytes } })
  await using flooder = await Peer.connect(host.url('/stuck'))
  await using other = await Peer.connect(host.url('/echo'))
  const count = 400
  const size = 64 * 1024
  for (let i = 0; i < count; i++) flooder.send(String(i).padEnd(size))
  // The flood is read up to the bound, then no more: the echo of another service shows that the server goes on.
  while (host.server.gateway.stats.bytesIn < receiveBytes) {
    other.send('x')
    await other.next()
  }
  for (let i = 0; i < 200; i++) {
    other.send('x')
    expect(await other.next()).toBe('1 x')
  }
  const [queue] = [...host.services.running()].filter(({ path }) => path === 'stuck')
  expect(queue!.queued).toBeLessThan(receiveBytes + 3 * size)
  expect(host.server.gateway.stats.bytesIn).toBeLessThan((count * size) / 4)
  expect(await refusal(host.url('/stuck'))).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  writeFileSync(`${tree.root}/go`, '')
  for (let i = 0; i < count; i++) expect(await flooder.next()).toBe(String(i).padEnd(8))
  expect(host.errors).toEqual([])
})

test('D4 clients who wait too long for a service are closed with 1013', async () => {
  using tree = serviceTree({ 'stuck.js': stuck })
  await using host = await serve({ root: tree.root, limits: { receiveBytes: 1000, stallMillis: 60 } })
  await using peer = await Peer.connect(host.url('/stuck'))
  for (let i = 0; i < 5; i++) peer.send('x'.repeat(1000))
  expect(await peer.closed()).toEqual({ code: 1013, reason: 'service is busy' })
})

test('D6 a full service does not hold up the drain', async () => {
  using tree = serviceTree({ 'stuck.js': stuck })
  const host = await serve({ root: tree.root, limits: { receiveBytes: 1000 } }, { drain: { graceMillis: 50 } })
  await using peer = await Peer.connect(host.url('/stuck'))
  for (let i = 0; i < 5; i++) peer.send('x'.repeat(1000))
  while (host.server.gateway.stats.messagesIn < 3) await new Promise((resolve) => setImmediate(resolve))
  await host.server.close()
  expect(await peer.closed()).toMatchObject({ code: 1001 })
})

test('D6 a service that does not heed the shutdown flag is cut off', async () => {
  const deaf = `export class Service { run() { for (;;); } }`
  using tree = serviceTree({ 'deaf.js': deaf })
  const host = await serve({ root: tree.root, limits: { stopMillis: 50 } })
  await Peer.connect(host.url('/deaf'))
  await host.server.close()
  expect(host.errors).toEqual(['Error: the service did not end within 50 ms of its shutdown flag'])
})

test('D4 a service that produces faster than the server sends is held, and its client gets everything in order', async () => {
  const source = `import { Service as Base } from '@tablecast/services/service'
export class Service extends Base {
  async run() {
    const { value } = await this.receiveQueue.next()
    let most = 0
    for (let i = 0; i < 2000; i++) {
      this.send(value.socket, String(i).padEnd(1000))
      most = Math.max(most, this.sendQueue.size)
    }
    this.send(value.socket, 'most ' + most)
    await this.receiveQueue.next()
  }
}`
  using tree = serviceTree({ 'source.js': source })
  const sendBytes = 50_000
  await using host = await serve({ root: tree.root, limits: { sendBytes } })
  await using peer = await Peer.connect(host.url('/source'))
  for (let i = 0; i < 2000; i++) expect(await peer.next()).toBe(String(i).padEnd(1000))
  const most = Number(String(await peer.next()).slice(5))
  expect(most).toBeGreaterThan(sendBytes / 2)
  expect(most).toBeLessThan(sendBytes + 3000)
})

test('D2 a service killed mid-traffic: its clients get the code, other services and later clients never notice', async () => {
  using tree = serviceTree({ 'a.js': echo, 'b.js': echo })
  await using host = await serve({ root: tree.root })
  const victims = await Promise.all(Array.from({ length: 20 }, () => Peer.connect(host.url('/a'))))
  await using other = await Peer.connect(host.url('/b'))
  const talk = async (peer: Peer) => {
    for (;;) {
      peer.send('x')
      await peer.next()
    }
  }
  const ends = victims.map((peer) => talk(peer).catch((error: Error) => error.message))
  for (let i = 0; i < 50; i++) {
    other.send('x')
    expect(await other.next()).toBe('1 x')
  }
  victims[0]!.send('crash')
  expect(new Set(await Promise.all(ends))).toEqual(new Set(['closed with 1012 service failed']))
  await using fresh = await Peer.connect(host.url('/a'))
  fresh.send('x')
  expect(await fresh.next()).toBe('1 x')
  other.send('x')
  expect(await other.next()).toBe('1 x')
  expect(host.errors).toEqual(['Error: crashed as asked'])
})

test('D2 a service that keeps crashing is started again less and less often', async () => {
  using tree = serviceTree({ 'echo.js': echo, 'broken.js': 'throw new Error("broken")' })
  await using host = await serve({ root: tree.root })
  for (let i = 0; i < 2; i++) {
    const peer = await Peer.connect(host.url('/echo'))
    peer.send('crash')
    await peer.closed()
  }
  expect(await refusal(host.url('/echo'))).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  for (let i = 0; i < 10; i++) expect((await refusal(host.url('/broken'))).status).toBe(500)
  expect(host.errors.filter((error) => error.includes('broken')).length).toBeLessThan(5)
})

test('D2 a service that returns closes its clients with 1000', async () => {
  using tree = serviceTree({ 'echo.js': echo })
  await using host = await serve({ root: tree.root })
  await using peer = await Peer.connect(host.url('/echo'))
  peer.send('return')
  expect(await peer.next()).toBe('1 return')
  expect(await peer.closed()).toEqual({ code: 1000, reason: 'service ended' })
  expect(host.errors).toEqual([])
})

test('D2 a service that takes too much memory crashes alone', async () => {
  const hog = service(`if (type === 'DATA') for (const all = []; ; ) all.push(new Array(1e5).fill(socket))`)
  using tree = serviceTree({ 'hog.js': hog, 'echo.js': echo })
  await using host = await serve({ root: tree.root, limits: { memory: { maxOldGenerationSizeMb: 32 } } })
  await using other = await Peer.connect(host.url('/echo'))
  await using peer = await Peer.connect(host.url('/hog'))
  peer.send('x')
  expect(await peer.closed()).toMatchObject({ code: 1012 })
  expect(host.errors).toEqual([expect.stringContaining('memory limit')])
  other.send('x')
  expect(await other.next()).toBe('1 x')
})

test('D3 a service that takes too long to load is refused with 500', async () => {
  using tree = serviceTree({ 'slow.js': 'await new Promise(() => setInterval(() => {}, 1000))' })
  await using host = await serve({ root: tree.root, limits: { startMillis: 50 } })
  expect(await refusal(host.url('/slow'))).toMatchObject({ status: 500 })
  expect(host.errors).toEqual([`Error: ${tree.root}/slow.js was not loaded within 50 ms`])
})

test('D2 no more services run than the limit says', async () => {
  using tree = serviceTree({ 'a.js': echo, 'b.js': echo })
  await using host = await serve({ root: tree.root, limits: { services: 1 } })
  await using _ = await Peer.connect(host.url('/a'))
  expect(await refusal(host.url('/b'))).toMatchObject({ status: 503 })
})

test('D1 TypeScript modules, and what they import', async () => {
  using tree = serviceTree({
    'typed/ws_service.ts': `import { Service as Base, type Transaction } from '@tablecast/services/service'
import { shout } from './shout.ts'
export class Service extends Base {
  override async run(): Promise<void> {
    for await (const transaction of this.receiveQueue) this.#handle(transaction)
  }
  #handle(transaction: Transaction): void {
    if (transaction.type === 'DATA') this.send(transaction.socket, shout(transaction.data as string))
  }
}`,
    'typed/shout.ts': 'export const shout = (text: string): string => text.toUpperCase()',
    'untyped.ts': 'export enum NotErasable { A }',
  })
  await using host = await serve({ root: tree.root })
  await using peer = await Peer.connect(host.url('/typed/'))
  peer.send('hello')
  expect(await peer.next()).toBe('HELLO')
  expect(await refusal(host.url('/untyped'))).toMatchObject({ status: 500 })
  expect(host.errors).toEqual([expect.stringMatching(/enum/i)])
})

test('D2 hot reload on request: the next client gets the service as its file is now', async () => {
  const version = (text: string) => service(`if (type === 'DATA') this.send(socket, '${text}')`)
  using tree = serviceTree({ 'a.js': version('one'), 'b.js': version('b') })
  await using host = await serve({ root: tree.root })
  await using before = await Peer.connect(host.url('/a'))
  await using other = await Peer.connect(host.url('/b'))
  before.send('x')
  expect(await before.next()).toBe('one')
  tree.write('a.js', version('two'))
  await host.services.reload('/a')
  expect(await before.closed()).toEqual({ code: 1012, reason: 'service reloaded' })
  await using after = await Peer.connect(host.url('/a'))
  after.send('x')
  expect(await after.next()).toBe('two')
  other.send('x')
  expect(await other.next()).toBe('b')
  await host.services.reload()
  expect(await other.closed()).toMatchObject({ code: 1012 })
  expect(host.errors).toEqual([])
})

test('D4 a broken client, a wrong close code and a sent object hurt nobody else', async () => {
  const wrong = service(
    `if (data === 'code') this.close(socket, 1006)
      else if (data === 'object') try { this.send(socket, { a: 1 }) } catch (error) { this.send(socket, error.message) }
      else if (type === 'DATA') this.send([socket, 123456789], data)`,
  )
  using tree = serviceTree({ 'wrong.js': wrong })
  await using host = await serve({ root: tree.root })
  await using peer = await Peer.connect(host.url('/wrong'))
  await using raw = await RawPeer.open(host.server.port, '/wrong')
  raw.socket.resetAndDestroy()
  peer.send('object')
  expect(await peer.next()).toContain('DATA carries a string or a Uint8Array')
  peer.send('fine')
  expect(await peer.next()).toBe('fine')
  peer.send('code')
  expect(await peer.closed()).toMatchObject({ code: 1011 })
  expect(host.errors).toEqual([expect.stringContaining('close code 1006')])
})

test('D6 the command line serves a directory, reloads on SIGHUP and joins everything on SIGTERM', async () => {
  const polite = service(
    `if (type === 'DATA') this.send(socket, 'one')
      if (type === 'CLOSE') console.log('told')`,
  )
  using tree = serviceTree({ 'services/a.js': polite, 'config.json': '{ "root": "services", "port": 1 }' })
  const cli = fileURLToPath(new URL('../../cli/dist/cli.js', import.meta.url))
  const child = spawn(process.execPath, [cli, 'services', '--config', `${tree.root}/config.json`, '--port', '0'])
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const [, url] = /at (ws:\S+)/.exec((await lines.next()).value)!
  await using peer = await Peer.connect(`${url}a`)
  peer.send('x')
  expect(await peer.next()).toBe('one')
  tree.write('services/a.js', polite.replace("'one'", "'two'"))
  child.kill('SIGHUP')
  expect(await peer.closed()).toMatchObject({ code: 1012 })
  expect((await lines.next()).value).toBe('Services reloaded')
  await using again = await Peer.connect(`${url}a`)
  again.send('x')
  expect(await again.next()).toBe('two')
  child.kill('SIGTERM')
  expect(await again.closed()).toMatchObject({ code: 1001 })
  expect((await lines.next()).value).toBe('told')
  expect(await exited).toEqual([0, null])
})
