import { Column } from '../../columns/column.js'
import type { Scalar } from '../../columns/storage.js'
import { countRows } from '../aggregate/add-rows.js'
import type { AnyAggregation, Cells } from '../aggregate/aggregation.js'
import type { GroupTree } from './group-tree.js'
import { grown } from './level.js'
import type { NodeRows } from './node-rows.js'
import type { RowChunk } from './row-chunk.js'

/** Nodes of a tree, by level. */
export type NodeLists = readonly Int32Array[]

/** A group tree with aggregates over it. */
export class CubeTree {
  readonly tree: GroupTree
  /** How many of its levels group rows; the levels below split. */
  readonly rowLevels: number
  /** The first level whose nodes are of use. */
  readonly top: number
  /** One per measure. */
  readonly aggregations: readonly AnyAggregation[]
  /** What aggregates show of a total without rows. */
  readonly #empty: (measure: number, hadRows: boolean) => Scalar | undefined
  /** True while the table never had rows since it was emptied, and whether the total had some since then. */
  isFresh = true
  #hadRows = false
  /** By leaf of the main tree the leaf here; -1 while not known. */
  #leafIn = new Int32Array(0)
  #nodeRows: NodeRows | null = null
  /** By node a byte that is 0 between uses. */
  #met = new Uint8Array(0)
  /** Leaves there is room for. */
  #reserved = 0
  /** By measure and level, the nodes that `redo` has to see to. */
  readonly #redo = new Map<number, Set<number>[]>()

  constructor(
    tree: GroupTree,
    rowLevels: number,
    top: number,
    aggregations: readonly AnyAggregation[],
    empty: (measure: number, hadRows: boolean) => Scalar | undefined,
  ) {
    this.#empty = empty
    this.tree = tree
    this.rowLevels = rowLevels
    this.top = top
    this.aggregations = aggregations
  }

  /** Begins a sync; `emptied` tells that the table was emptied since the last one. */
  begin(clock: number, emptied: boolean): void {
    this.tree.clock = clock
    if (emptied) {
      this.tree.emptied = clock
      this.#hadRows = false
    }
    this.#nodeRows = null
  }

