// Long runs: node dist/endurance/cli.js leaks|stalled|hostile|event-loop|fan-out [host [worker]]. Each says what it measured and fails by exit code.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { HostDriver } from '../hosts/driver.js'
import { inProcess, inWorker } from '../hosts/engines.js'
import { hosts } from '../hosts/hosts.js'
import { attackAll } from './attacks.js'
import { askHeaviest, servedMillion } from './event-loop.js'
import { fanOut, listenToAll } from './fan-out.js'
import { Healthy, stampedServer } from './hostile.js'
import { leakCheck } from './leaks.js'
import { type Holdings, holdings } from './memory.js'
import { stall } from './stalled.js'

const [command = '', name = 'standalone', ...rest] = process.argv.slice(2)
const engine = rest[0] === 'worker' ? inWorker : inProcess
const driver = hosts.find((each) => each.name.toLowerCase() === name.toLowerCase())
if (driver === undefined) throw new Error(`no host "${name}", one of: ${hosts.map((each) => each.name).join(', ')}`)

const mebibyte = 1024 * 1024

/** Says what was found and counts it against the run when it is not so. */
function check(what: string, holds: boolean): void {
  console.log(`${holds ? 'holds' : 'FAILS'}: ${what}`)
  if (!holds) process.exitCode = 1
}

async function leaks(driver: HostDriver): Promise<void> {
  // Compiled code and type feedback grow for about two thousand cycles.
  const cycles = 5000
  const left = await leakCheck(driver, 2000, cycles, engine)
  console.log(left)
  const grown = left.after.bytes - left.before.bytes
  check(`${cycles} cycles left ${grown} bytes, below 1 MiB`, grown < mebibyte)
  check('no timer, socket or server more than before', same(left.before, left.after))
  check('no socket, session or view is left', left.sockets + left.sessions + left.views === 0)
}

function same(before: Holdings, after: Holdings): boolean {
  return JSON.stringify(before.resources) === JSON.stringify(after.resources)
}

async function stalled(driver: HostDriver): Promise<void> {
  const bound = mebibyte
  const patient = await stall(driver, 60, 20, { bufferBytes: bound, stallMillis: 3_600_000 }, engine)
  console.log(patient)
  check(
    'what waits in the socket stays below its bound and one delta',
    patient.peakQueued <= bound + patient.deltaBytes * 2,
  )
  check('the process grew by no more than its bound and 4 MiB', patient.bytesGrown < bound + 4 * mebibyte)
  check('the reader was not cut off', patient.evicted === undefined)
  check('when it read again it had the latest state', patient.caughtUp)
  const strict = await stall(driver, 60, 20, { bufferBytes: bound, stallMillis: 5000 }, engine)
  console.log(strict)
  check('with a deadline of 5 s it was cut off with 4413', strict.evicted?.code === 4413)
}

async function hostile(driver: HostDriver): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), ['server', driver.name, ...rest])
  const [port] = (await once(server, 'message')) as [number]
  const ask = async (): Promise<{ held: Holdings; sockets: number; opened: number; refused: number }> => {
    server.send('holdings')
    return (await once(server, 'message'))[0]
  }
  const healthy = await Healthy.connect(port)
  await healthy.measure(40)
  const before = await ask()
  const calm = await healthy.measure(400)
  const attackers = fork(fileURLToPath(import.meta.url), ['attack', driver.name, String(port)])
  // They stand for other machines: what they need of this one's processors is not to be missing to the healthy client.
  if (attackers.pid !== undefined) setPriority(attackers.pid, 10)
  const over = [once(attackers, 'message'), once(attackers, 'exit')] as const
  const start = performance.now()
  await healthy.measure(40)
  const under = await healthy.measure(400)
  const attackedSeconds = (performance.now() - start) / 1000
  attackers.send('stop')
  const [counts] = await over[0]
  await over[1]
  console.log('connections begun by attackers:', counts)
  await healthy.measure(200)
  const after = await ask()
  healthy.close()
  server.kill()
  const report = (values: number[]) =>
    `median ${at(values, 0.5).toFixed(2)} ms, 95 % ${at(values, 0.95).toFixed(2)} ms, worst ${at(values, 1).toFixed(2)} ms`
  for (const wait of ['updates', 'replies'] as const) {
    console.log(`${wait}, unattacked: ${report(calm[wait])}\n${wait}, attacked:   ${report(under[wait])}`)
  }
  console.log(before, after)
  const opened = after.opened - before.opened
  const perSecond = (count: number) => Math.round(count / attackedSeconds)
  console.log(
    `attackers' handshakes let in: ${opened} (${perSecond(opened)}/s), refused: ${after.refused} (${perSecond(after.refused)}/s)`,
  )
  check('thousands of sockets were opened and dropped', counts['open and drop'] >= 2000 && opened >= 2000)
  const ratio = at(under.updates, 0.5) / at(calm.updates, 0.5)
  check(`the median latency is ${ratio.toFixed(2)} times the unattacked one, at most 2`, ratio <= 2)
  check('memory returns, within 8 MiB', after.held.bytes - before.held.bytes < 8 * mebibyte)
  check('only the healthy socket is left', after.sockets === 1)
}

