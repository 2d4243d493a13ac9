import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Row } from './row.js'
import { rows } from './rows/index.js'

// `pnpm bench [part of a name …]`: each row in one pair of processes that take turns, medians and their ratio.

interface Reply {
  readonly ready?: true
  readonly ms?: number
  readonly answer?: string
  readonly failed?: string
}

interface Outcome {
  readonly row: string
  readonly ours: number
  readonly reference: number
  readonly ratio: number
  readonly floor: number
  readonly equal: boolean
  readonly failed?: string
}

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url))

function start(side: string, row: Row): ChildProcess {
  return fork(CHILD, [side, row.name], { execArgv: ['--expose-gc', '--max-old-space-size=8192'], silent: false })
}

function ask(child: ChildProcess, message: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the process ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', (reply: Reply) => {
      child.off('exit', onExit)
      if (reply.failed !== undefined) reject(new Error(reply.failed))
      else resolve(reply)
    })
    child.send(message)
  })
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}

async function measure(row: Row): Promise<Outcome> {
  const pair = { ours: start('ours', row), reference: start('reference', row) }
  const times: Record<'ours' | 'reference', number[]> = { ours: [], reference: [] }
  let equal = true
  try {
    await ask(pair.ours, 'setup')
    await ask(pair.reference, 'setup')
    const rounds = row.rounds ?? 5
    for (let round = 0; round <= rounds; round++) {
      const ours = await ask(pair.ours, 'round')
      const reference = await ask(pair.reference, 'round')
      if (ours.answer !== reference.answer) {
        equal = false
        console.error(
          `${row.name}: answers differ\n  ours      ${ours.answer?.slice(0, 300)}\n  reference ${reference.answer?.slice(0, 300)}`,
        )
      }
      // The first round warms up the compilers of both.
      if (round > 0) {
        times.ours.push(ours.ms!)
        times.reference.push(reference.ms!)
      }
    }
    const [ours, reference] = [median(times.ours), median(times.reference)]
    return { row: row.name, ours, reference, ratio: reference / ours, floor: row.floor, equal }
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error)
    return {
      row: row.name,
      ours: Number.NaN,
      reference: Number.NaN,
      ratio: Number.NaN,
      floor: row.floor,
      equal: false,
      failed,
    }
  } finally {
    pair.ours.kill()
    pair.reference.kill()
  }
}

const wanted = process.argv.slice(2)
const outcomes: Outcome[] = []
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}; ms are medians, ratio is reference / ours`)
console.log(
  `${'row'.padEnd(46)}${'ours'.padStart(10)}${'reference'.padStart(12)}${'ratio'.padStart(9)}${'floor'.padStart(7)}`,
)
for (const row of rows) {
  if (wanted.length > 0 && !wanted.some((part) => row.name.includes(part))) continue
  const outcome = await measure(row)
  outcomes.push(outcome)
  const figures =
    outcome.failed === undefined
      ? `${outcome.ours.toFixed(1).padStart(10)}${outcome.reference.toFixed(1).padStart(12)}${outcome.ratio.toFixed(1).padStart(9)}${String(outcome.floor).padStart(7)}`
      : `  failed: ${outcome.failed.split('\n')[0]}`
  const verdict =
    outcome.failed !== undefined || !outcome.equal ? '  ANSWERS DIFFER' : outcome.ratio < outcome.floor ? '  below' : ''
  console.log(`${row.name.padEnd(46)}${figures}${outcome.failed === undefined ? verdict : ''}`)
}
mkdirSync('bench-results', { recursive: true })
writeFileSync('bench-results/latest.json', `${JSON.stringify({ node: process.version, outcomes }, null, 2)}\n`)
