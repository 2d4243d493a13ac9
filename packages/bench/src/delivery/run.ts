import { cpus } from 'node:os'
import { type Round, Side } from './side.js'

// `pnpm --filter bench delivery [sockets] [rows] [changed rows]`: row deltas of one table to many sockets, beside the
// reference's own Node server and beside a bare `ws` broadcast of the same bytes. Medians of rounds that take turns;
// fails by exit code.

// 30,000 rows are about what the reference bears: with 500 views of 40,000 it gave no result in 200 s, with 50,000 it ended.
const [sockets = '500', rows = '30000', changed = '50'] = process.argv.slice(2)
const count = Number(sockets)
const words = [rows, changed]

const rounds = 5

/** What must be reached: messages per second as a multiple of each other side's. */
const floors = { reference: 100, broadcast: 0.5 }

function median(rounds: readonly Round[], of: (round: Round) => number): number {
  return rounds.map(of).sort((a, b) => a - b)[rounds.length >> 1]!
}

const ours = await Side.start('tablecast', count, words)
await ours.subscribe()
const message = await ours.sample()
const reference = await Side.start('reference', count, words)
await reference.subscribe()
const broadcast = await Side.start('broadcast', count, [...words, message.toString('base64')])
const sides = [ours, broadcast, reference]
const results = new Map(sides.map((side) => [side, [] as Round[]]))
for (let i = 0; i <= rounds; i++) {
  for (const side of sides) {
    const round = await side.round()
    // The first round warms up the compilers.
    if (i > 0) results.get(side)!.push(round)
  }
}
for (const side of sides) side.stop()

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}; ${count} sockets, ${rows} rows, ${changed} of them in each update, ${message.length} bytes a message`,
)
const perSecond = (side: Side) => median(results.get(side)!, ({ perSecond }) => perSecond)
for (const side of sides) {
  const cpu = median(results.get(side)!, ({ cpu }) => cpu)
  console.log(
    `${side.name.padEnd(12)}${Math.round(perSecond(side)).toLocaleString('en').padStart(10)} messages/s${cpu.toFixed(1).padStart(10)} µs of the server's processor a message`,
  )
}
for (const [side, floor] of [
  [reference, floors.reference],
  [broadcast, floors.broadcast],
] as const) {
  const ratio = perSecond(ours) / perSecond(side)
  if (ratio < floor) process.exitCode = 1
  console.log(`${ratio < floor ? 'FAILS' : 'holds'}: ${ratio.toFixed(2)} times the ${side.name}'s, wanted ${floor}`)
}
process.send?.(
  Object.fromEntries(sides.map((side) => [side.name, results.get(side)!.map(({ perSecond }) => perSecond)])),
)
