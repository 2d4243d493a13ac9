import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Enum, encodeRequest, type Request } from '@tablecast/core/protocol'
import { liveTables } from '@tablecast/gateway'
import { WebSocket } from 'ws'
import type { HostDriver } from '../hosts/driver.js'
import type { EngineDriver } from '../hosts/engines.js'
import { LoopMonitor } from './loop-monitor.js'

/** Deltas to many sockets, in one second. */
export interface FanOut {
  readonly messages: number
  readonly megabytes: number
  readonly updates: number
  /** What a message costs the thread that sends, in microseconds of processor time; with the engine in it, that too. */
  readonly microseconds: number
}

const subscription: Request[] = [
  { msg_id: 1, entity_id: 't', client_req: { case: 'TableMakeView', value: { view_id: 'v', config: undefined } } },
  { msg_id: 2, entity_id: 'v', client_req: { case: 'ViewOnUpdate', value: { mode: Enum.Mode.ROW } } },
]

/** Updates of 50 rows, one after the other, to as many sockets as `listening`, a child, has opened with `listenToAll`. */
export async function fanOut(
  driver: HostDriver,
  engine: EngineDriver,
  seconds: number,
  listen: (port: number) => ChildProcess,
): Promise<FanOut> {
  const server = await engine.start()
  const local = server.new_local_client()
  const table = await local.table({ id: 'integer', price: 'float', text: 'string' }, { name: 't', index: 'id' })
  const ids = Array.from({ length: 50 }, (_, id) => id)
  const limits = { handshakesPerSecond: 1e6, socketsPerAddress: 1e6 }
  const host = await driver.start({ endpoints: { '/t': liveTables(server) }, limits })
  const listening = listen(host.port)
  await once(listening, 'message')
  let updates = 0
  const update = async () => {
    updates++
    await table.update({ id: ids, price: ids.map((id) => id + updates / 7), text: ids.map((id) => `${id} ${updates}`) })
    // The sockets get their turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const warm = performance.now() + 1000
  while (performance.now() < warm) await update()
  const count = async (): Promise<{ messages: number; bytes: number }> => {
    listening.send('count')
    return (await once(listening, 'message'))[0]
  }
  await count()
  updates = 0
  const loop = new LoopMonitor()
  const ranBefore = loop.ran()
  const start = performance.now()
  while (performance.now() < start + seconds * 1000) await update()
  const { messages, bytes } = await count()
  const ran = loop.ran() - ranBefore
  loop.stop()
  const passed = (performance.now() - start) / 1000
  listening.kill()
  await once(listening, 'exit')
  await host.close()
  return {
    messages: Math.round(messages / passed),
    megabytes: Math.round(bytes / passed / 1e5) / 10,
    updates: Math.round(updates / passed),
    microseconds: Math.round((ran / messages) * 10_000) / 10,
  }
}

/** Opens sockets that subscribe with row deltas; tells the parent once they all have, and then what they got since it last asked. */
export async function listenToAll(port: number, sockets: number): Promise<void> {
  let messages = 0
  let bytes = 0
  const opened = Array.from({ length: sockets }, async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/t`)
    await once(ws, 'open')
    for (const request of subscription) ws.send(encodeRequest(request))
    await once(ws, 'message')
    ws.on('message', (data: Buffer) => {
      messages++
      bytes += data.length
    })
  })
  await Promise.all(opened)
  process.on('message', () => {
    process.send?.({ messages, bytes })
    messages = bytes = 0
  })
  process.send?.('listening')
}
