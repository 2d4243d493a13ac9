import type { Change } from '../change.js'
import { ChangeLog } from './change-log.js'
import type { Table } from './table.js'

/** Those who follow a table, and the changes it remembers for them. */
export class Followers {
  readonly #table: Table
  readonly #log: ChangeLog
  #count = 0
  /** Those of them who need to know how rows were before. */
  #undoers = 0
  readonly #told = new Set<() => void>()

  constructor(table: Table) {
    this.#table = table
    this.#log = new ChangeLog(() => Math.max(table.size, 16_384))
  }

  get needBefore(): boolean {
    return this.#undoers > 0
  }

  /** Adds one; returns how to stop. */
  add(before: boolean, told: (() => void) | null): () => void {
    if (this.#count++ === 0 || (before && this.#undoers === 0)) this.#log.clear(this.#table.version)
    if (before) this.#undoers++
    if (told !== null) this.#told.add(told)
    let following = true
    return () => {
      if (!following) return
      following = false
      if (before) this.#undoers--
      if (told !== null) this.#told.delete(told)
      if (--this.#count === 0) this.#log.clear(this.#table.version)
    }
  }

  tell(change: Change): void {
    if (this.#count > 0) this.#log.push(change)
    for (const tell of this.#told) tell()
  }

  /** The changes after `version`, oldest first; null when the caller must rebuild from the columns. */
  changesSince(version: number): readonly Change[] | null {
    const changes = this.#log.since(version)
    return changes?.some((change) => change.reset) ? null : changes
  }

  /** As `changesSince`, for whoever only wants what was written: by `port`, or by all for null. */
  writesSince(version: number, port: number | null): readonly Change[] | null {
    const changes = this.#log.sinceEmptied(version)
    return port === null ? changes : (changes?.filter((change) => change.port === port) ?? null)
  }
}
