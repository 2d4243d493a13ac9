import { getBit } from '../../columns/bitmap.js'
import type { Column } from '../../columns/column.js'
import type { Table } from '../../table/table.js'
import type { RowFilter } from '../filter.js'
import type { GroupTree } from './group-tree.js'

/** Rows taken through one loop after another while they are in the processor's cache. */
const CHUNK = 4096

/** Which leaf of a tree each row of a table is in. */
export class RowLeaves {
  readonly #table: Table
  readonly #tree: GroupTree
  readonly #columns: () => readonly Column[]
  readonly #filter: RowFilter | null
  /** Per slot its leaf, or -1 for a slot without row or a row that does not pass. */
  leafOf = new Int32Array(0)
  readonly #keys = new Int32Array(CHUNK)
  readonly #passes = new Uint8Array(CHUNK)

  /** `columns` are those that the levels of the tree group by. */
  constructor(table: Table, tree: GroupTree, columns: () => readonly Column[], filter: RowFilter | null) {
    this.#table = table
    this.#tree = tree
    this.#columns = columns
    this.#filter = filter
  }

  /** Finds the leaf of every row anew and hands the rows to `visit` in chunks, with their leaves. */
  build(visit: (slots: Uint32Array, leaves: Int32Array, count: number) => void): void {
    const { slots: slotCount, live } = this.#table
    this.#reserve(slotCount)
    this.leafOf.fill(-1)
    const slots = new Uint32Array(CHUNK)
    const leaves = new Int32Array(CHUNK)
    for (let next = 0; next < slotCount; ) {
      let count = 0
      for (; next < slotCount && count < CHUNK; next++) {
        if (live === null || getBit(live, next)) slots[count++] = next
      }
      count = this.#keepPassing(slots, count)
      this.#locate(slots, count, leaves)
      for (let i = 0; i < count; i++) this.leafOf[slots[i]!] = leaves[i]!
      visit(slots, leaves, count)
    }
  }

  /** Finds the leaves of some rows as they are now; returns those of before and of now, -1 for none. */
  move(slots: Uint32Array): { readonly before: Int32Array; readonly after: Int32Array } {
    this.#reserve(this.#table.slots)
    const before = new Int32Array(slots.length)
    const after = new Int32Array(slots.length).fill(-1)
    const shown = new Uint32Array(CHUNK)
    const leaves = new Int32Array(CHUNK)
    for (let from = 0; from < slots.length; from += CHUNK) {
      const to = Math.min(from + CHUNK, slots.length)
      let count = 0
      for (let i = from; i < to; i++) {
        before[i] = this.leafOf[slots[i]!]!
        this.leafOf[slots[i]!] = -1
        if (this.#table.isLive(slots[i]!)) shown[count++] = slots[i]!
      }
      count = this.#keepPassing(shown, count)
      this.#locate(shown, count, leaves)
      for (let i = 0; i < count; i++) this.leafOf[shown[i]!] = leaves[i]!
      for (let i = from; i < to; i++) after[i] = this.leafOf[slots[i]!]!
    }
    return { before, after }
  }

  /** The slots in leaves whose byte in `wanted` is 1, ascending. */
  slotsIn(wanted: Uint8Array): Uint32Array {
    const { slots } = this.#table
    const found = new Uint32Array(slots)
    let count = 0
    for (let slot = 0; slot < slots; slot++) {
      const leaf = this.leafOf[slot]!
      if (leaf >= 0 && wanted[leaf] === 1) found[count++] = slot
    }
    return found.slice(0, count)
  }

  /** New places begin as -1; the array is replaced, so it is not to be kept. */
  #reserve(slots: number): void {
    const old = this.leafOf
    if (slots <= old.length) return
    this.leafOf = new Int32Array(Math.max(slots, Math.ceil(old.length * 1.5))).fill(-1)
    this.leafOf.set(old)
  }

  #keepPassing(slots: Uint32Array, count: number): number {
    if (this.#filter === null) return count
    const passes = this.#passes
    this.#filter(slots.subarray(0, count), passes)
    let kept = 0
    for (let i = 0; i < count; i++) {
      slots[kept] = slots[i]!
      kept += passes[i]!
    }
    return kept
  }

  #locate(slots: Uint32Array, count: number, leaves: Int32Array): void {
    leaves.fill(0, 0, count)
    this.#columns().forEach((column, above) => {
      this.#tree.keys[above]!.locate(column, slots, count, this.#keys)
      this.#tree.descend(above + 1, this.#keys, leaves, count)
    })
  }
}
