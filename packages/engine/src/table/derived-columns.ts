import type { Change, Spread } from '../change.js'
import { Column } from '../columns/column.js'
import type { BeforeImage } from './before-image.js'
import type { Derivation } from './derived.js'
import { ascending, beyond, concat } from './slot-lists.js'
import type { Table } from './table.js'

interface Derived {
  readonly derivation: Derivation
  readonly position: number
  holders: number
  /** Its failure was taken. */
  isTaken: boolean
}

/** The derived columns of a table that are in use, by key; they stand behind the schema's in `table.columns`. */
export class DerivedColumns {
  readonly #table: Table
  readonly #derived = new Map<string, Derived>()

  constructor(table: Table) {
    this.#table = table
  }

  /** The position of a column, computed now if nobody held it yet. Pair with `release`. */
  retain(derivation: Derivation): number {
    const known = this.#derived.get(derivation.key)
    if (known !== undefined) {
      known.holders++
      return known.position
    }
    const { columns } = this.#table
    const column = new Column(derivation.storage)
    column.extend(this.#table.slots)
    const hole = columns.indexOf(null)
    const position = hole < 0 ? columns.length : hole
    columns[position] = column
    try {
      derivation.compute(this.#table, position, this.#allSlots())
    } catch (error) {
      columns[position] = null
      throw error
    }
    this.#derived.set(derivation.key, { derivation, position, holders: 1, isTaken: false })
    return position
  }

  /** Lets a column go; the last holder frees it. */
  release(key: string): void {
    const known = this.#derived.get(key)
    if (known === undefined || --known.holders > 0) return
    this.#derived.delete(key)
    this.#table.columns[known.position] = null
  }

  /** Why rows are null that should not be; what was taken once is not given again. */
  takeFailures(): string[] {
    const failures: string[] = []
    for (const known of this.#derived.values()) {
      const { failure } = known.derivation
      if (failure === null || known.isTaken) continue
      known.isTaken = true
      failures.push(failure)
    }
    return failures
  }

  /** Recomputes what derives from written rows; gives where it came out anew in other rows too. */
  update(
    { touched, removed, reset }: Pick<Change, 'touched' | 'removed' | 'reset'>,
    before: BeforeImage | null,
  ): Spread[] {
    const spread: Spread[] = []
    let affected = touched
    for (const { derivation, position } of this.#derived.values()) {
      this.#table.columns[position]!.extend(this.#table.slots)
      const read = derivation.readsDerived ? affected : touched
      const own = derivation.affected(this.#table, read, removed, reset, position)
      const more = beyond(own, touched)
      if (more.length > 0) {
        spread.push({ position, slots: more })
        before?.addSlots(more)
        affected = concat(affected, beyond(more, affected))
      }
      before?.capture([position])
      derivation.compute(this.#table, position, reset ? this.#allSlots() : own)
    }
    return spread
  }

  #allSlots(): Uint32Array {
    return this.#table.live === null ? ascending(this.#table.size) : this.#table.liveSlots()
  }
}
