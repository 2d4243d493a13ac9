import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measure, type Outcome } from './outcome.js'
import { rows } from './rows/index.js'

// `pnpm bench [--row PART …] [--rounds N] [--check] [--save]`: every row beside its peer, a table, and a JSON file.
// Exits with 1 when a row misses its floor or its answers differ; with --check, when a row lost more than MARGIN
// against the stored baseline. --save stores the ratios of this run.

const BASELINE = new URL('../baseline.json', import.meta.url)

/** The part of its stored ratio that a row may lose before --check says so: one run differs from another by that. */
const MARGIN = 0.5

const { values } = parseArgs({
  options: {
    row: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds "${values.rounds}": expected a number from 1 on`)
const wanted = rows.filter(({ name }) => values.row?.some((part) => name.includes(part)) ?? true)
if (wanted.length === 0) throw new Error(`No row has "${values.row}" in its name`)

const baseline = values.check ? stored() : {}
const outcomes: Outcome[] = []
const machine = `Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
console.log(`${machine}; medians; ratio: how many times better than the peer, by the clock and by processor time`)
console.log(line('row', 'ours', 'peer', '', 'ratio', 'cpu', 'floor', ''))
for (const row of wanted) {
  const outcome = await measure(row, rounds)
  outcomes.push(outcome)
  const { ours, theirs, unit, ratio, cpuRatio, floor } = outcome
  const figures = [
    ours.toFixed(1),
    theirs.toFixed(1),
    unit,
    ratio.toFixed(1),
    cpuRatio?.toFixed(1) ?? '',
    String(floor),
  ]
  console.log(line(row.name, ...figures, verdict(outcome)))
}
mkdirSync('bench-results', { recursive: true })
writeFileSync('bench-results/latest.json', `${JSON.stringify({ machine, outcomes }, null, 2)}\n`)
if (values.save) {
  const ratios = outcomes.filter(({ failed }) => failed === undefined).map(({ row, ratio }) => [row, round(ratio)])
  writeFileSync(BASELINE, `${JSON.stringify({ ...stored(), ...Object.fromEntries(ratios) }, null, 2)}\n`)
}
if (outcomes.some((outcome) => verdict(outcome) !== 'pass')) process.exitCode = 1

/** The stored ratios by row; none before the first --save. */
function stored(): Record<string, number> {
  return existsSync(BASELINE) ? JSON.parse(readFileSync(BASELINE, 'utf8')) : {}
}

function verdict(outcome: Outcome): string {
  const { row, ratio, floor, failed } = outcome
  if (failed !== undefined) return `FAILED: ${failed}`
  if (!values.check) return ratio < floor ? 'BELOW' : 'pass'
  const before = baseline[row]
  if (before === undefined) return 'NOT IN THE BASELINE: store it with --save'
  return ratio < before * MARGIN ? `SLOWER: was ${before}` : 'pass'
}

function line(name: string, ...cells: readonly string[]): string {
  const widths = [11, 11, 11, 9, 9, 7]
  return `${name.padEnd(46)}${cells.map((cell, at) => (at < widths.length ? cell.padStart(widths[at]!) : `  ${cell}`)).join('')}`
}

function round(ratio: number): number {
  return Number(ratio.toPrecision(3))
}
