import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import fastifyStatic from '@fastify/static'
import Fastify from 'fastify'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, keepScreenshot, launchChromium, openPage } from '../src/browser.js'
import { examples } from '../src/browser-example.js'
import { type Grid, ViewerDriver } from '../src/browser-viewer.js'

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

function filled({ rows }: Grid): boolean {
  return rows.length >= 20 && rows.every((row) => row.every((text) => text !== ''))
}
