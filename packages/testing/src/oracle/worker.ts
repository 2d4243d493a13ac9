/** Child process of the command line: runs cases one after another until it is told to stop or has used much memory. */
import type { Case } from './case.js'
import type { Difference } from './compare.js'
import { type Category, generate } from './generators/index.js'
import { judge, type Phase, type Verdict } from './judge.js'
import { type ServerName, servers } from './servers.js'
import { shrinkCase } from './shrink.js'
import type { WeightName } from './weights.js'

export interface WorkerJob {
  category: Category
  from: number
  to: number
  against: ServerName
  weights: Partial<Record<WeightName, number>>
  /** Signatures that need no further shrinking. */
  seen: string[]
  shrink: boolean
}

export type WorkerMessage =
  | { kind: 'start'; seed: number; phase: Phase }
  | { kind: 'verdict'; seed: number; verdict: Verdict; minimal?: Minimal }
  /** The process ends; the rest of the seeds is for another one. */
  | { kind: 'recycle'; next: number }

/** A smaller case with the same signature, and its own difference. */
export interface Minimal {
  testCase: Case
  difference: Difference
}

const memoryLimit = 1.2e9

function tell(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()))
}

const starting = (seed: number) => (phase: Phase) => tell({ kind: 'start', seed, phase })

async function minimalOf(testCase: Case, first: Difference, against: ServerName): Promise<Minimal> {
  let difference = first
  const smallest = await shrinkCase(testCase, async (smaller) => {
    const verdict = await judge(smaller, servers[against], starting(testCase.seed))
    if (verdict.outcome !== 'different' || verdict.difference.signature !== first.signature) return false
    difference = verdict.difference
    return true
  })
  return { testCase: smallest, difference }
}

async function work(job: WorkerJob): Promise<void> {
  const seen = new Set(job.seen)
  let next = job.from
  while (next <= job.to && process.memoryUsage().rss < memoryLimit) {
    const seed = next++
    const testCase = generate(job.category, seed, job.weights)
    const verdict = await judge(testCase, servers[job.against], starting(seed))
    const difference = verdict.outcome === 'different' ? verdict.difference : undefined
    const shrinks = job.shrink && difference && !seen.has(difference.signature)
    if (difference) seen.add(difference.signature)
    const minimal = shrinks ? await minimalOf(testCase, difference, job.against) : undefined
    await tell({ kind: 'verdict', seed, verdict, ...(minimal && { minimal }) })
    if (verdict.outcome === 'crash') break
  }
  await tell({ kind: 'recycle', next })
  process.exit(0)
}

process.once('message', (job: WorkerJob) => {
  work(job).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
