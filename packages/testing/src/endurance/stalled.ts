import { Client } from '@tablecast/core'
import { type CloseInfo, type Limits, liveTables } from '@tablecast/gateway'
import { WebSocket } from 'ws'
import type { HostDriver } from '../hosts/driver.js'
import { inProcess } from '../hosts/engines.js'
import { holdings } from './memory.js'
import { Readings } from './readings.js'

/** What a reader that stalled cost, and what it had in the end. */
export interface Stall {
  /** Bytes of the process before the stall, and the most it ever had over that during the stall. */
  readonly bytesBefore: number
  readonly bytesGrown: number
  /** The most that waited in the socket. */
  readonly peakQueued: number
  /** Bytes of one full delta on the wire. */
  readonly deltaBytes: number
  readonly merged: number
  /** How the socket ended, if it did during the stall. */
  readonly evicted: CloseInfo | undefined
  /** Whether the reader's copy, kept by deltas alone, was the table again soon after it read on. */
  readonly caughtUp: boolean
}

/** Rows of the table; every update changes all of them. */
const rows = 5_000

/** A reader subscribes to a table with row deltas and reads nothing while all rows are updated at a rate; then it reads on. */
export async function stall(
  driver: HostDriver,
  seconds: number,
  updatesPerSecond: number,
  limits: Partial<Limits>,
  engine = inProcess,
): Promise<Stall> {
  const server = await engine.start()
  const local = server.new_local_client()
  const table = await local.table({ id: 'integer', version: 'integer', value: 'float' }, { name: 't', index: 'id' })
  const ids = Array.from({ length: rows }, (_, id) => id)
  let version = 0
  const update = () => {
    version++
    return table.update({ id: ids, version: ids.map(() => version), value: ids.map((id) => id + version / 7) })
  }
  await update()
  const metrics = new Readings()
  const host = await driver.start({ endpoints: { '/t': liveTables(server) }, metrics, limits })

  const ws = new WebSocket(host.url('/t'))
  await new Promise((resolve) => ws.once('open', resolve))
  const client = new Client((frame) => ws.send(frame))
  let deltaBytes = 0
  ws.on('message', (data: Buffer) => {
    deltaBytes = Math.max(deltaBytes, data.length)
    void client.handle_response(data)
  })
  const mirror = await local.table({ id: 'integer', version: 'integer', value: 'float' }, { index: 'id' })
  let mirrored: (() => void) | undefined
  const view = await (await client.open_table('t')).view()
  await view.on_update(
    async ({ delta }) => {
      if (delta !== null) await mirror.update(delta)
      mirrored?.()
    },
    { mode: 'row' },
  )
  // A subscription is not answered; what is asked after it is.
  await view.num_rows()
  await update()
  while ((await mirror.size()) < rows) await nextMirrored()

  function nextMirrored(): Promise<void> {
    return new Promise((resolve) => {
      mirrored = resolve
    })
  }

  const [socket] = host.gateway.manager
  let evicted: CloseInfo | undefined
  void socket!.closed.then((info) => {
    evicted = info
  })
  const { bytes: bytesBefore } = await holdings()
  let peakQueued = 0
  let bytesGrown = 0
  ws.pause()
  for (let i = 0; i < seconds * updatesPerSecond && evicted === undefined; i++) {
    const pause = new Promise((resolve) => setTimeout(resolve, 1000 / updatesPerSecond))
    await update()
    peakQueued = Math.max(peakQueued, metrics.get('tablecast_queued_bytes'))
    if (i % updatesPerSecond === updatesPerSecond - 1) {
      bytesGrown = Math.max(bytesGrown, (await holdings()).bytes - bytesBefore)
    }
    await pause
  }
  const ended = evicted
  const merged = metrics.get('tablecast_merged_notifications_total')
  ws.resume()
  const wanted = JSON.stringify(await (await table.view()).to_columns())
  let caughtUp = false
  for (let i = 0; i < 100 && ended === undefined && !caughtUp; i++) {
    await nextMirrored()
    caughtUp = JSON.stringify(await (await mirror.view()).to_columns()) === wanted
  }
  ws.terminate()
  await host.close()
  return { bytesBefore, bytesGrown, peakQueued, deltaBytes, merged, evicted: ended, caughtUp }
}
