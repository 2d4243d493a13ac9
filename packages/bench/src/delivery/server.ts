import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { toArrow, trades } from '../data.js'
import type { PeerClient } from '../row.js'
import { buffer } from '../rows/market.js'

// One server of the delivery bench, in a process of its own: `tablecast`, the reference's, or a bare broadcast.

const [name = '', rows = '', changed = '', bytes = ''] = process.argv.slice(2)

/** Distinct updates, used by turns. */
const updates = Array.from({ length: 20 }, (_, i) => {
  const first = (i * Number(changed)) % (Number(rows) - Number(changed) + 1)
  return buffer(toArrow(trades(Number(changed), i + 1, first)))
})

/** What a side is asked to do. */
interface Side {
  readonly port: number
  /** Makes one update, or one broadcast. */
  tick(): unknown
}

async function tableTicks(client: PeerClient): Promise<() => Promise<unknown>> {
  const table = await client.table(buffer(toArrow(trades(Number(rows)))), { index: 'id', name: 't' })
  let next = 0
  return () => table.update(updates[next++ % updates.length]!)
}

const sides: Record<string, (bytes: Uint8Array) => Promise<Side>> = {
  async tablecast() {
    const { Server } = await import('@tablecast/core')
    const { listen, liveTables, prometheus } = await import('@tablecast/gateway')
    const server = new Server()
    const tick = await tableTicks(server.new_local_client())
    const endpoints = { '/': liveTables(server) }
    return { port: (await listen({ port: 0, endpoints, metrics: prometheus() })).port, tick }
  },
  async reference() {
    const { default: perspective, WebSocketServer: PerspectiveServer } = await import('@perspective-dev/client')
    const tick = await tableTicks(perspective as unknown as PeerClient)
    // It tells of each connection.
    console.log = () => {}
    const { _server } = new PerspectiveServer({ port: 0 })
    if (!_server.listening) await new Promise((resolve) => _server.once('listening', resolve))
    return { port: (_server.address() as AddressInfo).port, tick }
  },
  async broadcast(bytes) {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await new Promise((resolve) => server.once('listening', resolve))
    const tick = () => {
      for (const client of server.clients) client.send(bytes)
    }
    return { port: (server.address() as AddressInfo).port, tick }
  },
}

const { port, tick } = await sides[name]!(Buffer.from(bytes, 'base64'))
let ticking: Promise<unknown> = Promise.resolve()
process.on('message', (message: 'tick' | 'cpu') => {
  // One by one: updates made together would be told together.
  if (message === 'tick') ticking = ticking.then(tick).then(() => new Promise(setImmediate))
  else {
    const { user, system } = process.cpuUsage()
    process.send!({ cpu: user + system })
  }
})
process.send!({ port })
