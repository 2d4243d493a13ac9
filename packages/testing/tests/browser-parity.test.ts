import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, launchChromium, openPage, type WatchedPage } from '../src/browser.js'
import { type ServedPages, servePages } from '../src/browser-pages.js'
import { ViewerDriver } from '../src/browser-viewer.js'
import { servers } from '../src/oracle/servers.js'

const chromium = findChromium()

const schema = {
  security: 'string',
  client: 'string',
  open: 'float',
  high: 'float',
  low: 'float',
  close: 'float',
  lastUpdate: 'datetime',
  date: 'date',
}

const day = 86_400_000
const start = Date.UTC(2026, 0, 5, 9, 30)

/** 400 trades over four days; every 17th has no client. */
const rows = Array.from({ length: 400 }, (_, i) => {
  const open = 100 + ((i * 7919) % 1000) / 10
  return {
    security: ['AAPL', 'IBM', 'MSFT', 'NVDA', 'TSLA'][(i * 31) % 5],
    ...(i % 17 === 0 ? {} : { client: ['Ada', 'Grace', 'Leslie'][(i * 13) % 3] }),
    open,
    high: open + (i % 5),
    low: open - (i % 7),
    close: open + ((i * 37) % 11) / 2 - 2.5,
    lastUpdate: start + i * 1000 * 60 * 13,
    date: start + Math.floor(i / 100) * day,
  }
})

/** What people set in the settings panel; each config is drawn from both servers. */
const configs: Record<string, object> = {
  'every column': {},
  'some columns, sorted twice': {
    columns: ['security', 'close'],
    sort: [
      ['security', 'desc'],
      ['close', 'asc'],
    ],
  },
  'sorted by a hidden column': { columns: ['security', 'client'], sort: [['low', 'asc']] },
  'filtered by text and number': {
    filter: [
      ['security', '==', 'MSFT'],
      ['close', '>', 150],
    ],
  },
  'filtered by several values': { filter: [['security', 'in', ['IBM', 'TSLA']]], sort: [['close', 'desc']] },
  'filtered by no value': { filter: [['client', 'is null', null]] },
  'a computed column': {
    columns: ['security', 'spread'],
    expressions: { spread: '"high" - "low"' },
    sort: [['spread', 'desc']],
  },
  grouped: { group_by: ['security'], columns: ['open', 'close', 'client'] },
  'grouped twice, with aggregates': {
    group_by: ['security', 'client'],
    columns: ['open', 'high', 'low', 'client'],
    aggregates: { open: 'avg', high: 'max', low: 'min', client: 'distinct count' },
    sort: [['high', 'desc']],
  },
  'grouped by a computed day': {
    group_by: ['day'],
    columns: ['close'],
    expressions: { day: `bucket("lastUpdate", 'D')` },
  },
  split: { split_by: ['client'], columns: ['close'], group_by: ['security'] },
  'the leaves only': { group_by: ['security', 'date'], columns: ['close'], group_rollup_mode: 'flat' },
  'filtered by time': { filter: [['lastUpdate', '>', start + day]] },
}

describe.skipIf(chromium === undefined)('the viewer on ours and on the real engine', () => {
  const names = ['ours', 'real'] as const
  const hosts: ServedPages[] = []
  const opened: WatchedPage[] = []
  let browser: Browser | undefined

  beforeAll(async () => {
    browser = await launchChromium(chromium!)
    for (const name of names) {
      const host = await servePages(await servers[name](), schema, rows)
      hosts.push(host)
      opened.push(await openPage(browser, host.url))
    }
    for (const { page } of opened) await new ViewerDriver(page).showing('the first rows', ({ rows }) => rows.length > 9)
  })

  afterAll(async () => {
    await browser?.close()
    for (const host of hosts) await host[Symbol.asyncDispose]()
  })

  test.each(Object.entries(configs))('A14 draws the same: %s', async (_name, config) => {
    const [ours, real] = await Promise.all(
      opened.map(async ({ page }) => {
        const viewer = new ViewerDriver(page)
        await viewer.restore({ columns: Object.keys(schema), ...config })
        return viewer.grid()
      }),
    )
    expect(real!.rows.length).toBeGreaterThan(0)
    expect(ours).toEqual(real)
    for (const { problems } of opened) expect(problems).toEqual([])
  })
})
