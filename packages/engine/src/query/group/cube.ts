import type { Column } from '../../columns/column.js'
import { NetChange } from '../../table/net-change.js'
import type { Table } from '../../table/table.js'
import { createAggregation, isMark, isOfOrder } from '../aggregate/create.js'
import { emptyTotal } from '../aggregate/empty-total.js'
import type { Binding, ColumnBindings } from '../bindings.js'
import type { RowFilter } from '../filter.js'
import { ChangedRows } from './changed-rows.js'
import { createKeys } from './create-keys.js'
import { CubeTree, follow, type NodeLists, pathOf } from './cube-tree.js'
import { GroupTree } from './group-tree.js'
import { GroupWatch } from './group-watch.js'
import type { Keys } from './keys.js'
import type { Measure } from './measure.js'
import { NodeRows } from './node-rows.js'
import { CHUNK, RowChunk } from './row-chunk.js'
import { RowDifference } from './row-difference.js'
import { RowLeaves } from './row-leaves.js'

/** What a cube is of. */
export interface CubeOptions {
  readonly rows: readonly Binding[]
  readonly splits: readonly Binding[]
  readonly measures: readonly Measure[]
  readonly filter: RowFilter | null
}

/**
 * The groups of a query and their aggregates, following the table.
 *
 * As in the reference there is one tree per depth of row groups: that of depth `d` has the rows grouped by the first `d`
 * columns and then by all split columns, so that the value of a row group of depth `d` under a split is one of its nodes.
 * Without splits only the last tree is made, whose levels are the row groups.
 */
export class Cube {
  readonly measures: readonly Measure[]
  /** The columns grouped and then split by: that at `n` makes level `n + 1` of the main tree. */
  readonly levels: readonly Binding[]
  /** By depth of row groups; null where there is none. */
  readonly trees: readonly (CubeTree | null)[]
  /** The last of `trees`; a row is known by its leaf there. */
  readonly main: CubeTree
  /** True when a value depends on the order in which groups were made. */
  readonly heedsOrder: boolean
  readonly #table: Table
  readonly #bindings: ColumnBindings
  readonly #keys: readonly Keys[]
  readonly #leaves: RowLeaves
  readonly #unfollow: () => void
  /** The version everything is of; -1 before the first sync. */
  #version = -1
  #clock = 0
  #watch: GroupWatch | null = null
  /** Slots whose row came to another leaf, or has another cell. */
  #changedSlots: ChangedRows | null = null

