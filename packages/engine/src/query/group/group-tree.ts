import type { Keys } from './keys.js'
import { Level } from './level.js'
import { arrange, type TreeOrder } from './tree-order.js'

/**
 * Groups within groups: level 0 is the total, level `n` the groups by the first `n` columns, the last level the leaves,
 * one of which every row is in.
 */
export class GroupTree {
  /** The keys of each level from 1 on: `keys[n]` belongs to level `n + 1`. */
  readonly keys: readonly Keys[]
  readonly levels: readonly Level[]
  /** Changes whenever a node comes or goes. */
  shape = 0
  /** Counts syncs, to date nodes. */
  clock = 0
  /** The sync in which the table was found emptied last; 0 while it never was. */
  emptied = 0
  #order: TreeOrder | null = null
  #orderShape = -1

  constructor(keys: readonly Keys[]) {
    this.keys = keys
    this.levels = Array.from({ length: keys.length + 1 }, () => new Level())
    this.levels[0]!.make(0, 0, 0)
  }

  /** The depth of leaves. */
  get depth(): number {
    return this.keys.length
  }

  /**
   * Steps `count` rows down one level: `out[i]` becomes the child of `parents[i]`, a node above, under `keys[i]`. Null for
   * parents means the total.
   */
  descend(level: number, keys: Int32Array, parents: Int32Array | null, count: number, out: Int32Array): void {
    const parentsEnd = this.levels[level - 1]!.size
    const keysEnd = this.keys[level - 1]!.size
    if (this.levels[level]!.findAll(parents, parentsEnd, keys, keysEnd, count, out)) return
    for (let i = 0; i < count; i++) {
      if (out[i]! < 0) out[i] = this.child(level, parents === null ? 0 : parents[i]!, keys[i]!)
    }
  }

  /** The child of a node of the level above, made if it is new. */
  child(level: number, parent: number, key: number): number {
    const nodesOf = this.levels[level]!
    const child = nodesOf.find(parent, key)
    return child >= 0 ? child : this.#make(nodesOf, parent, key)
  }

  /** Turns nodes of `level` into their parents, in place. */
  ascend(level: number, nodes: Int32Array, count: number): void {
    const { parents } = this.levels[level]!
    for (let i = 0; i < count; i++) nodes[i] = parents[nodes[i]!]!
  }

  /** Adds `by` to the row count of each leaf and all above it, where the leaf is one (not -1) and not that in `except`. */
  count(leaves: Int32Array, except: Int32Array, by: number): void {
    const nodes = new Int32Array(leaves.length)
    let count = 0
    for (let i = 0; i < leaves.length; i++) {
      const leaf = leaves[i]!
      if (leaf >= 0 && leaf !== except[i]) nodes[count++] = leaf
    }
    for (let level = this.depth; level > 0; level--) {
      const { rows } = this.levels[level]!
      for (let i = 0; i < count; i++) rows[nodes[i]!]! += by
      if (level > 1) this.ascend(level, nodes, count)
    }
    this.levels[0]!.rows[0]! += by * count
  }

  /** Makes the row counts above the leaves from those of the leaves; they must be 0 before. */
  sumCounts(): void {
    for (let level = this.depth; level > 0; level--) {
      const { rows, parents, size } = this.levels[level]!
      const above = this.levels[level - 1]!.rows
      for (let node = 0; node < size; node++) above[parents[node]!]! += rows[node]!
    }
  }

  /** Gives up nodes without rows, but for the total: those of `lists`, or all. Tells `freed` of each. */
  prune(lists: readonly Int32Array[] | null, freed: (level: number, ordinal: number) => void): void {
    for (let level = this.depth; level > 0; level--) {
      const nodesOf = this.levels[level]!
      const count = lists === null ? nodesOf.size : lists[level]!.length
      for (let i = 0; i < count; i++) {
        const ordinal = lists === null ? i : lists[level]![i]!
        if (nodesOf.rows[ordinal] !== 0 || !nodesOf.isNode(ordinal)) continue
        nodesOf.free(ordinal)
        freed(level, ordinal)
      }
    }
    // New nodes had no rows when somebody asked for the order last.
    this.shape++
  }

  /** The nodes in the order of their values. */
  order(): TreeOrder {
    if (this.#order === null || this.#orderShape !== this.shape) {
      this.#order = arrange(this, null)
      this.#orderShape = this.shape
    }
    return this.#order
  }

  #make(level: Level, parent: number, key: number): number {
    this.shape++
    return level.make(parent, key, this.clock)
  }
}
