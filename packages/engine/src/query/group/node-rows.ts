import type { GroupTree } from './group-tree.js'
import type { TreeOrder } from './tree-order.js'

/** The table rows of every node of a tree: leaf after leaf in the order of their values, in table order within one. */
export class NodeRows {
  readonly slots: Uint32Array
  readonly #tree: GroupTree
  readonly #order: TreeOrder
  readonly #starts: Uint32Array

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
    const next = starts.slice()
    if (slotOrder === null) {
      for (let slot = 0; slot < slotCount; slot++) {
        const leaf = leafOf[slot]!
        if (leaf >= 0) slots[next[leaf]!++] = slot
      }
    } else {
      for (let i = 0; i < slotOrder.length; i++) {
        const leaf = leafOf[slotOrder[i]!]!
        if (leaf >= 0) slots[next[leaf]!++] = slotOrder[i]!
      }
    }
    this.slots = slots
  }

  /** Where in `slots` the rows of a node begin. */
  start(level: number, ordinal: number): number {
    let node = ordinal
    for (let below = level + 1; below <= this.#tree.depth; below++) {
      node = this.#order.nodes[below]![this.#order.from[below]![node]!]!
    }
    return this.#starts[node]!
  }

  /** How many rows a node has. */
  count(level: number, ordinal: number): number {
    return this.#tree.levels[level]!.rows[ordinal]!
  }
}
