import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ViewConfigUpdate } from '@tablecast/core/client'
import { toArrow, trades } from './data.js'
import { Side } from './delivery/side.js'
import { median } from './outcome.js'
import { type Line, plots } from './plot.js'
import { connect, type PeerTable, type PeerView } from './row.js'
import { buffer, loadMarket } from './rows/market.js'

// `pnpm --filter bench curves`: what an update of 1,000 rows costs, in processor time of the process with the tables, by
// the rows of the table, by the views on it and by the sockets that are told of it. Prints the tables, and puts them and
// their plot into the docs, which `pnpm format` then lays out.

const WARMUP = 5
const UPDATES = 20
const ROWS = [10_000, 100_000, 1_000_000, 5_000_000]
const VIEWS = [1, 10, 100, 1_000]
const SOCKETS = [10, 100, 1_000]
const DOCS = new URL('../../../docs/', import.meta.url)

const client = await connect('ours')
const bySymbol = { group_by: ['symbol'], columns: ['price', 'quantity'] }

/** Opens a view and subscribes to its row deltas; `told` counts them. */
async function subscribe(table: PeerTable, config: ViewConfigUpdate, told: () => void): Promise<PeerView> {
  const view = await table.view(config)
  await view.on_update(told, { mode: 'row' })
  return view
}

/** Median processor time of an update that every one of the views is told of, in ms. */
async function cost(table: PeerTable, configs: readonly ViewConfigUpdate[], rows: number, keyed: boolean) {
  let told = 0
  let wake = () => {}
  const views: PeerView[] = []
  for (const config of configs) {
    views.push(
      await subscribe(table, config, () => {
        if (++told === configs.length) wake()
      }),
    )
  }
  const costs: number[] = []
  for (let i = 0; i < WARMUP + UPDATES; i++) {
    // Existing keys from all over the table, or new rows.
    const bytes = buffer(
      toArrow(trades(1_000, i + 1, keyed ? ((i * 7_919) % (rows / 1_000)) * 1_000 : rows + i * 1_000)),
    )
    told = 0
    const all = new Promise<void>((resolve) => {
      wake = resolve
    })
    const before = process.cpuUsage()
    await table.update(bytes)
    await all
    const { user, system } = process.cpuUsage(before)
    if (i >= WARMUP) costs.push((user + system) / 1_000)
  }
  for (const view of views) await view.delete()
  return median(costs)
}

async function byRows(name: string, config: ViewConfigUpdate, keyed: boolean): Promise<Line> {
  const points: [number, number][] = []
  for (const rows of ROWS) {
    const table = await loadMarket(client, keyed ? { rows, index: 'id' } : { rows })
    points.push([rows, await cost(table, [config], rows, keyed)])
    await table.delete()
  }
  return { name, points }
}

async function byViews(name: string, config: (view: number) => ViewConfigUpdate): Promise<Line> {
  const points: [number, number][] = []
  const rows = 100_000
  for (const count of VIEWS) {
    const table = await loadMarket(client, { rows, index: 'id' })
    points.push([
      count,
      await cost(
        table,
        Array.from({ length: count }, (_, i) => config(i)),
        rows,
        true,
      ),
    ])
    await table.delete()
  }
  return { name, points }
}

/** Of the process with the server, the sockets' work included; updates follow one another as fast as they are delivered. */
async function bySockets(name: string, changed: number): Promise<Line> {
  const points: [number, number][] = []
  for (const count of SOCKETS) {
    const side = await Side.start('tablecast', count, ['100000', String(changed)])
    await side.subscribe()
    await side.round()
    const { cpu } = await side.round()
    points.push([count, (cpu * count) / 1_000])
    side.stop()
  }
  return { name, points }
}

function markdown(head: string, lines: readonly Line[]): string {
  const header = `| ${head} | ${lines.map(({ name }) => name).join(' | ')} |`
  const rule = `| ---: |${lines.map(() => ' ---: |').join('')}`
  const rows = lines[0]!.points.map(([x], at) => {
    const cells = lines.map(({ points }) => points[at]![1].toFixed(2))
    return `| ${x.toLocaleString('en')} | ${cells.join(' | ')} |`
  })
  return [header, rule, ...rows].join('\n')
}

const rowLines = [await byRows('existing keys', bySymbol, true), await byRows('appended', bySymbol, false)]
const viewLines = [
  await byViews('equal views', () => bySymbol),
  await byViews('each its own filter', (view) => ({ ...bySymbol, filter: [['quantity', '>', view]] })),
]
const socketLines = [await bySockets('1,000 rows changed', 1_000), await bySockets('50 rows changed', 50)]
const tables = [
  markdown('rows of the table', rowLines),
  markdown('views', viewLines),
  markdown('sockets', socketLines),
].join('\n\n')
console.log(tables)

const yLabel = 'ms an update of 1,000 rows'
writeFileSync(
  new URL('cost-curves.svg', DOCS),
  plots('What an update costs', [
    { title: 'by the size of the table, one grouped view', xLabel: 'rows', yLabel, lines: rowLines },
    { title: 'by the number of grouped views', xLabel: 'views', yLabel, lines: viewLines },
    { title: 'by the number of sockets, one flat view', xLabel: 'sockets', yLabel: 'ms an update', lines: socketLines },
  ]),
)
const page = new URL('benchmarks.md', DOCS)
const text = readFileSync(page, 'utf8')
const begin = text.indexOf('<!-- curves -->')
const end = text.indexOf('<!-- end of curves -->')
writeFileSync(page, `${text.slice(0, begin)}<!-- curves -->\n\n${tables}\n\n${text.slice(end)}`)
mkdirSync('bench-results', { recursive: true })
writeFileSync(
  'bench-results/curves.json',
  `${JSON.stringify({ node: process.version, rowLines, viewLines, socketLines }, null, 2)}\n`,
)
process.exit()
