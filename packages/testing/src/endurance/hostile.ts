import { type Client, websocket } from '@tablecast/core'
import { liveTables } from '@tablecast/gateway'
import { tableFromIPC } from 'apache-arrow'
import { WebSocket } from 'ws'
import type { HostDriver, RunningHost } from '../hosts/driver.js'
import { inProcess } from '../hosts/engines.js'
import { Readings } from './readings.js'

/** A server whose table `t` has 1,000 rows and gets an update of 50 of them, stamped with the time, at a rate. */
export interface StampedServer extends AsyncDisposable {
  readonly host: RunningHost
  readonly metrics: Readings
}

const rows = 1_000

/** Milliseconds on a clock that all processes of this machine share. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

export async function stampedServer(
  driver: HostDriver,
  updatesPerSecond: number,
  engine = inProcess,
): Promise<StampedServer> {
  const server = await engine.start()
  const local = server.new_local_client()
  const table = await local.table({ id: 'integer', at: 'float', text: 'string' }, { name: 't', index: 'id' })
  const ids = Array.from({ length: rows }, (_, id) => id)
  await table.update({ id: ids, at: ids, text: ids.map((id) => `text ${id}`) })
  const metrics = new Readings()
  const host = await driver.start({ endpoints: { '/t': liveTables(server) }, metrics, report() {} })
  let first = 0
  const timer = setInterval(() => {
    const some = Array.from({ length: 50 }, (_, i) => (first + i) % rows)
    first += 50
    const at = now()
    void table.update({ id: some, at: some.map(() => at) })
  }, 1000 / updatesPerSecond)
  return {
    host,
    metrics,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await host.close()
      local.terminate()
    },
  }
}

/** What a client waited for, each sorted, in ms. */
export interface Waits {
  /** How old the updates were when they reached it. */
  readonly updates: number[]
  /** From a request to its reply, one after each update: requests queue with what attackers send, updates do not. */
  readonly replies: number[]
}

/** A well-behaved client that measures how long it waits. */
export class Healthy {
  readonly #client: Client
  #latencies: number[] = []
  #replies: number[] = []
  #updated = () => {}

  private constructor(client: Client) {
    this.#client = client
  }

  static async connect(port: number): Promise<Healthy> {
    const client = await websocket(`ws://127.0.0.1:${port}/t`, { WebSocket })
    const healthy = new Healthy(client)
    const view = await (await client.open_table('t')).view({ columns: ['at'] })
    await view.on_update(
      ({ delta }) => {
        const arrived = now()
        const stamp = delta === null ? undefined : tableFromIPC(delta).getChild('at')?.get(0)
        if (typeof stamp === 'number') healthy.#latencies.push(arrived - stamp)
        healthy.#updated()
        // One that is still waiting when the client goes away fails.
        view.num_rows().then(
          () => healthy.#replies.push(now() - arrived),
          () => {},
        )
      },
      { mode: 'row' },
    )
    return healthy
  }

  /** What the next so many updates, and the requests meanwhile, took. */
  async measure(updates: number): Promise<Waits> {
    this.#latencies = []
    this.#replies = []
    while (this.#latencies.length < updates) {
      await new Promise<void>((resolve) => {
        this.#updated = resolve
      })
    }
    const sorted = (values: number[]) => [...values].sort((a, b) => a - b)
    return { updates: sorted(this.#latencies.slice(0, updates)), replies: sorted(this.#replies) }
  }

  close(): void {
    this.#client.terminate()
  }
}
