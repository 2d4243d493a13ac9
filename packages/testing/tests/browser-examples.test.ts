import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, keepScreenshot, launchChromium, openPage } from '../src/browser.js'
import { examples, type RunningExample, startExample } from '../src/browser-example.js'
import { column, type Grid, ViewerDriver } from '../src/browser-viewer.js'

const chromium = findChromium()

describe.skipIf(chromium === undefined).each(['fastify', 'express', 'koa'])('examples/%s in Chromium', (name) => {
  let browser: Browser | undefined
  let example: RunningExample | undefined

  beforeAll(async () => {
    example = await startExample(examples + name)
    browser = await launchChromium(chromium as string)
  })

  afterAll(async () => {
    await browser?.close()
    if (example === undefined) return
    const { code, output } = await example.stop()
    expect(code, output).toBe(0)
  })

  const open = async (path: string) => {
    const opened = await openPage(browser!, example!.url + path)
    return { ...opened, viewer: new ViewerDriver(opened.page) }
  }

  test('A14 B1 the grid fills from the server and ticks', async () => {
    await using opened = await open('/')
    const { viewer, page } = opened
    const { columns, rows } = await viewer.showing('the first rows', filled)
    expect(columns).toEqual(['security', 'client', 'open', 'high', 'low', 'close', 'lastUpdate', 'date'])
    await viewer.showing('changed rows', (grid) => filled(grid) && JSON.stringify(grid.rows) !== JSON.stringify(rows))
    await viewer.until('ticks in the status line', () => page.locator('header').textContent(), ticking)
    await keepScreenshot(page, `${name}-server-only`)
    expect(opened.problems).toEqual([])
  })

  // The panel talks to the table, not to the framework: one of them is enough.
  if (name === 'fastify') {
    test('A6 A14 sorting and filtering by the settings panel', async () => {
      await using opened = await open('/')
      const { viewer, page } = opened
      await viewer.showing('the first rows', filled)
      await viewer.openSettings()
      await viewer.orderBy('close')
      await viewer.showing('rows ordered by close', (grid) => filled(grid) && ascending(column(grid, 'close')))
      await keepScreenshot(page, `${name}-sorted`)
      await viewer.where('security', 'MSFT')
      await viewer.showing('only MSFT', (grid) => filled(grid) && column(grid, 'security').every((s) => s === 'MSFT'))
      await keepScreenshot(page, `${name}-filtered`)
      expect(opened.problems).toEqual([])
    })
  }

  test('A6 B3 superstore, pivoted by the server', async () => {
    await using opened = await open('/superstore.html')
    const { viewer, page } = opened
    const { rows } = await viewer.showing('the total', ({ rows }) => rows[0]?.[0] === 'TOTAL')
    // Sales and profit of furniture, office supplies and technology.
    const totals = ['741,999.80', '18,451.27', '719,047.03', '122,490.80', '836,154.03', '145,454.95']
    expect(rows[0]).toEqual(['TOTAL', ...totals])
    await keepScreenshot(page, `${name}-superstore`)
    expect(opened.problems).toEqual([])
  })

  test('A13 B2 B3 the mirror is fed by deltas, and sorting it asks the server nothing', async () => {
    await using opened = await open('/replicated.html')
    const { viewer, page, traffic } = opened
    await viewer.showing('the first rows', filled)
    await viewer.until('ticks in the status line', () => page.locator('header').textContent(), ticking)
    const asked = traffic.sent.length
    const answered = traffic.received.length
    await viewer.openSettings()
    await viewer.orderBy('close')
    await viewer.showing('rows ordered by close', (grid) => filled(grid) && ascending(column(grid, 'close')))
    await viewer.until(
      'another delta',
      async () => traffic.received.length,
      (count) => count > answered,
    )
    expect(traffic.sent.slice(asked)).toEqual([])
    // A tick is 50 rows in about 4 kB. A busy machine may merge a few; the whole table is far more.
    for (const size of traffic.received.slice(answered)) expect(size).toBeLessThan(40_000)
    await keepScreenshot(page, `${name}-replicated`)
    expect(opened.problems).toEqual([])
  })

  test('A15 B3 an edit in one browser shows in another', async () => {
    await using writing = await open('/editing.html')
    await using reading = await open('/editing.html')
    const filled = ({ rows }: Grid) => rows.length === 20
    await writing.viewer.showing('the orders', filled)
    await reading.viewer.showing('the orders', filled)
    await writing.viewer.edit(2, 'note', 'by phone')
    await writing.viewer.edit(3, 'quantity', '1234')
    await reading.viewer.showing(
      'both edits',
      (grid) => column(grid, 'note')[2] === 'by phone' && column(grid, 'quantity')[3] === '1,234',
    )
    await keepScreenshot(reading.page, `${name}-editing`)
    expect([...writing.problems, ...reading.problems]).toEqual([])
  })

  test('G9 the page comes back by itself when the server was restarted', async () => {
    await using opened = await open('/')
    const { viewer, page, problems } = opened
    const status = () => page.locator('output#status').textContent()
    await viewer.showing('the first rows', filled)
    const port = Number(new URL(example!.url).port)
    await example!.stop()
    await viewer.until('the lost connection', status, (text) => text === 'disconnected')
    example = await startExample(examples + name, port)
    await viewer.until('the connection again', status, (text) => text === 'connected')
    const { rows } = await viewer.grid()
    await viewer.showing('new rows', (grid) => filled(grid) && JSON.stringify(grid.rows) !== JSON.stringify(rows))
    // A refused attempt to connect is an error in every browser's console, and attempts get rarer.
    expect(problems.length, problems.join('\n')).toBeLessThan(20)
  })
})

function filled({ rows }: Grid): boolean {
  return rows.length >= 20 && rows.every((row) => row.every((text) => text !== ''))
}

function ascending(cells: string[]): boolean {
  const numbers = cells.map(Number)
  return numbers.every((number, i) => i === 0 || number >= (numbers[i - 1] as number))
}

function ticking(header: string | null): boolean {
  return /connected\s*[2-6] ticks\/s/.test(header ?? '')
}
