import { performance } from 'node:perf_hooks'
import type { Side, State } from './row.js'
import { rows } from './rows/index.js'

// One side of one row, in a process of its own: told to run a round, answers with the time and the answer.

const [side, name] = process.argv.slice(2)
const row = rows.find((candidate) => candidate.name === name)
if (row === undefined || !('open' in row) || process.send === undefined)
  throw new Error(`No row "${name}" or no parent`)

let state: State | null = null

process.on('message', async (message: 'setup' | 'round') => {
  try {
    if (message === 'setup') {
      state = await row.open(side as Side)
      process.send!({ ready: true })
      return
    }
    await state!.before?.()
    // No collection is forced here: it makes V8 forget compiled code, and no server does it between two requests.
    const cpuBefore = process.cpuUsage()
    const start = performance.now()
    const result = await state!.run()
    const ms = performance.now() - start
    const { user, system } = process.cpuUsage(cpuBefore)
    process.send!({ ms, cpu: (user + system) / 1000, answer: (await state!.answer?.(result)) ?? '' })
  } catch (error) {
    process.send!({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
// Without its parent it has nothing to do.
process.on('disconnect', () => process.exit())
