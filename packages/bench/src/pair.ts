import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Measured, PairRow, Side } from './row.js'

interface Reply {
  readonly ready?: true
  readonly ms?: number
  /** Processor time in milliseconds. */
  readonly cpu?: number
  readonly answer?: string
  readonly failed?: string
}

/** Nothing a row asks takes that long; a process that does is stuck. */
const LIMIT_MS = 180_000

/** A row stops measuring after this, if it has its three rounds. */
const ENOUGH_MS = 10_000

/** The first rounds warm up the compilers of both: so many, or as many as begin within so many milliseconds. */
const WARMUP = { rounds: 3, ms: 2_000 }

/** Measures a row in one pair of processes that take turns; at least 3 rounds, at most `rounds`. */
export async function measurePair(row: PairRow, rounds: number): Promise<Measured> {
  const ours = new Child(row, 'ours')
  const peer = new Child(row, 'peer')
  const times = { ours: [] as number[], peer: [] as number[] }
  const cpu = { ours: [] as number[], peer: [] as number[] }
  let difference: Measured['difference'] = null
  try {
    await ours.ask('setup')
    await peer.ask('setup')
    const turn = async () => {
      const mine = await ours.ask('round')
      const theirs = await peer.ask('round')
      if (mine.answer !== theirs.answer) difference ??= [mine.answer!, theirs.answer!]
      return { mine, theirs }
    }
    const start = performance.now()
    for (let round = 0; round < WARMUP.rounds && performance.now() - start < WARMUP.ms; round++) await turn()
    for (let round = 1; round <= rounds; round++) {
      const { mine, theirs } = await turn()
      times.ours.push(mine.ms!)
      times.peer.push(theirs.ms!)
      cpu.ours.push(mine.cpu!)
      cpu.peer.push(theirs.cpu!)
      if (round >= 3 && performance.now() - start > ENOUGH_MS) break
    }
    return { ...times, cpu, difference }
  } finally {
    ours.end()
    peer.end()
  }
}

class Child {
  readonly #process: ChildProcess

  constructor(row: PairRow, side: Side) {
    const child = fileURLToPath(new URL('./child.js', import.meta.url))
    this.#process = fork(child, [side, row.name], { execArgv: ['--max-old-space-size=8192'] })
  }

  ask(message: 'setup' | 'round'): Promise<Reply> {
    const child = this.#process
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => settle(() => reject(new Error(`its process ended with ${code}`)))
      const onReply = (reply: Reply) =>
        settle(() => (reply.failed === undefined ? resolve(reply) : reject(new Error(reply.failed))))
      const timer = setTimeout(() => onExit(null), LIMIT_MS)
      const settle = (then: () => void) => {
        clearTimeout(timer)
        child.off('exit', onExit).off('message', onReply)
        then()
      }
      child.once('exit', onExit).once('message', onReply)
      child.send(message)
    })
  }

  end(): void {
    this.#process.kill('SIGKILL')
  }
}