/** How long each of the heaviest requests on a million rows held the event loop of the web server. */
async function eventLoop(driver: HostDriver): Promise<void> {
  for (const engine of [inWorker, inProcess]) {
    await using served = await servedMillion(driver, engine)
    const asking = fork(fileURLToPath(import.meta.url), ['ask', driver.name, String(served.port)])
    const results = await served.watch(asking)
    console.log(`engine ${engine.name}`)
    console.table(results)
    if (engine === inProcess) continue
    check(
      'no request kept the event loop busy for 50 ms',
      Object.values(results).every(({ worked }) => worked < 50),
    )
  }
}

function at(sorted: number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!
}

/** The child that serves. */
async function server(driver: HostDriver): Promise<void> {
  const { host } = await stampedServer(driver, 20, engine)
  process.on('message', async () => {
    const { stats, manager } = host.gateway
    const refused = [...stats.refused.values()].reduce((a, b) => a + b, 0)
    process.send?.({ held: await holdings(), sockets: manager.size, opened: stats.socketsOpened, refused })
  })
  process.send?.(host.port)
}

/** The child that attacks. */
async function attack(): Promise<void> {
  const over = new AbortController()
  process.once('message', () => over.abort())
  const counts = await attackAll({ port: Number(rest[0]), path: '/t', signal: over.signal }, 2)
  process.send?.(counts)
  process.disconnect?.()
}

/** Deltas per second to 500 sockets, wherever the engine is. */
async function fan(driver: HostDriver): Promise<void> {
  const listen = (port: number) => fork(fileURLToPath(import.meta.url), ['listen', driver.name, String(port), '500'])
  const rounds = { process: [] as number[], worker: [] as number[] }
  for (let round = 0; round < 3; round++) {
    for (const [place, engine] of [
      ['process', inProcess],
      ['worker', inWorker],
    ] as const) {
      const measured = await fanOut(driver, engine, 5, listen)
      console.log(engine.name, measured)
      rounds[place].push(measured.messages)
    }
  }
  const median = (values: number[]) =>
    at(
      values.sort((a, b) => a - b),
      0.5,
    )
  const ratio = median(rounds.worker) / median(rounds.process)
  check(`messages per second from a worker are ${ratio.toFixed(2)} of those in process, at least 0.5`, ratio >= 0.5)
}

/** The child that asks. */
async function ask(): Promise<void> {
  await askHeaviest(Number(rest[0]))
  process.disconnect?.()
}

const commands: Record<string, (driver: HostDriver) => Promise<void>> = {
  leaks,
  stalled,
  hostile,
  'event-loop': eventLoop,
  server,
  attack,
  ask,
  'fan-out': fan,
  listen: () => listenToAll(Number(rest[0]), Number(rest[1])),
}
const run = commands[command]
if (run === undefined) throw new Error(`no run "${command}", one of: leaks, stalled, hostile, event-loop, fan-out`)
await run(driver)
