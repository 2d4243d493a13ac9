import { accessSync, constants } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'

const headless = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where Chromium is: `CHROMIUM_PATH`, else Debian's place for it; `undefined` when there is none. */
export function findChromium(): string | undefined {
  const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
  try {
    accessSync(path, constants.X_OK)
    return path
  } catch {
    console.warn(`Browser tests are skipped: no Chromium at ${path} (set CHROMIUM_PATH)`)
    return undefined
  }
}

/** Starts the Chromium at `executablePath`; close the browser when done. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: headless })
}

/** A page, and everything that went wrong on it so far. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  /** Console errors and warnings, uncaught exceptions, failed requests, and requests to any other host. */
  readonly problems: string[]
  /** The sizes in bytes of the WebSocket messages so far. */
  readonly traffic: { readonly sent: number[]; readonly received: number[] }
}

/** Opens `url` in a fresh context of `browser`, as another person's browser would. Disposing closes the context. */
export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC' })
  const page = await context.newPage()
  const problems: string[] = []
  const { host } = new URL(url)
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console ${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`uncaught: ${error}`))
  page.on('request', (request) => {
    if (!request.url().startsWith('blob:') && new URL(request.url()).host !== host) {
      problems.push(`request to another host: ${request.url()}`)
    }
  })
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`HTTP ${response.status()}: ${response.url()}`)
  })
  const traffic = { sent: [] as number[], received: [] as number[] }
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => traffic.sent.push(payload.length))
    socket.on('framereceived', ({ payload }) => traffic.received.push(payload.length))
  })
  await page.goto(url)
  return { page, problems, traffic, [Symbol.asyncDispose]: () => context.close() }
}

/** Keeps a picture of the page for people to look at, as `packages/testing/dist/screenshots/<name>.png`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: fileURLToPath(new URL(`../dist/screenshots/${name}.png`, import.meta.url)) })
}
