import { fork } from 'node:child_process'
import type { OwnRow } from '../row.js'

const SOCKETS = 500
/** Connecting the reference's sockets is most of it. */
const LIMIT_MS = 180_000

/** Messages per second of each round, by side. */
type Rounds = Record<'tablecast' | 'reference' | 'broadcast', readonly number[]>

/** Its rounds are its own: see `delivery/run.ts`, which also compares with a bare `ws` broadcast. */
function measure(): Promise<Rounds> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('../delivery/run.js', import.meta.url), [String(SOCKETS)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      timeout: LIMIT_MS,
    })
    child.once('message', (rounds: Rounds) => resolve(rounds))
    child.once('exit', (code) => reject(new Error(`the delivery bench ended with ${code} before it had measured`)))
  })
}

export const deliveryRow: OwnRow = {
  name: `${SOCKETS} sockets, row deltas`,
  floor: 100,
  unit: 'messages/s',
  moreIsBetter: true,
  async measure() {
    const { tablecast, reference } = await measure()
    return { ours: tablecast, peer: reference, difference: null }
  },
}