  constructor(table: Table, bindings: ColumnBindings, options: CubeOptions) {
    const { rows, splits, measures } = options
    this.#table = table
    this.#bindings = bindings
    this.measures = measures
    this.levels = [...rows, ...splits]
    this.#keys = this.levels.map(({ storage }) => createKeys(storage))
    // As in the reference rows that are not grouped but split are groups of their own to an aggregate.
    const groups = {
      depth: rows.length === 0 && splits.length > 0 ? 1 : rows.length,
      at: (slot: number, level: number) => (level > rows.length ? slot : this.#rowGroupOf(slot, level)),
    }
    const needsTotals = measures.some(({ aggregate }) => aggregate === 'pct sum grand total')
    this.trees = Array.from({ length: rows.length + 1 }, (_, depth) => {
      if (splits.length === 0 && depth < rows.length) return null
      const tree = new GroupTree([...this.#keys.slice(0, depth), ...this.#keys.slice(rows.length)])
      const aggregations = measures.map(({ aggregate, inputs }) => {
        const columns = () => inputs.map((input) => bindings.column(input))
        return createAggregation(aggregate, inputs[0]!.storage, { table, tree, rowLevels: depth, groups, columns })
      })
      const empty = (measure: number, hadRows: boolean) =>
        emptyTotal(measures[measure]!.aggregate, measures[measure]!.inputs[0]!.storage, hadRows)
      return new CubeTree(tree, depth, depth === rows.length || needsTotals ? 0 : depth, aggregations, empty)
    })
    this.main = this.trees[rows.length]!
    const columns = () => this.levels.map((binding) => bindings.column(binding))
    this.#leaves = new RowLeaves(table, this.main.tree, columns, options.filter)
    // A mark is of every value there ever was, seen or not.
    const marks = measures.some(({ aggregate }) => isMark(aggregate))
    this.#unfollow = table.follow(true, marks ? () => this.sync() : null)
    this.heedsOrder = measures.some(({ aggregate }) => isOfOrder(aggregate))
    if (marks) this.sync()
  }

  /** How many columns rows are grouped by. */
  get depth(): number {
    return this.main.rowLevels
  }

  /** The version the cube is of. */
  get version(): number {
    return this.#version
  }

  /** Catches up with the table. */
  sync(): void {
    const { version } = this.#table
    if (this.#version === version) return
    this.#clock++
    for (const [at, keys] of this.#keys.entries()) keys.follow(this.#bindings.column(this.levels[at]!))
    for (const each of this.each()) each.begin(this.#clock, this.#table.emptiedAt > this.#version)
    const changes = this.#version < 0 ? null : this.#table.changesSince(this.#version)
    const written = changes?.reduce((sum, { touched, removed }) => sum + touched.length + removed.length, 0) ?? 0
    const cheap = changes !== null && written * 4 <= this.#table.size
    const tells = this.#changedSlots !== null || this.#watch?.tellsWritten === true
    const net = cheap || tells ? NetChange.since(this.#table, this.#version) : null
    if (net === null || !cheap) this.#rebuild(net)
    else this.#apply(net)
    this.#compactKeys()
    this.#version = version
  }

  /**
   * The row groups (see `rowCode`) that changed after `version`, null when that is not known: from the first call on it is.
   * `splitTotals` tells that columns are shown also of paths of splits above the deepest.
   */
  changedSince(version: number, splitTotals: boolean): Set<number> | null {
    this.sync()
    this.#watch ??= new GroupWatch(this, splitTotals)
    return this.#watch.since(version)
  }

  /** The slots whose row is in another leaf since `version`, or has another cell; null as in `changedSince`. */
  changedSlotsSince(version: number): Set<number> | null {
    this.sync()
    this.#changedSlots ??= new ChangedRows(this.#version)
    return this.#changedSlots.since(version)
  }

  /** Works out evaluated aggregates of nodes of a tree, before they are read; of one measure or of all. */
  evaluate(each: CubeTree, level: number, nodes: Int32Array, measure = -1): void {
    each.evaluate(level, nodes, this.#rowsOf, measure)
  }

  /** The leaf of the main tree that the row at `slot` is in, or -1. */
  leafOf(slot: number): number {
    return this.#leaves.leafOf[slot]!
  }

  /** The table rows of the main tree's nodes. */
  mainRows(): NodeRows {
    return this.#rowsOf(this.main)
  }

  /** The same row group as the main tree's `ordinal` at level `depth`, in the tree of that depth; -1 when it is not there. */
  rowIn(depth: number, ordinal: number): number {
    const { tree } = this.trees[depth]!
    return tree === this.main.tree ? ordinal : follow(tree, pathOf(this.main.tree, depth, ordinal))
  }

  dispose(): void {
    this.#unfollow()
  }

  readonly #rowsOf = (each: CubeTree): NodeRows => {
    const { leafOf } = this.#leaves
    const { slots } = this.#table
    const here = each.leavesOf(this.main.tree, leafOf, Math.min(slots, leafOf.length))
    return new NodeRows(each.tree, this.#table.order(), here, slots)
  };

  /** The trees there are. */
  *each(): Generator<CubeTree> {
    for (const each of this.trees) if (each !== null) yield each
  }

  #columns(measure: Measure): Column[] {
    return measure.inputs.map((input) => this.#bindings.column(input))
  }

  /** `net` is what changed, where that is known and somebody wants to know of rows. */
  #rebuild(net: NetChange | null): void {
    const isEmptied = this.#table.emptiedAt > this.#version
    const snapshots = isEmptied ? null : (this.#watch?.before((each) => each.allNodes()) ?? null)
    const before = net && this.#leaves.at(net.slots)
    for (const { tree, aggregations } of this.each()) {
      for (const level of tree.levels) level.rows.fill(0)
      for (const aggregation of aggregations) aggregation.reset()
    }
    const columns = this.measures.map((measure) => this.#columns(measure))
    const trees = [...this.each()]
    const found = new Int32Array(CHUNK)
    this.#leaves.build((rows, leaves) => {
      for (const each of trees) each.build(rows, each.leavesOf(this.main.tree, leaves, rows.count, found), columns)
    })
    const after = net && this.#leaves.at(net.slots)
    const written = snapshots && net && this.#writtenIn(net, before!, after!)
    for (const each of this.each()) {
      each.reserve()
      each.tree.sumCounts()
      this.#prune(each, null)
      for (let level = each.tree.depth - 1; level >= each.top; level--) each.mergeAll(level)
    }
    if (snapshots !== null) this.#watch!.note(this.#table.version, snapshots, (each) => each.allNodes(), written)
    else this.#watch?.noteEmptied(this.#table.version)
    if (net !== null) {
      this.#noteSlots(net, new RowDifference(this.#table, net, before!, after!))
    } else this.#changedSlots?.forget(this.#table.version)
  }

  #apply(net: NetChange): void {
    const moves = this.#leaves.move(net.slots)
    const writtenOnly = this.#watch?.tellsWrittenOnly === true && !net.spreads && this.#table.size > 0
    const written = writtenOnly ? null : this.#writtenIn(net, moves.before, moves.after)
    const moved = new Map(
      Array.from(this.each(), (each) => {
        const before = each.leavesOf(this.main.tree, moves.before, moves.before.length)
        const after = each.leavesOf(this.main.tree, moves.after, moves.after.length)
        each.reserve()
        return [each, { before, after, touched: each.nodesAbove([before, after]) }]
      }),
    )
    const snapshots = writtenOnly
      ? undefined
      : this.#watch?.before((each) => this.#withDependents(each, moved.get(each)!.touched))
    for (const [each, { before, after }] of moved) {
      each.tree.count(before, after, -1)
      each.tree.count(after, before, 1)
    }
    const difference = new RowDifference(this.#table, net, moves.before, moves.after)
    this.measures.forEach((measure, at) => {
      const { gone, come } = difference.of(measure.inputs)
      for (const [each, { before, after }] of moved) {
        each.remove(at, pick(before, gone.rows), gone.cells)
        each.add(at, pick(after, come.rows), come.cells)
      }
    })
    for (const [each, { touched }] of moved) {
      this.#prune(each, touched)
      each.redo(
        (wanted, visit) => this.#eachRowIn(each, wanted, visit),
        (at) => this.#columns(this.measures[at]!),
      )
    }
    if (writtenOnly) this.#watch!.noteAll(this.#table.version, moved.get(this.main)!.touched)
    else if (snapshots !== undefined) {
      this.#watch!.note(this.#table.version, snapshots, (each) => moved.get(each)!.touched, written)
    }
    this.#noteSlots(net, difference)
  }

  /**
   * By tree, the leaves that rows which were written are or were in, when somebody is told of them; not those of rows that
   * are where they were and of which no more than derived cells came out anew.
   */
  #writtenIn(net: NetChange, before: Int32Array, after: Int32Array): Map<CubeTree, Int32Array[]> | null {
    // A removal of what is not there is told of, as in the reference, unless nothing is.
    const isNothing = net.slots.length === 0 && this.#table.size === 0
    if (this.#watch?.tellsWritten !== true || isNothing) return null
    const written = net.spreads ? net.written() : null
    const isTold = (_: number, i: number) => written === null || written[i] === 1 || before[i] !== after[i]
    const lists = [before, after].map((leaves) => (written === null ? leaves : leaves.filter(isTold)))
    return new Map(
      Array.from(this.each(), (each) => [
        each,
        lists.map((leaves) => each.leavesOf(this.main.tree, leaves, leaves.length)),
      ]),
    )
  }

  #noteSlots(net: NetChange, difference: RowDifference): void {
    if (this.#changedSlots === null) return
    const slots = new Set<number>()
    const shown = this.measures.flatMap(({ hidden, inputs }) => (hidden ? [] : [inputs]))
    // A row whose slot was another's is new, be its cells the same.
    const { indexPosition } = this.#table
    for (const inputs of indexPosition < 0 ? shown : [...shown, [{ position: indexPosition }]]) {
      for (const row of difference.of(inputs).come.rows) slots.add(net.slots[row]!)
    }
    this.#changedSlots.push(this.#table.version, Array.from(slots), Math.max(this.#table.size, 16_384))
  }

  /** Frees nodes without rows: of the given ones, or all. */
  #prune(each: CubeTree, lists: NodeLists | null): void {
    const { tree } = each
    each.counted(this.#table.slots === 0)
    tree.prune(lists, (level, ordinal) => {
      each.clear(level, ordinal)
      if (each !== this.main || level !== tree.depth) return
      for (const other of this.each()) if (other !== each) other.forget(ordinal)
    })
  }

  /** Visits the rows in leaves of a tree whose byte in `wanted` is 1, with their leaves. */
  #eachRowIn(each: CubeTree, wanted: Uint8Array, visit: (rows: RowChunk, leaves: Int32Array) => void): void {
    const { slots } = this.#table
    const here = each.leavesOf(this.main.tree, this.#leaves.leafOf, slots)
    const rows = new RowChunk()
    const leaves = new Int32Array(CHUNK)
    for (let slot = 0, count = 0; slot <= slots; slot++) {
      if (count === CHUNK || slot === slots) {
        rows.move(count)
        visit(rows, leaves)
        count = 0
      }
      const leaf = slot < slots ? here[slot]! : -1
      if (leaf < 0 || wanted[leaf] !== 1) continue
      rows.slots[count] = slot
      leaves[count++] = leaf
    }
  }

  /** Nodes and those whose value depends on theirs: percentages are of a parent or of the total. */
  #withDependents(each: CubeTree, lists: NodeLists): NodeLists {
    if (this.measures.some(({ aggregate }) => aggregate === 'pct sum grand total')) return each.allNodes()
    if (!this.measures.some(({ aggregate }) => aggregate === 'pct sum parent')) return lists
    return lists.map((list, level) => {
      if (level <= each.top) return list
      const { nodes, from, to } = each.tree.order()
      const all = new Set(list)
      for (const parent of lists[level - 1]!) {
        for (let i = from[level]![parent]!; i < to[level]![parent]!; i++) all.add(nodes[level]![i]!)
      }
      return Int32Array.from(all)
    })
  }

  #rowGroupOf(slot: number, level: number): number {
    const { tree } = this.main
    let node = this.#leaves.leafOf[slot]!
    for (let above = tree.depth; above > level; above--) node = tree.levels[above]!.parents[node]!
    return node
  }

  /** Lets go of keys that no node has any more, once they are the most. */
  #compactKeys(): void {
    this.#keys.forEach((keys, at) => {
      const inTrees = Array.from(this.each()).filter(({ rowLevels }) => at < rowLevels || at >= this.depth)
      const levels = inTrees.map(
        ({ tree, rowLevels }) => tree.levels[(at < rowLevels ? at : at - this.depth + rowLevels) + 1]!,
      )
      const nodes = levels.reduce((sum, { size }) => sum + size, 0)
      if (keys.size <= 2 * nodes + 1024) return
      const used = new Uint8Array(keys.size)
      for (const level of levels) level.markKeys(used)
      const map = keys.compact(used)
      for (const level of levels) level.renameKeys(map)
      for (const { tree } of inTrees) tree.shape++
    })
  }
}

function pick(leaves: Int32Array, rows: Uint32Array): Int32Array {
  const picked = new Int32Array(rows.length)
  for (let i = 0; i < picked.length; i++) picked[i] = leaves[rows[i]!]!
  return picked
}
