import { getBit } from '../../columns/bitmap.js'
import type { Column } from '../../columns/column.js'
import type { Table } from '../../table/table.js'
import type { RowFilter } from '../filter.js'
import type { GroupTree } from './group-tree.js'
import { CHUNK, RowChunk } from './row-chunk.js'

/** Which leaf of a tree each row of a table is in. */
export class RowLeaves {
  readonly #table: Table
  readonly #tree: GroupTree
  readonly #columns: () => readonly Column[]
  readonly #filter: RowFilter | null
  /** Per slot its leaf, or -1 for a slot without row or a row that does not pass. */
  leafOf: Int32Array = new Int32Array(0)
  readonly #rows = new RowChunk()
  readonly #keys = new Int32Array(CHUNK)
  readonly #found = new Int32Array(CHUNK)
  readonly #nodes = [new Int32Array(CHUNK), new Int32Array(CHUNK)]
  readonly #passes = new Uint8Array(CHUNK)

  /** `columns` are those that the levels of the tree group by. */
  constructor(table: Table, tree: GroupTree, columns: () => readonly Column[], filter: RowFilter | null) {
    this.#table = table
    this.#tree = tree
    this.#columns = columns
    this.#filter = filter
  }

  /** Finds the leaf of every row anew and hands the rows to `visit` in chunks, with their leaves. */
  build(visit: (rows: RowChunk, leaves: Int32Array) => void): void {
    const { slots: slotCount, live } = this.#table
    const isWhole = live === null && this.#filter === null
    if (slotCount > this.leafOf.length) this.leafOf = new Int32Array(slotCount)
    this.leafOf.fill(-1, isWhole ? slotCount : 0)
    const rows = this.#rows
    for (let next = 0; next < slotCount; ) {
      const from = next
      if (isWhole) {
        next = Math.min(from + CHUNK, slotCount)
        rows.moveTo(from, next - from)
      } else {
        const { slots } = rows
        let count = 0
        for (; next < slotCount && count < CHUNK; next++) if (live === null || getBit(live, next)) slots[count++] = next
        rows.move(this.#keepPassing(slots, count))
      }
      const leaves = isWhole ? this.leafOf.subarray(from, next) : this.#found
      this.#locate(rows, leaves)
      if (!isWhole) for (let i = 0; i < rows.count; i++) this.leafOf[rows.slots[i]!] = leaves[i]!
      visit(rows, leaves)
    }
  }

  /** The leaves that rows are known to be in, -1 for none. */
  at(slots: Uint32Array): Int32Array {
    const leaves = new Int32Array(slots.length)
    for (let i = 0; i < leaves.length; i++) leaves[i] = this.leafOf[slots[i]!] ?? -1
    return leaves
  }

  /** Finds the leaves of some rows as they are now; returns those of before and of now, -1 for none. */
  move(slots: Uint32Array): { readonly before: Int32Array; readonly after: Int32Array } {
    this.#reserve(this.#table.slots)
    const before = new Int32Array(slots.length)
    const after = new Int32Array(slots.length)
    const rows = this.#rows
    for (let start = 0; start < slots.length; start += CHUNK) {
      const end = Math.min(start + CHUNK, slots.length)
      const slotsHere = rows.slots
      let count = 0
      for (let i = start; i < end; i++) {
        before[i] = this.leafOf[slots[i]!]!
        this.leafOf[slots[i]!] = -1
        if (this.#table.isLive(slots[i]!)) slotsHere[count++] = slots[i]!
      }
      rows.move(this.#keepPassing(slotsHere, count))
      this.#locate(rows, this.#found)
      for (let i = 0; i < rows.count; i++) this.leafOf[rows.slots[i]!] = this.#found[i]!
      for (let i = start; i < end; i++) after[i] = this.leafOf[slots[i]!]!
    }
    return { before, after }
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

  #locate(rows: RowChunk, leaves: Int32Array): void {
    const columns = this.#columns()
    if (columns.length === 0) leaves.fill(0, 0, rows.count)
    let parents: Int32Array | null = null
    for (let above = 0; above < columns.length; above++) {
      this.#tree.keys[above]!.locate(columns[above]!, rows, this.#keys)
      const isLast = above === columns.length - 1
      const children = isLast ? leaves : this.#nodes[above & 1]!
      this.#tree.descend(above + 1, this.#keys, parents, rows.count, children)
      parents = children
    }
  }
}
