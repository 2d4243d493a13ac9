// `npm start` and `npm test`: everything from a fresh clone, with nothing but Node and npm.
// package.json starts this with `exec`, so that no shell stands between npm and this process and swallows npm's signals;
// where the shell knows no `exec` (Windows), the part after `||` runs instead.
// pnpm is fetched at the version package.json pins, so no global install is asked for.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const windows = process.platform === 'win32'

/** Runs pnpm to its end. Ends this process too when pnpm fails or is stopped by Ctrl-C. */
async function pnpm(...args) {
  // A process group of its own, so that a signal reaches everything pnpm started.
  const child = spawn('npx', ['--yes', packageManager, ...args], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
    detached: !windows,
  })
  let stopped = false
  const stop = (signal) => {
    stopped = true
    if (windows) child.kill(signal)
    else process.kill(-child.pid, signal)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const [code] = await once(child, 'close')
  process.off('SIGINT', stop)
  process.off('SIGTERM', stop)
  if (stopped) process.exit(130)
  if (code !== 0) process.exit(code ?? 1)
}

async function start() {
  await pnpm('install', '--frozen-lockfile')
  // No more than the example needs.
  await pnpm('exec', 'turbo', 'run', 'build', '--filter=@tablecast/example-fastify', '--output-logs=errors-only')
  try {
    await import('../examples/fastify/dist/server.js')
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error
    console.error(`Port ${error.port} is taken. Choose another one, for example: PORT=${error.port + 1} npm start`)
    process.exit(1)
  }
}

async function test() {
  await pnpm('install', '--frozen-lockfile')
  await pnpm('run', 'check')
}

const tasks = { start, test }
const task = tasks[process.argv[2]]
if (task === undefined) {
  console.error(`scripts/run.mjs: unknown task "${process.argv[2]}", expected "start" or "test"`)
  process.exit(2)
}
await task()
