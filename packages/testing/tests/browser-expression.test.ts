import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, keepScreenshot, launchChromium, openPage } from '../src/browser.js'
import { examples, startExample } from '../src/browser-example.js'
import { column, ViewerDriver } from '../src/browser-viewer.js'

const chromium = findChromium()

describe.skipIf(chromium === undefined)("the viewer's expression editor", () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchChromium(chromium!)
  })

  afterAll(() => browser.close())

  test('A7 underlines what is wrong, and makes a column of what is right', { timeout: 120_000 }, async () => {
    await using app = await startExample(`${examples}fastify`)
    await using watched = await openPage(browser, app.url)
    const viewer = new ViewerDriver(watched.page)
    await viewer.showing('rows', ({ rows }) => rows.length > 0)
    await viewer.openSettings()
    await viewer.openExpression()
    await viewer.typeExpression('nonsense + "high"')
    const wrong = await viewer.until(
      'the error of what was typed',
      () => viewer.expressionState(),
      ({ error, underlined }) => error.includes('nonsense') && underlined !== '',
    )
    expect(wrong).toEqual({ error: "Undefined symbol: 'nonsense'", underlined: 'nonsense', canCreate: false })
    await keepScreenshot(watched.page, 'expression-error')

    await viewer.typeExpression('"high" - "low"')
    await viewer.until(
      'no error',
      () => viewer.expressionState(),
      ({ error, underlined, canCreate }) => error === '' && underlined === '' && canCreate,
    )
    await viewer.createExpression('New Column 1')
    const grid = await viewer.showing('the new column', (seen) => {
      const made = column(seen, 'New Column 1')
      return made.length > 0 && made.every((text) => /^-?[0-9,.]+$/.test(text))
    })
    await keepScreenshot(watched.page, 'expression-column')
    expect(grid.columns).toContain('New Column 1')
    expect(watched.problems).toEqual([])
  })
})
