import { websocket } from '@tablecast/core'
import { liveTables } from '@tablecast/gateway'
import { WebSocket } from 'ws'
import type { HostDriver } from '../hosts/driver.js'
import { inProcess } from '../hosts/engines.js'
import { type Holdings, holdings } from './memory.js'
import { Readings } from './readings.js'

/** What a number of connections left behind. */
export interface Leaks {
  readonly before: Holdings
  readonly after: Holdings
  readonly sockets: number
  readonly sessions: number
  readonly views: number
}

/**
 * Connects, opens a table, makes a view, subscribes with row deltas, gets an update, and goes: by turns with a proper
 * goodbye and by cutting the connection.
 *
 * @param warmUp cycles before the first look, for what is made once and kept.
 */
export async function leakCheck(
  driver: HostDriver,
  warmUp: number,
  cycles: number,
  engine = inProcess,
): Promise<Leaks> {
  const server = await engine.start()
  const local = server.new_local_client()
  const table = await local.table({ id: 'integer', text: 'string', value: 'float' }, { name: 't', index: 'id' })
  const metrics = new Readings()
  const host = await driver.start({
    endpoints: { '/t': liveTables(server) },
    metrics,
    limits: { handshakesPerSecond: 1e6 },
  })
  let n = 0

  async function cycle(i: number): Promise<void> {
    let ws: WebSocket | undefined
    class Kept extends WebSocket {
      constructor(url: string | URL) {
        super(url)
        ws = this
      }
    }
    const client = await websocket(host.url('/t'), { WebSocket: Kept })
    const view = await (await client.open_table('t')).view(i % 3 === 0 ? { group_by: ['text'] } : {})
    let updated = () => {}
    const update = new Promise<void>((resolve) => {
      updated = resolve
    })
    await view.on_update(updated, { mode: 'row' })
    // A subscription is not answered; what is asked after it is.
    await view.num_rows()
    await table.update([{ id: n++ % 100, text: `${i % 10}`, value: i }])
    await update
    if (i % 2 === 0) client.terminate()
    else ws?.terminate()
    await new Promise((resolve) => ws?.once('close', resolve))
  }

  async function run(count: number): Promise<void> {
    for (let i = 0; i < count; i += 10) await Promise.all(Array.from({ length: 10 }, (_, j) => cycle(i + j)))
    await Promise.all(Array.from(host.gateway.manager, ({ closed }) => closed))
  }

  await run(warmUp)
  const before = await holdings()
  await run(cycles)
  const after = await holdings()
  const left = {
    before,
    after,
    sockets: host.gateway.manager.size,
    sessions: metrics.get('tablecast_sessions'),
    views: metrics.get('tablecast_views'),
  }
  await host.close()
  local.terminate()
  return left
}
