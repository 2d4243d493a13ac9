// `pnpm --filter testing services-10k`: ten thousand sockets on one echo service (D7). Prints JSON; the clients run in
// processes of their own, from several addresses, so that neither ports nor limits per address are in the way.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listen } from '@tablecast/gateway'
import { Services } from '@tablecast/services'
import { WebSocket } from 'ws'

const sockets = Number(process.env['SOCKETS'] ?? 10_000)
const clients = 2
const rounds = 3

const echo = `import { Service as Base } from '@tablecast/services/service'
export class Service extends Base {
  async run() {
    for await (const { type, socket, data } of this.receiveQueue) if (type === 'DATA') this.send(socket, data)
  }
}`

const port = process.argv[2]
await (port === undefined ? serve() : connect(`ws://127.0.0.1:${port}/echo`, sockets / clients))

async function serve(): Promise<void> {
  const dist = fileURLToPath(new URL('../dist/', import.meta.url))
  mkdirSync(dist, { recursive: true })
  const root = mkdtempSync(join(dist, 'services-'))
  writeFileSync(join(root, 'echo.js'), echo)
  const limits = { socketsPerAddress: sockets, sockets: sockets + 1, handshakesPerSecond: 1e6, pendingHandshakes: 1e6 }
  const services = new Services({ root })
  const server = await listen({ port: 0, endpoints: { '/*': services }, limits })
  const threads = () => readdirSync('/proc/self/task').length
  const before = { rss: rss(), threads: threads() }
  // The first client starts the service: its worker's own memory is no memory per socket.
  const first = new WebSocket(`ws://127.0.0.1:${server.port}/echo`)
  await once(first, 'open')
  const withService = { rss: rss(), threads: threads() }
  const started = performance.now()
  const children = Array.from({ length: clients }, () => fork(fileURLToPath(import.meta.url), [String(server.port)]))
  await Promise.all(children.map((child) => once(child, 'message')))
  const open = { rss: rss(), threads: threads(), seconds: (performance.now() - started) / 1000 }
  const answered = []
  for (let round = 0; round < rounds; round++) {
    const from = performance.now()
    for (const child of children) child.send('go')
    const counts = await Promise.all(children.map((child) => once(child, 'message')))
    const answers = counts.reduce((sum, [count]) => sum + Number(count), 0)
    answered.push({ answers, seconds: (performance.now() - from) / 1000 })
  }
  const report = {
    sockets: server.gateway.manager.size,
    before,
    withService,
    open,
    bytesPerSocket: Math.round((open.rss - withService.rss) / sockets),
    bytesPerSocketAfterTraffic: Math.round((rss() - withService.rss) / sockets),
    threadsAtTheEnd: threads(),
    services: [...services.running()],
    answered,
  }
  console.log(JSON.stringify(report, null, 2))
  for (const child of children) child.kill()
  first.terminate()
  await server.close()
  rmSync(root, { recursive: true })
}

async function connect(url: string, count: number): Promise<void> {
  const all: WebSocket[] = []
  while (all.length < count) {
    const some = Array.from({ length: Math.min(100, count - all.length) }, (_, i) => {
      return new WebSocket(url, { localAddress: `127.0.0.${2 + ((all.length + i) % 8)}`, perMessageDeflate: false })
    })
    await Promise.all(some.map((ws) => once(ws, 'open')))
    all.push(...some)
  }
  process.send?.('open')
  process.on('message', async () => {
    const answers = await Promise.all(
      all.map(async (ws, i) => {
        const answer = once(ws, 'message')
        ws.send(`hello from ${i}`)
        const [data] = await answer
        return String(data) === `hello from ${i}`
      }),
    )
    process.send?.(answers.filter(Boolean).length)
  })
}

function rss(): number {
  return process.memoryUsage.rss()
}
