// `npm start` and `npm test`: everything from a fresh clone, with nothing but Node and npm.
// pnpm is fetched at the version package.json pins, so no global install is asked for.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }

/** Runs one command to its end, passing signals on; exits with its code when it fails. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' })
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward)
    process.on('SIGTERM', forward)
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      process.exit(1)
    })
    child.on('exit', (code, signal) => {
      process.off('SIGINT', forward)
      process.off('SIGTERM', forward)
      if (code !== 0 && signal === null) process.exit(code ?? 1)
      if (signal !== null) process.exit(130)
      resolve()
    })
  })
}

const pnpm = (...args) => run('npx', ['--yes', packageManager, ...args])

const task = process.argv[2]
await pnpm('install', '--frozen-lockfile')
if (task === 'start') {
  await pnpm('exec', 'turbo', 'run', 'build', '--output-logs=errors-only')
  await run(process.execPath, [join(root, 'examples/fastify/dist/server.js')])
} else if (task === 'test') {
  await pnpm('run', 'check')
} else {
  console.error(`scripts/run.mjs: unknown task "${task}", expected "start" or "test"`)
  process.exit(2)
}
