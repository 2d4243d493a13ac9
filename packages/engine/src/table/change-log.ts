import type { Change } from '../change.js'

/**
 * The recent changes of a table, for queries that are behind. Holds at most `bound()` touched rows: past that a
 * follower rebuilds, which is then the cheaper way.
 */
export class ChangeLog {
  readonly #bound: () => number
  #changes: Change[] = []
  #rows = 0
  /** The version before the oldest change held. */
  #from = 0

  constructor(bound: () => number) {
    this.#bound = bound
  }

  push(change: Change): void {
    if (change.reset) this.clear(change.version - 1)
    this.#changes.push(change)
    this.#rows += weight(change)
    const bound = this.#bound()
    let drop = 0
    while (this.#rows > bound && drop < this.#changes.length) {
      this.#rows -= weight(this.#changes[drop]!)
      this.#from = this.#changes[drop]!.version
      drop++
    }
    if (drop > 0) this.#changes.splice(0, drop)
  }

  /** The changes after `version`, oldest first, or null when some of them are gone. */
  since(version: number): readonly Change[] | null {
    if (version < this.#from) return null
    let first = this.#changes.length
    while (first > 0 && this.#changes[first - 1]!.version > version) first--
    return first === 0 ? this.#changes : this.#changes.slice(first)
  }

  /** The same, or the changes from the last emptying on, when that came after `version`. */
  sinceEmptied(version: number): readonly Change[] | null {
    return this.since(version) ?? (this.#changes[0]?.reset ? this.#changes : null)
  }

  /** Forgets everything up to and with `version`. */
  clear(version: number): void {
    this.#changes = []
    this.#rows = 0
    this.#from = version
  }
}

function weight(change: Change): number {
  return change.spread.reduce((sum, { slots }) => sum + slots.length, change.touched.length + change.removed.length + 1)
}
