// B4, F2: packs the packages, copies each example into an empty folder, installs it there with npm, builds it, starts it
// and opens its table with the real client. Needs the registry, so it is a script of its own: `pnpm copy-out`.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { websocket } from '@perspective-dev/client'
import { examples, startExample } from './browser-example.js'

const packages = fileURLToPath(new URL('../../', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'tablecast-'))
const tarballs = join(home, 'tarballs')

const run = (cwd: string, command: string, ...args: string[]) => execFileSync(command, args, { cwd, stdio: 'inherit' })

try {
  for (const name of ['engine', 'core', 'gateway', 'adapter-fastify', 'adapter-express', 'adapter-koa']) {
    run(join(packages, name), 'pnpm', 'pack', '--pack-destination', tarballs)
  }
  for (const name of ['fastify', 'express', 'koa']) {
    const folder = join(home, name)
    const own = (path: string) => !['node_modules', 'dist'].includes(basename(path))
    cpSync(join(examples, name), folder, { recursive: true, filter: own })
    const needed = readdirSync(tarballs).filter((file) => !file.includes('adapter-') || file.includes(name))
    run(folder, 'npm', 'install', '--no-audit', '--no-fund', ...needed.map((file) => join(tarballs, file)))
    run(folder, 'npm', 'run', 'build')

    await using example = await startExample(folder)
    const page = await fetch(example.url)
    const client = await websocket(`${example.url.replace('http', 'ws')}/websocket`)
    const size = await (await client.open_table('market')).size()
    await client.terminate()
    console.log(`${name}: page ${page.status}, market with ${size} rows`)
    if (!page.ok) process.exitCode = 1
  }
} finally {
  rmSync(home, { recursive: true })
}
