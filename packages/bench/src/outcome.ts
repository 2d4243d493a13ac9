import { measurePair } from './pair.js'
import type { Row } from './row.js'

/** What came out of one row. */
export interface Outcome {
  readonly row: string
  readonly peer: string
  readonly unit: string
  /** Medians of the rounds. */
  readonly ours: number
  readonly theirs: number
  /** How many times better than the peer we are, by the medians. */
  readonly ratio: number
  readonly floor: number
  /** The same by processor time, which a busy machine disturbs less; null where it was not measured. */
  readonly cpuRatio: number | null
  readonly rounds: { readonly ours: readonly number[]; readonly theirs: readonly number[] }
  /** Why it does not count: answers that differ, or an error. */
  readonly failed?: string
}

/** Measures a row; what goes wrong is in the outcome. */
export async function measure(row: Row, rounds: number): Promise<Outcome> {
  const { name, floor, peer = 'reference' } = row
  const unit = 'open' in row ? 'ms' : row.unit
  try {
    const measured = await ('open' in row ? measurePair(row, rounds) : row.measure(rounds))
    const [ours, theirs] = [median(measured.ours), median(measured.peer)]
    const ratio = !('open' in row) && row.moreIsBetter ? ours / theirs : theirs / ours
    const { cpu } = measured
    const cpuRatio = cpu === undefined ? null : median(cpu.peer) / median(cpu.ours)
    const outcome = { row: name, peer, unit, ours, theirs, ratio, floor, cpuRatio }
    const kept = { ...outcome, rounds: { ours: measured.ours, theirs: measured.peer } }
    if (measured.difference === null) return kept
    const [a, b] = measured.difference
    return { ...kept, failed: `answers differ:\n  ours ${excerpt(a, b)}\n  peer ${excerpt(b, a)}` }
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error)
    const none = { ours: Number.NaN, theirs: Number.NaN, ratio: Number.NaN, cpuRatio: null }
    return { row: name, peer, unit, ...none, floor, rounds: { ours: [], theirs: [] }, failed }
  }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

/** `text` around the first place where it differs from `other`. */
function excerpt(text: string, other: string): string {
  let at = 0
  while (at < text.length && text[at] === other[at]) at++
  return `${text.length} characters, … ${text.slice(Math.max(0, at - 60), at + 120)}`
}
