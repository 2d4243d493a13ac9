import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import fastifyStatic from '@fastify/static'
import { liveTables, tablecast } from '@tablecast/adapter-fastify'
import Fastify from 'fastify'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, keepScreenshot, launchChromium, openPage } from '../src/browser.js'
import { examples } from '../src/browser-example.js'
import { column, type Grid, ViewerDriver } from '../src/browser-viewer.js'
import { engineOf, restarted } from './engine-tree.js'

const chromium = findChromium()
const pages = `${examples}browser/dist/pages`

test('A17 the engine’s worker is a small part of what the reference’s engine is', () => {
  const file = readdirSync(`${pages}/assets`).find((name) => /^engine-.*\.js$/.test(name))
  const { resolve } = createRequire(`${examples}fastify/package.json`)
  const reference = resolve('@perspective-dev/server/dist/wasm/perspective-server.wasm')
  const size = (path: string) => gzipSync(readFileSync(path)).length
  const ours = size(`${pages}/assets/${file}`)
  expect(ours).toBeLessThan(200_000)
  expect(size(reference) / ours).toBeGreaterThan(10)
})

describe.skipIf(chromium === undefined)('examples/browser in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser | undefined
  const app = Fastify()

  beforeAll(async () => {
    await app.register(fastifyStatic, { root: pages })
    await app.listen({ host: '127.0.0.1', port: 0 })
    browser = await launchChromium(chromium as string)
  })

  afterAll(async () => {
    await browser?.close()
    await app.close()
  })

  test('A17 the engine in a worker of the page serves the real viewer: it ticks, groups and sorts, and no WebAssembly engine is loaded', async () => {
    await using opened = await openPage(browser!, app.listeningOrigin)
    const { page, traffic, problems } = opened
    const viewer = new ViewerDriver(page)
    const { columns, rows } = await viewer.showing('the first rows', filled)
    expect(columns).toEqual(['security', 'client', 'open', 'high', 'low', 'close', 'lastUpdate', 'date'])
    await viewer.showing('changed rows', (grid) => filled(grid) && JSON.stringify(grid.rows) !== JSON.stringify(rows))
    await viewer.until(
      'ticks in the status line',
      () => page.locator('header').textContent(),
      (text) => /[2-6] ticks\/s/.test(text ?? ''),
    )
    await keepScreenshot(page, 'browser-engine')
    await viewer.restore({
      group_by: ['security'],
      columns: ['close', 'open'],
      aggregates: { close: 'avg' },
      sort: [['close', 'desc']],
    })
    const sorted = await viewer.showing('groups, highest first', (grid) => {
      // The total comes first; the titles of a grouped grid have one place more than its rows.
      const closes = grid.rows.slice(1).map((row) => Number(row.at(-2)))
      return closes.length === 13 && closes.every((close, i) => i === 0 || close <= closes[i - 1]!)
    })
    expect(sorted.rows[0]![0]).toBe('TOTAL')
    await keepScreenshot(page, 'browser-engine-grouped')
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    expect(loaded.filter((name) => name.endsWith('.wasm'))).toEqual([expect.stringContaining('perspective-viewer')])
    expect(traffic).toEqual({ sent: [], received: [] })
    expect(problems).toEqual([])
  })
})

/** A market in which every trade names the life of the engine, and which ends when the security `boom` is traded. */
const lives = `
import { Server } from '@tablecast/core'
import { workerData } from 'node:worker_threads'
const life = Atomics.add(new Int32Array(workerData.data), 0, 1) + 1
const server = new Server()
const client = server.new_local_client()
const market = await client.table({ security: 'string', lastUpdate: 'datetime', n: 'integer' }, { name: 'market', limit: 1000 })
let n = 0
const trade = () => market.update(Array.from({ length: 50 }, () => ({ security: 'life ' + life, lastUpdate: Date.now(), n: n++ })))
await trade()
setInterval(trade, 250)
const view = await market.view({ filter: [['security', '==', 'boom']] })
await view.on_update(async () => {
  if ((await view.num_rows()) > 0) setImmediate(() => { throw new Error('boom came') })
})
export default server
`

describe.skipIf(chromium === undefined)('an engine in a worker of the server, in Chromium', { timeout: 60_000 }, () => {
  test('G15 G9 the unmodified viewer lives on through a crash of the engine, on the same socket', async () => {
    await using running = engineOf(lives, { data: new SharedArrayBuffer(4), report() {} })
    const { engine } = running
    await engine.ready
    const app = Fastify()
    await app.register(tablecast, { endpoints: { '/websocket': liveTables(engine) } })
    await app.register(fastifyStatic, { root: `${examples}fastify/dist/pages` })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const browser = await launchChromium(chromium as string)
    try {
      await using opened = await openPage(browser, url)
      const { page, problems } = opened
      const viewer = new ViewerDriver(page)
      const living = (life: number) => (grid: Grid) =>
        grid.rows.length >= 20 && column(grid, 'security').every((text) => text === `life ${life}`)
      await viewer.showing('the first life', living(1))
      const [socket] = app.tablecast.manager
      const local = engine.new_local_client()
      await (await local.open_table('market')).update([{ security: 'boom' }])
      await restarted(engine)
      await viewer.showing('the second life', living(2))
      const { rows } = await viewer.grid()
      await viewer.showing(
        'changed rows',
        (grid) => living(2)(grid) && JSON.stringify(grid.rows) !== JSON.stringify(rows),
      )
      expect(await page.locator('output#status').textContent()).toBe('connected')
      expect([...app.tablecast.manager]).toEqual([socket])
      await keepScreenshot(page, 'engine-crash')
      expect(problems).toEqual([])
    } finally {
      await browser.close()
      await app.close()
    }
  })
})

function filled({ rows }: Grid): boolean {
  return rows.length >= 20 && rows.every((row) => row.every((text) => text !== ''))
}
