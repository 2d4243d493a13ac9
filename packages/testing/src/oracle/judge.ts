import type { Case, Trace } from './case.js'
import { compareTraces, type Difference } from './compare.js'
import { explain } from './known-differences.js'
import { runCase } from './run-case.js'
import { type ServerFactory, servers } from './servers.js'

/** What came of running a case on two servers. */
export type Verdict =
  | { outcome: 'same'; errors: number; answers: number }
  /** All differences are on the list; `ids` says which. */
  | { outcome: 'known'; ids: string[] }
  | { outcome: 'different'; difference: Difference }
  /** The real engine trapped, and nothing differed before. The process has to be recycled. */
  | { outcome: 'crash'; step: number; text: string }

/** Errors that no promise or callback caught: the server's, or those of a client that the server confused. */
let uncaught: unknown
process.on('uncaughtException', (error) => {
  uncaught ??= error
})

async function trace(testCase: Case, makeServer: ServerFactory): Promise<Trace> {
  uncaught = undefined
  const server = await makeServer()
  try {
    const shown = await runCase(testCase, server)
    return uncaught === undefined ? shown : { crash: `uncaught: ${uncaught}`, ...shown }
  } finally {
    server.dispose?.()
  }
}

/** Which of the two servers is running. */
export type Phase = 'real' | 'other'

/** Runs a case on the real engine and on another server and compares what they showed. */
export async function judge(
  testCase: Case,
  against: ServerFactory,
  enter: (phase: Phase) => Promise<void> = async () => {},
): Promise<Verdict> {
  await enter('real')
  const real = await trace(testCase, servers.real)
  await enter('other')
  const ours = await trace(testCase, against)
  const differences = compareTraces(testCase, real, ours)
  const explained = differences.map((difference) => explain(difference, testCase, { real, ours }))
  const unlisted = explained.findIndex((ids) => ids.length === 0)
  if (unlisted >= 0) return { outcome: 'different', difference: differences[unlisted]! }
  if (real.crash) return { outcome: 'crash', step: real.entries.length - 1, text: real.crash }
  if (explained.length) return { outcome: 'known', ids: [...new Set(explained.flat())] }
  const errors = real.entries.filter((entry) => entry.answer.startsWith('error')).length
  return { outcome: 'same', errors, answers: real.entries.length }
}
