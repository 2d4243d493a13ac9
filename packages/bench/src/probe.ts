import { fork } from 'node:child_process'
import type { Measured, OwnRow, Side } from './row.js'

/** What a probe sends its parent: a value in the row's unit, and what must be equal on both sides. */
export interface Reading {
  readonly value: number
  readonly answer: string
}

/** A row whose every round is a new process: `script` (a module beside this one) gets the side and `args`. */
export function probeRow(
  row: Pick<OwnRow, 'name' | 'floor' | 'unit'>,
  script: string,
  prepare: () => { args: readonly string[]; dispose(): void } = () => ({ args: [], dispose() {} }),
): OwnRow {
  return {
    ...row,
    moreIsBetter: false,
    async measure(rounds) {
      const { args, dispose } = prepare()
      const values = { ours: [] as number[], peer: [] as number[] }
      let difference: Measured['difference'] = null
      try {
        for (let round = 0; round < rounds; round++) {
          const ours = await probe(script, 'ours', args)
          const peer = await probe(script, 'peer', args)
          values.ours.push(ours.value)
          values.peer.push(peer.value)
          if (ours.answer !== peer.answer) difference ??= [ours.answer, peer.answer]
        }
      } finally {
        dispose()
      }
      return { ...values, difference }
    },
  }
}

function probe(script: string, side: Side, args: readonly string[]): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(script, import.meta.url), [side, ...args], {
      execArgv: ['--expose-gc'],
      timeout: 60_000,
    })
    child.once('message', (reading: Reading) => {
      resolve(reading)
      child.kill('SIGKILL')
    })
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it had measured`)))
  })
}
