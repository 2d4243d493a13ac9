import type { SlotOrder } from '../table/slot-order.js'
import type { Table } from '../table/table.js'
import { Chains, grown } from './chains.js'

/** Stands for "no row on this side". */
export const NONE = -1

export type Side = 'left' | 'right'

/** What came of the rows of a join since it was last asked. */
export interface RowChanges {
  /** Slots to be written anew, new ones among them. */
  readonly written: Uint32Array
  /** Slots whose row went. */
  readonly freed: Uint32Array
}

/**
 * The rows of a join, each a pair of a left and a right slot, one of which may be missing. In order they are the left
 * rows as their table has them, each with its right rows as theirs has them, then the right rows without a left one.
 */
export class JoinedRows implements SlotOrder {
  readonly #tables: Readonly<Record<Side, Table>>
  readonly #slots: Record<Side, Int32Array> = { left: new Int32Array(0), right: new Int32Array(0) }
  readonly #rowsOf: Readonly<Record<Side, Chains>> = { left: new Chains(), right: new Chains() }
  #used = 0
  #free: number[] = []
  readonly #fresh = new Set<number>()
  readonly #written = new Set<number>()
  readonly #freed = new Set<number>()
  #order: Uint32Array | null = null
  #numbers: Uint32Array | null = null

  constructor(left: Table, right: Table) {
    this.#tables = { left, right }
  }

  /** The slot of a row on one side, or NONE. */
  slotOn(side: Side, row: number): number {
    return this.#slots[side][row]!
  }

  /** The rows that have a slot on one side. */
  of(side: Side, slot: number): number[] {
    return this.#rowsOf[side].items(slot)
  }

  /** Adds a row of one slot and, on the other side, another one or NONE. */
  add(side: Side, slot: number, other: number): void {
    const row = this.#free.pop() ?? this.#used++
    const otherSide = side === 'left' ? 'right' : 'left'
    this.#put(side, row, slot)
    this.#put(otherSide, row, other)
    this.#fresh.add(row)
    this.#written.add(row)
    this.#order = null
  }

  #put(side: Side, row: number, slot: number): void {
    if (row >= this.#slots[side].length) this.#slots[side] = grown(this.#slots[side], row)
    this.#slots[side][row] = slot
    if (slot !== NONE) this.#rowsOf[side].add(slot, row)
  }

  drop(row: number): void {
    for (const side of ['left', 'right'] as const) {
      const slot = this.#slots[side][row]!
      if (slot !== NONE) this.#rowsOf[side].remove(slot, row)
    }
    this.#written.delete(row)
    if (this.#fresh.delete(row)) this.#free.push(row)
    else this.#freed.add(row)
    this.#order = null
  }

  /** Notes that the cells of a row changed. */
  touch(row: number): void {
    this.#written.add(row)
  }

  /** What changed since the last call. */
  takeChanges(): RowChanges {
    const changes = { written: Uint32Array.from(this.#written), freed: Uint32Array.from(this.#freed) }
    // Not before, so that no slot is both freed and taken in one change.
    for (const row of this.#freed) this.#free.push(row)
    this.#fresh.clear()
    this.#written.clear()
    this.#freed.clear()
    return changes
  }

  clear(): void {
    this.#rowsOf.left.clear()
    this.#rowsOf.right.clear()
    this.#used = 0
    this.#free = []
    this.#fresh.clear()
    this.#written.clear()
    this.#freed.clear()
    this.#order = null
  }

  slots(): Uint32Array {
    if (this.#order !== null) return this.#order
    const { left, right } = this.#tables
    const order = new Uint32Array(this.#used - this.#free.length)
    let count = 0
    const byRight = (a: number, b: number) => right.compareOrder(this.#slots.right[a]!, this.#slots.right[b]!)
    for (const slot of left.order() ?? left.liveSlots()) {
      const rows = this.#rowsOf.left
      const first = rows.first(slot)
      if (first === NONE) continue
      if (rows.after(first) === NONE) order[count++] = first
      else for (const row of rows.items(slot).sort(byRight)) order[count++] = row
    }
    if (count < order.length) {
      for (const slot of right.order() ?? right.liveSlots()) {
        const row = this.#rowsOf.right.first(slot)
        if (row !== NONE && this.#slots.left[row] === NONE) order[count++] = row
      }
    }
    this.#order = order
    this.#numbers = null
    return order
  }

  compare(a: number, b: number): number {
    const { left, right } = this.#slots
    const [leftOfA, leftOfB] = [left[a]!, left[b]!]
    if (leftOfA === NONE || leftOfB === NONE) {
      if (leftOfA !== leftOfB) return leftOfA === NONE ? 1 : -1
      return this.#tables.right.compareOrder(right[a]!, right[b]!)
    }
    if (leftOfA !== leftOfB) return this.#tables.left.compareOrder(leftOfA, leftOfB)
    return a === b ? 0 : this.#tables.right.compareOrder(right[a]!, right[b]!)
  }

  numberOf(slot: number): number {
    const order = this.slots()
    if (this.#numbers === null) {
      this.#numbers = new Uint32Array(this.#used)
      for (let i = 0; i < order.length; i++) this.#numbers[order[i]!] = i
    }
    return this.#numbers[slot]!
  }

  slotOf(number: number): number {
    return this.slots()[number] ?? NONE
  }
}
