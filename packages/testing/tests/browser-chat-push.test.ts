import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, keepScreenshot, launchChromium, openPage } from '../src/browser.js'
import { examples, startExample } from '../src/browser-example.js'

const chromium = findChromium()
const token = 'the-token-of-this-test'

/** Waits until the page's log has these lines last. */
async function logged(page: Page, ...lines: string[]): Promise<void> {
  await page.waitForFunction((wanted) => {
    const items = Array.from(document.querySelectorAll('#log li'), (item) => item.textContent)
    return JSON.stringify(items.slice(-wanted.length)) === JSON.stringify(wanted)
  }, lines)
}

describe.skipIf(chromium === undefined)('in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser | undefined

  beforeAll(async () => {
    browser = await launchChromium(chromium as string)
  })

  afterAll(() => browser?.close())

  async function started(name: string) {
    const { url, stop } = await startExample(examples + name)
    return {
      url,
      async [Symbol.asyncDispose]() {
        const { code, output } = await stop()
        expect(code, output).toBe(0)
      },
    }
  }

  test('D8 the chat: names, rooms with their sizes, join, leave and messages', async () => {
    await using chat = await started('chat')
    await using ann = await openPage(browser!, chat.url)
    await using bob = await openPage(browser!, chat.url)
    const name = async (page: Page, text: string) => {
      await page.locator('#status[data-state=connected]').waitFor()
      await page.locator('#name').fill(text)
      await page.locator('#name').press('Enter')
    }
    await name(ann.page, 'ann')
    await ann.page.locator('#rooms button', { hasText: 'lobby (0)' }).click()
    await logged(ann.page, 'Here: ann')
    await bob.page.locator('#rooms button', { hasText: 'lobby (1)' }).click()
    const guest = await bob.page.locator('#name').inputValue()
    await name(bob.page, 'bob')
    await logged(ann.page, `· ${guest} joined`, `· ${guest} is now bob`)
    await bob.page.locator('#text').fill('<img src=x onerror=alert(1)> hello')
    await bob.page.locator('#text').press('Enter')
    await logged(ann.page, 'bob: <img src=x onerror=alert(1)> hello')
    expect(await ann.page.locator('#log img').count()).toBe(0)
    await ann.page.locator('#room').fill('garden')
    await ann.page.locator('#room').press('Enter')
    await bob.page.locator('#rooms button', { hasText: 'garden (1)' }).waitFor()
    await keepScreenshot(ann.page, 'chat')
    await ann.page.locator('[data-room=lobby] button', { hasText: 'leave' }).click()
    await bob.page.locator('#rooms button', { hasText: 'lobby (1)' }).waitFor()
    await logged(bob.page, '· ann left')
    await bob.page.locator('#name').fill('ann')
    await bob.page.locator('#name').press('Enter')
    await bob.page.locator('#status', { hasText: 'ann is taken' }).waitFor()
    expect([...ann.problems, ...bob.problems]).toEqual([])
  })

  test('E1 E2 E4 the page shows what is pushed with curl, as text', async () => {
    process.env['PUSH_TOKEN'] = token
    await using push = await started('push')
    delete process.env['PUSH_TOKEN']
    const curl = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)('curl', ['-s', '-H', `Authorization: Bearer ${token}`, ...args])
      return JSON.parse(stdout)
    }
    await using left = await openPage(browser!, `${push.url}/?userid=ann&compid=left`)
    await using right = await openPage(browser!, `${push.url}/?userid=ann&compid=right`)
    await using bob = await openPage(browser!, `${push.url}/?userid=bob&compid=left`)
    for (const { page } of [left, right, bob]) await page.locator('#status', { hasText: 'open' }).waitFor()
    expect(await curl(`${push.url}/push?userid=ann&compid=left&message=one`)).toMatchObject({ reached: 1 })
    await logged(left.page, 'one')
    expect(await curl(`${push.url}/push?userid=ann&message=two`)).toMatchObject({ reached: 2 })
    await logged(left.page, 'one', 'two')
    await logged(right.page, 'two')
    const body = JSON.stringify({ data: '<b onclick=alert(1)>three</b>' })
    expect(await curl('-H', 'Content-Type: application/json', '-d', body, `${push.url}/pushtoall`)).toMatchObject({
      reached: 3,
    })
    for (const { page } of [left, right, bob]) await logged(page, '<b onclick=alert(1)>three</b>')
    expect(await left.page.locator('#log b').count()).toBe(0)
    await bob.page.locator('#buttons button', { hasText: 'Hello, ann' }).click()
    await logged(left.page, 'bob: Hello, ann')
    await left.page.locator('#user-bob', { hasText: '●' }).waitFor()
    await keepScreenshot(left.page, 'push')
    expect(await curl(`${push.url}/sessions?userid=ann`)).toMatchObject({ total: 2 })
    await bob.page.goto('about:blank')
    await left.page.locator('#user-bob[data-online=false]').waitFor()
    expect([...left.problems, ...right.problems, ...bob.problems]).toEqual([])
  })
})
