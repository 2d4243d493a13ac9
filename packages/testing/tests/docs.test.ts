import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { websocket } from '@perspective-dev/client'
import { expect, test } from 'vitest'
import { freePort } from '../src/free-port.js'
import { quickStarts } from '../src/quick-starts.js'
import { documents, pathsOf, root, type Snippet, snippetsOf } from '../src/snippets.js'
import { namesTest } from '../src/test-titles.js'
import { cli, run } from './cli-process.js'

/** Below this package, so that what it depends on is found. */
const folder = fileURLToPath(new URL('../dist/snippets/', import.meta.url))
const snippets = documents.flatMap(snippetsOf)

test.each(documents)('%s: every path it names is there', (document) => {
  expect(pathsOf(document).filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('every TypeScript snippet of the documents compiles', { timeout: 120_000 }, () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const code = snippets.filter(({ language }) => language === 'ts')
  expect(code.length).toBeGreaterThan(20)
  for (const { at, given, text } of code) writeFileSync(join(folder, `${at}.ts`), `${given}${text}\nexport {}\n`)
  const compilerOptions = {
    composite: false,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../../../tsconfig.base.json', compilerOptions }),
  )
  const tsc = join(root, 'node_modules/.bin/tsc')
  try {
    execFileSync(tsc, ['-p', folder], { encoding: 'utf8' })
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout)
  }
})

test.each(snippets.filter(({ language }) => language === 'json'))('$at is JSON', ({ text }: Snippet) => {
  JSON.parse(text)
})

const differences = readFileSync(join(root, 'docs/differences.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => ({ title: section.split('\n')[0]!, text: section.replaceAll(/\s+/g, ' ') }))

test.each(differences)('the tests that "$title" names are there', ({ text }) => {
  const named = Array.from(text.slice(text.search(/ Tests?: /)).matchAll(/`([^`]+)`/g), ([, name]) => name!)
  expect(named).not.toEqual([])
  expect(named.filter((name) => !namesTest(name))).toEqual([])
})

const manifest = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

test.each(documents)('%s: every command it names is there', async (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const code = Array.from(
    text.matchAll(/^```sh\n([\s\S]*?)^```$|`([^`\n]+)`/gm),
    ([, block, inline]) => block ?? inline!,
  )
  for (const line of code.join('\n').split('\n')) {
    const [, folder, script] = /^(?:\S+=\S+ )?pnpm (?:--filter (?:@tablecast\/)?(\w+) )?([\w:-]+)/.exec(line) ?? []
    if (script !== undefined) {
      const { scripts } = manifest(folder === undefined ? '.' : `packages/${folder}`)
      expect(Object.keys(scripts), line).toContain(script)
    }
    const [, command, rest] = /@tablecast\/cli (\w+)([^#]*)/.exec(line) ?? []
    if (command === undefined) continue
    const { output } = await run(cli, ['help', command]).ended()
    for (const [flag] of rest!.matchAll(/--?\w[\w-]*/g)) expect(output, line).toContain(` ${flag}`)
  }
})

// With the packages as they are here; that it does with packed ones in an empty folder is for `pnpm copy-out`.
test.each(quickStarts())(
  'the quick start on $framework runs, and serves the real client',
  async ({ framework, text }) => {
    mkdirSync(folder, { recursive: true })
    const port = await freePort()
    const script = join(folder, `quick-start-${framework}.mjs`)
    writeFileSync(script, text.replaceAll('8080', String(port)))
    await using server = run(script, [])
    await server.printed(new RegExp(`http://127\\.0\\.0\\.1:${port}`))
    const client = await websocket(`ws://127.0.0.1:${port}/websocket`)
    const table = await client.open_table('market')
    expect(await table.schema()).toEqual({ security: 'string', close: 'float' })
    await expect.poll(() => table.size()).toBeGreaterThan(0)
    await client.terminate()
  },
)
