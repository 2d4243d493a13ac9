import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { ViewConfigUpdate } from '@tablecast/core/client'
import { toArrow, trades } from './data.js'
import { median } from './outcome.js'
import { connect, type PeerView } from './row.js'
import { buffer, loadMarket } from './rows/market.js'

// `pnpm --filter bench loop [part of a name]`: how long one request holds the event loop of the process that has the
// tables, on a million rows: the longest delay of a timer meanwhile (perf_hooks), the median of ROUNDS. With the engine in
// a worker none of these holds the loop of the process with the sockets: `pnpm --filter testing event-loop`.

const ROUNDS = 5
const LIMIT_MS = 50

const client = await connect('ours')
const table = await loadMarket(client)
const keyed = await loadMarket(client, { index: 'id' })
const arrow = toArrow(trades(1_000_000))
const update = toArrow(trades(1_000, 7, 500_000))

const first: (view: PeerView) => Promise<unknown> = (view) => view.to_columns({ start_row: 0, end_row: 100 })

/** A request on a new view: making it, its dimensions and the read. */
function onView(config: ViewConfigUpdate, read = first) {
  return async () => {
    const view = await table.view(config)
    await view.dimensions()
    await read(view)
    await view.delete()
  }
}

const bySymbol = { group_by: ['symbol'], columns: ['price', 'quantity'] }
const notional = { expressions: { notional: '"price" * "quantity"' }, columns: ['notional'] }
const watched = await keyed.view(bySymbol)
await watched.on_update(() => {}, { mode: 'row' })

const requests: Record<string, () => Promise<unknown>> = {
  'flat, first 100': onView({}),
  'filter, first 100': onView({ filter: [['price', '>', 50]] }),
  'sort, first 100': onView({ sort: [['price', 'desc']] }),
  'group by symbol': onView(bySymbol, (view) => view.to_columns()),
  'group by symbol and side': onView({ ...bySymbol, group_by: ['symbol', 'side'] }, (view) => view.to_columns()),
  'group by symbol, split by side': onView({ ...bySymbol, split_by: ['side'] }, (view) => view.to_columns()),
  'median by symbol': onView({ ...bySymbol, aggregates: { price: 'median', quantity: 'median' } }),
  'distinct count by symbol': onView({ ...bySymbol, aggregates: { price: 'distinct count' } }),
  'expression, first 100': onView(notional),
  'expression by symbol': onView({ ...notional, group_by: ['symbol'] }),
  'all rows to_arrow': onView({}, (view) => view.to_arrow()),
  'all rows sorted, to_arrow': onView({ sort: [['price', 'desc']] }, (view) => view.to_arrow()),
  'all rows to_csv': onView({}, (view) => view.to_csv()),
  'all rows to_json_string': onView({}, (view) => view.to_json_string()),
  'all rows to_columns_string': onView({}, (view) => view.to_columns_string()),
  'update of 1,000 rows': () => keyed.update(buffer(update)),
  'load Arrow 1M': async () => (await client.table(buffer(arrow))).delete(),
}

const part = process.argv[2] ?? ''
console.log(`longest hold of the event loop, ms; median of ${ROUNDS}`)
for (const [name, request] of Object.entries(requests)) {
  if (!name.includes(part)) continue
  const holds: number[] = []
  const takes: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const delays = monitorEventLoopDelay({ resolution: 1 })
    delays.enable()
    // A delay is counted from the timer's last turn; without one there would be nothing to count from.
    await setTimeout(5)
    const start = performance.now()
    await request()
    const took = performance.now() - start
    // The timer that was held is only seen when it has fired.
    await setTimeout(5)
    delays.disable()
    if (round === 0) continue
    holds.push(delays.max / 1e6)
    takes.push(took)
  }
  const hold = median(holds)
  const verdict = hold > LIMIT_MS ? `  over ${LIMIT_MS}` : ''
  console.log(
    `${name.padEnd(34)}${hold.toFixed(1).padStart(9)}   in all ${median(takes).toFixed(1).padStart(8)}${verdict}`,
  )
}
process.exit()
