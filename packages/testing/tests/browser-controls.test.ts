import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, keepScreenshot, launchChromium, openPage } from '../src/browser.js'
import { examples, type RunningExample, startExample } from '../src/browser-example.js'
import { column, type Grid, type Tree, ViewerDriver } from '../src/browser-viewer.js'

const chromium = findChromium()

// The viewer's own controls, by mouse and keyboard, on a table that gets 50 rows four times a second. Columns are put
// into the panel's fields by name and Enter rather than by dragging; everything else is clicked.
describe.skipIf(chromium === undefined)(
  'the settings panel on a ticking table, in Chromium',
  { timeout: 60_000 },
  () => {
    let browser: Browser | undefined
    let example: RunningExample | undefined

    beforeAll(async () => {
      example = await startExample(`${examples}fastify`)
      browser = await launchChromium(chromium as string)
    })

    afterAll(async () => {
      await browser?.close()
      await example?.stop()
    })

    async function open() {
      const opened = await openPage(browser!, example!.url)
      const viewer = new ViewerDriver(opened.page)
      await viewer.showing('the first rows', ({ rows }) => rows.length >= 20)
      await viewer.openSettings()
      return { ...opened, viewer, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] }
    }

    /** Waits until the same rows have other numbers. */
    async function ticks(viewer: ViewerDriver): Promise<void> {
      const before = JSON.stringify((await viewer.tree()).rows)
      await viewer.growing('other numbers', ({ rows }) => rows.length > 0 && JSON.stringify(rows) !== before)
    }

    test('A6 group, change aggregates, split', async () => {
      await using opened = await open()
      const { viewer, page } = opened
      await viewer.clear('sort')
      await viewer.add('group_by', 'security')
      const counted = await viewer.growing('a total of the counts below it', (tree) => {
        const [total, ...counts] = numbers(tree, 'client')
        return counts.length === 13 && total === counts.reduce((a, b) => a + b, 0)
      })
      expect(labels(counted).slice(0, 3)).toEqual(['TOTAL', 'AAPL', 'AMD'])
      await ticks(viewer)
      await viewer.aggregate('open', 'avg')
      await viewer.aggregate('high', 'max')
      await viewer.aggregate('low', 'min')
      await viewer.growing('minimum, average and maximum', (tree) => {
        const [low, open, high] = ['low', 'open', 'high'].map((title) => numbers(tree, title)) as [
          number[],
          number[],
          number[],
        ]
        // The largest of the securities costs less than 10,000, and sums of a thousand rows far more.
        return open.every((value, i) => low[i]! <= value && value <= high[i]! && value < 10_000)
      })
      await ticks(viewer)
      await keepScreenshot(page, 'controls-grouped')
      for (const name of ['security', 'client', 'open', 'high', 'low', 'lastUpdate', 'date']) await viewer.toggle(name)
      await viewer.growing('one column', ({ columns }) => columns.join() === 'close')
      await viewer.add('split_by', 'client')
      await viewer.growing(
        'a column for each client',
        ({ columns, splits, rows }) =>
          splits.slice(0, 3).join() === 'Ada,Barbara,Donald' &&
          columns.every((title) => title === 'close') &&
          rows.length === 14,
      )
      await ticks(viewer)
      await keepScreenshot(page, 'controls-split')
      expect(opened.problems).toEqual([])
    })

    test('A6 A10 two levels: a row is closed and opened again while it ticks', async () => {
      await using opened = await open()
      const { viewer, page } = opened
      await viewer.clear('sort')
      await viewer.add('group_by', 'security')
      await viewer.add('group_by', 'client')
      await viewer.growing(
        'clients of each security',
        (tree) => labels(tree).slice(0, 4).join() === 'TOTAL,AAPL,Ada,Barbara',
      )
      await viewer.toggleRow('AAPL')
      await viewer.growing('AAPL closed', (tree) => labels(tree).slice(0, 4).join() === 'TOTAL,AAPL,AMD,Ada')
      await ticks(viewer)
      expect(labels(await viewer.tree()).slice(0, 3)).toEqual(['TOTAL', 'AAPL', 'AMD'])
      await keepScreenshot(page, 'controls-collapsed')
      await viewer.toggleRow('AMD')
      await viewer.growing('AMD closed too', (tree) => labels(tree).slice(0, 4).join() === 'TOTAL,AAPL,AMD,AMZN')
      await viewer.toggleRow('AAPL')
      await viewer.growing('AAPL open', (tree) => labels(tree).slice(0, 4).join() === 'TOTAL,AAPL,Ada,Barbara')
      await ticks(viewer)
      await viewer.toggleRow('TOTAL')
      await viewer.growing('the total alone', (tree) => labels(tree).join() === 'TOTAL')
      await ticks(viewer)
      expect(opened.problems).toEqual([])
    })

    test('A6 sort both ways, and filter', async () => {
      await using opened = await open()
      const { viewer, page } = opened
      await viewer.orderBy('close')
      await viewer.showing('rows ordered by close', (grid) => ordered(grid, (a, b) => a <= b))
      await viewer.turn('close')
      await viewer.showing('rows ordered the other way', (grid) => ordered(grid, (a, b) => a >= b))
      await viewer.where('security', 'MSFT')
      await viewer.showing(
        'only MSFT, still in order',
        (grid) => ordered(grid, (a, b) => a >= b) && column(grid, 'security').every((text) => text === 'MSFT'),
      )
      await keepScreenshot(page, 'controls-filtered')
      await viewer.clear('filter')
      await viewer.showing('others again', (grid) => column(grid, 'security').some((text) => text !== 'MSFT'))
      expect(opened.problems).toEqual([])
    })

    test('A8 a window column: the running count of each security', async () => {
      await using opened = await open()
      const { viewer, page } = opened
      await viewer.addWindow('nth', { op: 'count', of: 'close', orderBy: 'lastUpdate', partitionBy: 'security' })
      await viewer.showing('numbers of each security without a hole', (grid) => {
        const bySecurity = new Map<string, number[]>()
        for (const [i, security] of column(grid, 'security').entries()) {
          bySecurity.set(security, [...(bySecurity.get(security) ?? []), counts(grid)[i]!])
        }
        const holes = [...bySecurity.values()].filter((ns) => Math.max(...ns) - Math.min(...ns) !== ns.length - 1)
        return bySecurity.size > 3 && holes.length === 0
      })
      // The panel's fields offer no window columns.
      await viewer.clear('sort')
      await viewer.clickTitle('nth')
      await viewer.showing('the highest numbers first', (grid) => {
        const ns = counts(grid)
        return ns.length >= 20 && ns[0]! > 20 && ns.every((n, i) => i === 0 || n <= ns[i - 1]!)
      })
      await ticks(viewer)
      await keepScreenshot(page, 'controls-window')
      expect(opened.problems).toEqual([])
    })
  },
)

function labels({ rows }: Tree): string[] {
  return rows.map(({ label }) => label)
}

function numbers({ columns, rows }: Tree, title: string): number[] {
  const index = columns.indexOf(title)
  return rows.map(({ cells }) => toNumber(cells[index]))
}

function counts(grid: Grid): number[] {
  return column(grid, 'nth').map(toNumber)
}

function ordered(grid: Grid, follows: (a: number, b: number) => boolean): boolean {
  const values = column(grid, 'close').map(toNumber)
  return values.length >= 20 && values.every((value, i) => i === 0 || follows(values[i - 1]!, value))
}

function toNumber(text: string | undefined): number {
  return Number(text?.replaceAll(',', '') || Number.NaN)
}
