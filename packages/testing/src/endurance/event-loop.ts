import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type Table, websocket } from '@tablecast/core'
import { liveTables } from '@tablecast/gateway'
import { WebSocket } from 'ws'
import type { HostDriver } from '../hosts/driver.js'
import type { EngineDriver } from '../hosts/engines.js'
import { LoopMonitor } from './loop-monitor.js'

const rows = 1_000_000

/** What one request cost the web server, in ms. */
export interface Held {
  /** From the request to its last byte, at the client. */
  readonly took: number
  readonly megabytes: number
  /** The longest time the event loop of the web server was held meanwhile, by the processor and by the clock. */
  readonly worked: number
  readonly held: number
  /** HTTP requests answered meanwhile, one after the other, and the slowest of them. */
  readonly http: number
  readonly slowestHttp: number
}

export interface ServedMillion extends AsyncDisposable {
  readonly port: number
  /** Watches the event loop while a child asks with `askHeaviest`. */
  watch(asking: ChildProcess): Promise<Record<string, Held>>
}

/** What a child says before and after each request. */
type Said = { readonly begins: string } | { readonly took: number; readonly megabytes: number }

/** A million rows of six columns, as `market` on a server with a route. */
export async function servedMillion(driver: HostDriver, engine: EngineDriver): Promise<ServedMillion> {
  const server = await engine.start()
  const local = server.new_local_client()
  const table = await local.table(
    { id: 'integer', price: 'float', quantity: 'integer', symbol: 'string', side: 'string', venue: 'string' },
    { name: 'market' },
  )
  const part = 100_000
  for (let from = 0; from < rows; from += part) {
    const ids = Array.from({ length: part }, (_, i) => from + i)
    await table.update({
      id: ids,
      price: ids.map((id) => ((id * 7919) % 1_000_003) / 100),
      quantity: ids.map((id) => (id * 31) % 1000),
      symbol: ids.map((id) => `SYM${(id * 17) % 500}`),
      side: ids.map((id) => (id % 3 === 0 ? 'buy' : 'sell')),
      venue: ids.map((id) => `venue ${(id * 13) % 20}`),
    })
  }
  const host = await driver.start({
    endpoints: { '/t': liveTables(server, { allow: ['read'] }) },
    routes: { '/health': () => new Response('ok') },
    limits: { maxBufferBytes: 1024 * 1024 * 1024 },
  })
  return {
    port: host.port,
    watch: (asking) => watch(asking, `http://127.0.0.1:${host.port}/health`),
    [Symbol.asyncDispose]: () => host.close(),
  }
}

async function watch(asking: ChildProcess, url: string): Promise<Record<string, Held>> {
  const results: Record<string, Held> = {}
  const loop = new LoopMonitor()
  loop.start()
  let name = ''
  let http: number[] = []
  asking.on('message', (said: Said) => {
    if ('begins' in said) {
      name = said.begins
      http = []
      loop.reset()
    } else {
      const round = (n: number) => Math.round(n * 10) / 10
      results[name] = {
        took: round(said.took),
        megabytes: round(said.megabytes),
        worked: round(loop.worked),
        held: round(loop.held),
        http: http.length,
        slowestHttp: round(Math.max(0, ...http)),
      }
    }
    asking.send('go on')
  })
  let isOver = false
  void once(asking, 'exit').then(() => {
    isOver = true
  })
  while (!isOver) {
    const start = performance.now()
    await (await fetch(url)).text()
    http.push(performance.now() - start)
  }
  loop.stop()
  return results
}

/** Makes the heaviest requests there are, one after the other, and tells the parent before and after each. */
export async function askHeaviest(port: number): Promise<void> {
  let bytes = 0
  class Counting extends WebSocket {
    constructor(url: string | URL) {
      super(url)
      this.on('message', (data: ArrayBuffer) => {
        bytes += data.byteLength
      })
    }
  }
  const client = await websocket(`ws://127.0.0.1:${port}/t`, { WebSocket: Counting })
  const table = await client.open_table('market')
  for (const [name, request] of Object.entries(heaviest)) {
    await say({ begins: name })
    bytes = 0
    const start = performance.now()
    await request(table)
    await say({ took: performance.now() - start, megabytes: bytes / 1e6 })
  }
  client.terminate()
}

async function say(said: Said): Promise<void> {
  process.send?.(said)
  await once(process, 'message')
}

type ViewConfig = NonNullable<Parameters<Table['view']>[0]>

const dimensions = (config: ViewConfig) => async (table: Table) => {
  const view = await table.view(config)
  await view.dimensions()
  await view.to_columns({ end_row: 100 })
  await view.delete()
}

const heaviest: Record<string, (table: Table) => Promise<void>> = {
  'group by two': dimensions({ group_by: ['symbol', 'side'] }),
  'group by, split by': dimensions({ group_by: ['symbol'], split_by: ['side', 'venue'] }),
  'sort by price': dimensions({ sort: [['price', 'desc']] }),
  'sort by text': dimensions({ sort: [['symbol', 'asc']] }),
  median: dimensions({ group_by: ['symbol'], aggregates: { price: 'median', id: 'distinct count' } }),
  'group by id': dimensions({ group_by: ['id'] }),
  expression: dimensions({
    expressions: { x: `"price" * sqrt("quantity") + length(upper("symbol"))` },
    sort: [['x', 'desc']],
  }),
  'all to Arrow': async (table) => {
    const view = await table.view()
    await view.to_arrow()
    await view.delete()
  },
  'sorted, all to Arrow, lz4': async (table) => {
    const view = await table.view({ sort: [['price', 'desc']] })
    await view.to_arrow({ compression: 'lz4' })
    await view.delete()
  },
  'all to CSV': async (table) => {
    const view = await table.view()
    await view.to_csv()
    await view.delete()
  },
  'all to columns': async (table) => {
    const view = await table.view()
    await view.to_columns_string()
    await view.delete()
  },
}
