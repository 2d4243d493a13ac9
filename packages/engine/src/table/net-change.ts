import type { Change } from '../change.js'
import type { Column } from '../columns/column.js'
import type { Table } from './table.js'

/**
 * All that happened to a table after some version, as one step: what a query that is behind has to undo and redo. The
 * state after it is the table itself.
 */
export class NetChange {
  /** Each slot that was written or freed, once. */
  readonly slots: Uint32Array
  /** One byte per slot: 1 when a row was there before. Whether one is there now, `table.isLive` tells. */
  readonly existed: Uint8Array
  readonly #table: Table
  readonly #changes: readonly Change[]
  /** By slot its place in `slots`; null for a single change, whose slots these are. */
  readonly #places: Map<number, number> | null
  readonly #columns = new Map<number, Column>()
  #written: Uint8Array | null = null

  private constructor(table: Table, changes: readonly Change[]) {
    this.#table = table
    this.#changes = changes
    if (changes.length === 1) {
      const { slots, existed } = changes[0]!.before!
      this.#places = null
      this.slots = slots
      this.existed = existed
      return
    }
    const places = new Map<number, number>()
    const existed: number[] = []
    for (const { before } of changes) {
      for (let i = 0; i < before!.slots.length; i++) {
        const slot = before!.slots[i]!
        if (places.has(slot)) continue
        places.set(slot, existed.length)
        existed.push(before!.existed[i]!)
      }
    }
    this.#places = places
    this.slots = Uint32Array.from(places.keys())
    this.existed = Uint8Array.from(existed)
  }

  /** What happened after `version`; null when the caller must rebuild. */
  static since(table: Table, version: number): NetChange | null {
    const changes = table.changesSince(version)
    return changes === null || changes.some((change) => change.before === null) ? null : new NetChange(table, changes)
  }

  /** True when some slots are there only since derived cells came out anew. */
  get spreads(): boolean {
    return this.#changes.some(({ spread }) => spread.length > 0)
  }

  /** One byte per slot: 0 where no more than derived cells came out anew, else 1, also where the row went. */
  written(): Uint8Array {
    if (this.#written !== null) return this.#written
    const written = new Uint8Array(this.slots.length)
    if (!this.spreads) written.fill(1)
    else {
      const places = this.#places ?? new Map(Array.from(this.slots, (slot, at) => [slot, at]))
      for (const { touched, removed } of this.#changes) {
        for (const slots of [touched, removed]) for (const slot of slots) written[places.get(slot)!] = 1
      }
    }
    this.#written = written
    return written
  }

  /**
   * The cells of column `position` at `slots` as they were before. Cells of slots where no row was are unspecified.
   * String cells are in the table's present dictionary.
   */
  before(position: number): Column {
    const known = this.#columns.get(position)
    if (known !== undefined) return known
    const now = this.#table.columns[position]!
    const only = this.#places === null ? this.#changes[0]!.before!.columns[position] : null
    if (only && only.dictionary === now.dictionary) return only
    const cells = now.gather(this.slots)
    // Newest first, so that the oldest image, the one before everything, is written last.
    for (let i = this.#changes.length - 1; i >= 0; i--) {
      const { slots, columns } = this.#changes[i]!.before!
      const image = columns[position]
      if (!image) continue
      const codes = image.dictionary === cells.dictionary ? null : cells.dictionary!.absorb(image.dictionary!)
      for (let j = 0; j < slots.length; j++) {
        const code = image.data[j]!
        cells.copyCell(
          this.#places === null ? j : this.#places.get(slots[j]!)!,
          image,
          j,
          codes === null ? code : codes[code]!,
        )
      }
    }
    this.#columns.set(position, cells)
    return cells
  }
}
