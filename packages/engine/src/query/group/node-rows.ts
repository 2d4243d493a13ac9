import { sortByKey } from '../../sort/radix.js'
import type { GroupTree } from './group-tree.js'
import { CHUNK, RowChunk } from './row-chunk.js'
import type { TreeOrder } from './tree-order.js'

/**
 * The table rows of the nodes of a tree: leaf after leaf in the order in which the leaves were made, as in the reference,
 * where those made in one sync are in the order of their values; in table order within a leaf.
 */
export class NodeRows {
  /** The rows of the node that was sought last are those of `slots` from `from` to `to`; until the next is sought. */
  slots: Uint32Array
  from = 0
  to = 0
  readonly #tree: GroupTree
  readonly #order: TreeOrder
  /** Per leaf where its rows begin in `#byValue`. */
  readonly #starts: Uint32Array
  /** All rows, leaves in the order of their values. */
  readonly #byValue: Uint32Array
  /** By place in the table's order, among the rows that are in a node, their place in `#byValue`. */
  readonly #places: Uint32Array
  /** True when every slot has a row in a node, and the table's order is theirs. */
  readonly #isWhole: boolean
  #gathered = new Uint32Array(0)

  /** `order` are the table's slots in its order, null for ascending; `leafOf` gives a slot's leaf, -1 for none. */
  constructor(tree: GroupTree, slotOrder: Uint32Array | null, leafOf: Int32Array, slotCount: number) {
    this.#tree = tree
    this.#order = tree.order()
    const { rows, size } = tree.levels[tree.depth]!
    const starts = new Uint32Array(size)
    const leaves = this.#order.nodes[tree.depth]!
    let at = 0
    for (let i = 0; i < leaves.length; i++) {
      starts[leaves[i]!] = at
      at += rows[leaves[i]!]!
    }
    this.#starts = starts
    const slots = new Uint32Array(at)
    const places = new Uint32Array(at)
    const next = starts.slice()
    const end = slotOrder === null ? slotCount : slotOrder.length
    let count = 0
    for (let i = 0; i < end; i++) {
      const slot = slotOrder === null ? i : slotOrder[i]!
      const leaf = leafOf[slot]!
      if (leaf < 0) continue
      const place = next[leaf]!++
      places[count++] = place
      slots[place] = slot
    }
    this.#isWhole = slotOrder === null && count === slotCount
    this.#places = places
    this.#byValue = slots
    this.slots = slots
  }

  /** How many rows there are. */
  get count(): number {
    return this.#byValue.length
  }

  /** Visits all rows in the table's order, each with its place among the rows of all nodes: see `seek` with `anyOrder`. */
  eachChunk(visit: (rows: RowChunk, places: Uint32Array) => void): void {
    const rows = new RowChunk()
    for (let from = 0; from < this.count; from += CHUNK) {
      const places = this.#places.subarray(from, from + CHUNK)
      if (this.#isWhole) {
        rows.moveTo(from, places.length)
      } else {
        const { slots } = rows
        for (let i = 0; i < places.length; i++) slots[i] = this.#byValue[places[i]!]!
        rows.move(places.length)
      }
      visit(rows, places)
    }
  }

  /** Finds the rows of a node; with `anyOrder` they stand side by side among those of all nodes. */
  seek(level: number, ordinal: number, anyOrder = false): void {
    const { depth, levels } = this.#tree
    this.slots = this.#byValue
    this.from = 0
    this.to = 0
    if (levels[level]!.rows[ordinal] === 0) return
    const { nodes, from, to } = this.#order
    if (level === depth) {
      this.from = this.#starts[ordinal]!
      this.to = this.from + levels[level]!.rows[ordinal]!
      return
    }
    let first = from[level + 1]![ordinal]!
    let end = to[level + 1]![ordinal]!
    for (let below = level + 2; below <= depth; below++) {
      end = to[below]![nodes[below - 1]![end - 1]!]!
      first = from[below]![nodes[below - 1]![first]!]!
    }
    this.from = this.#starts[nodes[depth]![first]!]!
    this.to = this.from + levels[level]!.rows[ordinal]!
    if (!anyOrder && !this.#isInOrder(first, end)) this.#gather(first, end)
  }

  /** True when the leaves from place `first` to `end` were made in the order of their values. */
  #isInOrder(first: number, end: number): boolean {
    const leaves = this.#order.nodes[this.#tree.depth]!
    for (let i = first + 1; i < end; i++) if (this.#birth(leaves[i]!) < this.#birth(leaves[i - 1]!)) return false
    return true
  }

  /** The sync that made a leaf. To one that emptied the table all leaves are new, also where they came back at once. */
  #birth(leaf: number): number {
    const { births } = this.#tree.levels[this.#tree.depth]!
    return Math.max(births[leaf]!, this.#tree.emptied)
  }

  #gather(first: number, end: number): void {
    const { rows } = this.#tree.levels[this.#tree.depth]!
    const leaves = this.#order.nodes[this.#tree.depth]!.slice(first, end)
    const keys = new Float64Array(leaves.length)
    for (let i = 0; i < keys.length; i++) keys[i] = this.#birth(leaves[i]!)
    sortByKey(leaves, keys)
    const count = this.to - this.from
    if (count > this.#gathered.length) this.#gathered = new Uint32Array(count)
    const gathered = this.#gathered
    let at = 0
    for (let i = 0; i < leaves.length; i++) {
      const start = this.#starts[leaves[i]!]!
      const stop = start + rows[leaves[i]!]!
      for (let from = start; from < stop; from++) gathered[at++] = this.#byValue[from]!
    }
    this.slots = gathered
    this.from = 0
    this.to = count
  }
}
