import { Server } from '@tablecast/core'
import { SYMBOLS } from '../data.js'
import type { OwnRow } from '../row.js'
import { loadMarket } from './market.js'

const UPDATES = 50
const BATCH = 100

/** Trades joined with what is known of their symbols, and a view of the join; gives how to time updates of both tables. */
async function open(rows: number): Promise<() => Promise<{ ms: number; cpu: number; answer: string }>> {
  const client = new Server().new_local_client()
  const trades = await loadMarket(client, { rows, index: 'id' })
  const names = await client.table(
    { symbol: SYMBOLS, sector: SYMBOLS.map((_, i) => `sector ${i % 10}`), factor: SYMBOLS.map(() => 1) },
    { index: 'symbol' },
  )
  const join = await client.join(trades, names, 'symbol', { join_type: 'left' })
  const view = await join.view({ group_by: ['sector'], columns: ['price', 'quantity'] })
  await view.to_columns()
  let round = 0
  return async () => {
    const start = performance.now()
    const before = process.cpuUsage()
    for (let update = 0; update < UPDATES; update++, round++) {
      const id = Array.from({ length: BATCH }, (_, i) => (round * 7919 + i * 13) % rows)
      await trades.update({ id, price: id.map((each) => (each + round) % 100) })
      await view.to_columns()
    }
    const ms = performance.now() - start
    const { user, system } = process.cpuUsage(before)
    const size = await join.size()
    return { ms, cpu: (user + system) / 1000, answer: size === rows ? 'every trade' : `${size} of ${rows} trades` }
  }
}

/** Against ourselves: what an update of a join costs is not to depend on how many rows it has. */
export const joinRow: OwnRow = {
  name: `${UPDATES} updates of ${BATCH} rows through a join of 1M`,
  floor: 0.4,
  peer: 'a join of 100,000',
  unit: 'ms',
  moreIsBetter: false,
  async measure(rounds) {
    const sides = { ours: await open(1_000_000), peer: await open(100_000) }
    await sides.ours()
    await sides.peer()
    const measured = { ours: [] as number[], peer: [] as number[] }
    const cpu = { ours: [] as number[], peer: [] as number[] }
    let difference: [string, string] | null = null
    for (let round = 0; round < rounds; round++) {
      const answers: string[] = []
      for (const side of ['ours', 'peer'] as const) {
        const done = await sides[side]()
        measured[side].push(done.ms)
        cpu[side].push(done.cpu)
        answers.push(done.answer)
      }
      if (answers[0] !== answers[1]) difference ??= [answers[0]!, answers[1]!]
    }
    return { ...measured, cpu, difference }
  },
}