  /** The leaves here of leaves of the main tree, -1 for -1; made where they are new. A list of its own, or `into`, unless they are the same. */
  leavesOf(main: GroupTree, leaves: Int32Array, count: number, into?: Int32Array): Int32Array {
    if (main === this.tree) return leaves
    const { size } = main.levels[main.depth]!
    if (size > this.#leafIn.length) {
      const known = this.#leafIn.length
      this.#leafIn = grown(this.#leafIn, Math.max(size, known * 2)).fill(-1, known)
    }
    const leafIn = this.#leafIn
    const out = into ?? new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const leaf = leaves[i]!
      const here = leaf < 0 ? -1 : leafIn[leaf]!
      out[i] = here >= 0 || leaf < 0 ? here : this.#enter(main, leaf)
    }
    return out
  }

  /** Forgets a leaf of the main tree. */
  forget(mainLeaf: number): void {
    if (mainLeaf < this.#leafIn.length) this.#leafIn[mainLeaf] = -1
  }

  /** Makes room for all nodes there are. */
  reserve(): void {
    this.tree.levels.forEach(({ size }, level) => {
      for (const aggregation of this.aggregations) aggregation.reserve(level, size)
    })
  }

  clear(level: number, ordinal: number): void {
    for (const aggregation of this.aggregations) aggregation.clear(level, ordinal)
  }

  /** Adds rows to the leaves they are in, which are being built; `columns` are the inputs by measure. */
  build(rows: RowChunk, leaves: Int32Array, columns: readonly (readonly Column[])[]): void {
    const leafLevel = this.tree.levels[this.tree.depth]!
    if (leafLevel.size > this.#reserved) {
      this.reserve()
      this.#reserved = leafLevel.size
    }
    countRows(leafLevel.rows, leaves, rows.count)
    for (let at = 0; at < columns.length; at++) {
      const aggregation = this.aggregations[at]!
      if (aggregation.kind === 'running') aggregation.build(leaves, rows, columns[at]!)
    }
  }

  /** Makes the nodes of `level` out of their children, for running aggregates. */
  mergeAll(level: number): void {
    const { nodes, from, to } = this.tree.order()
    const below = nodes[level + 1]!
    for (const aggregation of this.aggregations) {
      if (aggregation.kind !== 'running') continue
      for (const node of nodes[level]!) {
        aggregation.merge(level, node, below, from[level + 1]![node]!, to[level + 1]![node]!)
      }
    }
  }

  /** Takes rows, which were in `leaves`, out of an aggregate. */
  remove(measure: number, leaves: Int32Array, cells: Cells): void {
    this.#change(measure, leaves, cells, true)
  }

  /** Adds rows, which are in `leaves`, to an aggregate. */
  add(measure: number, leaves: Int32Array, cells: Cells): void {
    this.#change(measure, leaves, cells, false)
  }

  /**
   * Builds and merges anew what could not be told after rows had been taken away. `eachRow` visits the rows in the leaves
   * whose byte is 1.
   */
  redo(
    eachRow: (wanted: Uint8Array, visit: (rows: RowChunk, leaves: Int32Array) => void) => void,
    columnsOf: (measure: number) => Column[],
  ): void {
    const { levels, depth } = this.tree
    for (const [measure, byLevel] of this.#redo) {
      const aggregation = this.aggregations[measure]!
      if (aggregation.kind !== 'running') continue
      for (let level = depth; level >= this.top; level--) {
        const nodes = Array.from(byLevel[level] ?? []).filter(
          (node) => levels[level]!.rows[node] !== 0 && (aggregation.isLost?.(level, node) ?? true),
        )
        if (nodes.length === 0) continue
        for (const node of nodes) aggregation.clear(level, node)
        if (level < depth) {
          const { nodes: order, from, to } = this.tree.order()
          for (const node of nodes) {
            aggregation.merge(level, node, order[level + 1]!, from[level + 1]![node]!, to[level + 1]![node]!)
          }
          continue
        }
        const wanted = new Uint8Array(levels[depth]!.size)
        for (const leaf of nodes) wanted[leaf] = 1
        eachRow(wanted, (rows, leaves) => aggregation.build(leaves, rows, columnsOf(measure)))
      }
    }
    this.#redo.clear()
  }

  /** Works out what evaluated aggregates are of these nodes (-1 is passed over), of one measure or of all. */
  evaluate(level: number, nodes: Int32Array, rowsOf: (tree: CubeTree) => NodeRows, measure = -1): void {
    this.aggregations.forEach((aggregation, at) => {
      if (aggregation.kind !== 'evaluated' || (measure >= 0 && measure !== at)) return
      aggregation.follow()
      const stale = aggregation.stale(level, nodes, nodes.length)
      if (stale.length === 0) return
      this.#nodeRows ??= rowsOf(this)
      const all = this.#nodeRows
      const { rows } = this.tree.levels[level]!
      aggregation.gather(
        all,
        stale.reduce((sum, node) => sum + rows[node]!, 0),
      )
      for (const node of stale) {
        all.seek(level, node, aggregation.anyOrder)
        aggregation.evaluate(level, node, all.slots, all.from, all.to)
      }
      aggregation.release()
    })
  }

  /** Rows are counted anew; `isFresh` tells that the table never had any since it was emptied. */
  counted(isFresh: boolean): void {
    this.isFresh = isFresh
    if (this.tree.levels[0]!.rows[0]! > 0) this.#hadRows = true
  }

  /**
   * Writes the values of a measure in nodes of a level into cells `at[i]` of `out`, null where there is no node (-1). They
   * must have been evaluated.
   */
  emit(measure: number, level: number, nodes: Int32Array, at: Int32Array, out: Column): void {
    const isEmpty = level === 0 && this.tree.levels[0]!.rows[0] === 0
    const empty = isEmpty ? this.#emptyTotal(measure) : undefined
    if (empty === undefined) this.aggregations[measure]!.emit(level, nodes, at, nodes.length, out)
    for (let i = 0; i < nodes.length; i++) {
      if (nodes[i]! < 0) out.setNull(at[i]!)
      else if (empty !== undefined) out.set(at[i]!, empty)
    }
  }

  #emptyTotal(measure: number): Scalar | undefined {
    const empty = this.#empty(measure, this.#hadRows)
    // A percentage of itself even a total of nothing is.
    return this.isFresh && empty !== 100 ? null : empty
  }

  /** The values of a measure in nodes of a level, as a column of their own. */
  values(measure: number, level: number, nodes: Int32Array): Column {
    const out = new Column(this.aggregations[measure]!.storage, nodes.length)
    this.emit(measure, level, nodes, Int32Array.from(nodes.keys()), out)
    return out
  }

  /** The nodes that hold rows in the given leaves, by level from `top`; leaves of -1 are passed over, the total is always one. */
  nodesAbove(leafLists: readonly Int32Array[]): NodeLists {
    const { depth, levels } = this.tree
    const lists: Int32Array[] = Array.from({ length: depth + 1 }, () => new Int32Array(0))
    let nodes = this.#distinct(leafLists, levels[depth]!.size)
    for (let level = depth; level >= this.top; level--) {
      if (level === 0 && nodes.length === 0) nodes = Int32Array.of(0)
      lists[level] = nodes
      if (level === 0) break
      const above = nodes.slice()
      this.tree.ascend(level, above, above.length)
      nodes = this.#distinct([above], levels[level - 1]!.size)
    }
    return lists
  }

  /** Every node with rows, by level from `top`. */
  allNodes(): NodeLists {
    const { nodes } = this.tree.order()
    return nodes.map((list, level) => (level < this.top ? new Int32Array(0) : Int32Array.from(list)))
  }

  /** The nodes in some lists, each once; -1 is passed over. All are below `size`. */
  #distinct(lists: readonly Int32Array[], size: number): Int32Array {
    if (size > this.#met.length) this.#met = new Uint8Array(size * 2)
    const met = this.#met
    const out = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0))
    let count = 0
    for (const list of lists) {
      for (let i = 0; i < list.length; i++) {
        const node = list[i]!
        if (node < 0 || met[node] === 1) continue
        met[node] = 1
        out[count++] = node
      }
    }
    for (let i = 0; i < count; i++) met[out[i]!] = 0
    return out.slice(0, count)
  }

  #change(measure: number, leaves: Int32Array, cells: Cells, isGone: boolean): void {
    const aggregation = this.aggregations[measure]!
    const nodes = leaves.slice()
    for (let level = this.tree.depth; level >= this.top; level--) {
      if (aggregation.kind === 'evaluated') {
        for (let i = 0; i < nodes.length; i++) aggregation.touch(level, nodes[i]!)
      } else if (isGone) {
        aggregation.remove(level, nodes, cells, nodes.length, (at, node) => this.#needRedo(measure, at, node))
      } else {
        aggregation.add(level, nodes, cells, nodes.length)
      }
      if (level > 0) this.tree.ascend(level, nodes, nodes.length)
    }
  }

  #needRedo(measure: number, level: number, node: number): void {
    let byLevel = this.#redo.get(measure)
    if (byLevel === undefined) {
      byLevel = []
      this.#redo.set(measure, byLevel)
    }
    byLevel[level] ??= new Set()
    byLevel[level]!.add(node)
  }

  #enter(main: GroupTree, leaf: number): number {
    const path = pathOf(main, main.depth, leaf)
    const skipped = main.depth - this.tree.depth
    let node = 0
    for (let level = 1; level <= this.tree.depth; level++) {
      node = this.tree.child(level, node, path[level <= this.rowLevels ? level - 1 : level - 1 + skipped]!)
    }
    this.#leafIn[leaf] = node
    return node
  }
}

/** The keys that lead to a node, outermost first. */
export function pathOf(tree: GroupTree, level: number, ordinal: number): number[] {
  const path: number[] = []
  let node = ordinal
  for (let above = level; above > 0; above--) {
    path.unshift(tree.levels[above]!.keys[node]!)
    node = tree.levels[above]!.parents[node]!
  }
  return path
}

/** The node that a path of keys leads to, or -1. */
export function follow(tree: GroupTree, path: readonly number[]): number {
  let node = 0
  for (let level = 1; level <= path.length && node >= 0; level++)
    node = tree.levels[level]!.find(node, path[level - 1]!)
  return node
}
