import type { Case } from './case.js'
import type { Difference } from './compare.js'

/** A difference from the real engine that is meant, or that the real engine has from itself. */
export interface KnownDifference {
  /** Title of its entry in docs/differences.md. */
  id: string
  reason: string
  /** Whether it explains this one difference. Keep it narrow: a case is set aside only if all its differences are explained. */
  explains(difference: Difference, testCase: Case): boolean
}

/** Mirrors docs/differences.md. */
export const knownDifferences: readonly KnownDifference[] = []
