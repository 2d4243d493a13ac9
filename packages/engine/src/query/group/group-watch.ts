import { ChangedRows, rowCode } from './changed-rows.js'
import type { Cube } from './cube.js'
import { type CubeTree, follow, type NodeLists, pathOf } from './cube-tree.js'
import { TreeSnapshot } from './tree-snapshot.js'

const NO_NODES = new Int32Array(0)

/** Which row groups of a cube come to show other cells, from when it is made on. */
export class GroupWatch {
  readonly #cube: Cube
  readonly #splitTotals: boolean
  /** True when row groups are told of also where written rows left their cells as they were: as in the reference beside any count. */
  readonly tellsWritten: boolean
  /** True when cells change nowhere but in groups that written rows are or were in: those are told of, nothing need be compared. */
  readonly tellsWrittenOnly: boolean
  /** The measures that are shown. */
  readonly #measures: readonly number[]
  readonly #changed: ChangedRows

  /** `splitTotals` tells that columns are shown also of paths of splits above the deepest. */
  constructor(cube: Cube, splitTotals: boolean) {
    this.#cube = cube
    this.#splitTotals = splitTotals
    this.tellsWritten = cube.measures.some(({ aggregate }) => aggregate === 'count')
    const hasShares = cube.measures.some(({ aggregate }) => aggregate.startsWith('pct'))
    this.tellsWrittenOnly = this.tellsWritten && !hasShares && cube.levels.length === cube.depth
    this.#measures = cube.measures.flatMap(({ hidden }, measure) => (hidden ? [] : [measure]))
    this.#changed = new ChangedRows(cube.version)
    for (const each of cube.each()) this.#evaluate(each, this.#shown(each, each.allNodes()))
  }

  /** The row groups (see `rowCode`) that changed after `version`; null when that is not known. */
  since(version: number): Set<number> | null {
    return this.#changed.since(version)
  }

  /** How nodes that may change are before they do. */
  before(lists: (each: CubeTree) => NodeLists): TreeSnapshot[] {
    return Array.from(
      this.#cube.each(),
      (each) => new TreeSnapshot(each, this.#measures, this.#shown(each, lists(each))),
    )
  }

  /**
   * Notes what the sync to `version` changed: the row groups that differ from the snapshots, or are new among `lists`, and
   * those of the leaves in `written`, which rows that were written are or were in.
   */
  note(
    version: number,
    snapshots: readonly TreeSnapshot[],
    lists: (each: CubeTree) => NodeLists,
    written: ReadonlyMap<CubeTree, readonly Int32Array[]> | null,
  ): void {
    const codes = new Set<number>()
    for (const snapshot of snapshots) {
      const { tree: each } = snapshot
      const now = lists(each)
      this.#evaluate(each, this.#shown(each, now))
      this.#evaluate(each, snapshot.nodes)
      snapshot.changed().forEach((nodes, level) => {
        for (const node of nodes) this.#add(codes, each, level, node)
      })
      now.forEach((nodes, level) => {
        for (const node of this.#fresh(each, level, nodes)) this.#add(codes, each, level, node)
      })
      if (written === null) continue
      this.#shown(each, each.nodesAbove(written.get(each)!)).forEach((nodes, level) => {
        const { births } = each.tree.levels[level]!
        for (const node of nodes) if (births[node]! >= 0) this.#add(codes, each, level, node)
      })
    }
    this.#push(version, codes)
  }

  /** Notes that the sync to `version` changed the given nodes of the main tree, those that are still there. */
  noteAll(version: number, nodes: NodeLists): void {
    const { main } = this.#cube
    const codes = new Set<number>()
    this.#evaluate(main, nodes)
    nodes.forEach((list, level) => {
      const { births } = main.tree.levels[level]!
      for (const node of list) if (births[node]! >= 0) codes.add(rowCode(level, node))
    })
    this.#push(version, codes)
  }

  /** As in the reference a table that was emptied has no rows to tell of but those it has now. */
  noteEmptied(version: number): void {
    const { main, depth } = this.#cube
    const codes = new Set<number>()
    main.allNodes().forEach((nodes, level) => {
      const { rows } = main.tree.levels[level]!
      if (level <= depth) for (const node of nodes) if (rows[node] !== 0) codes.add(rowCode(level, node))
    })
    this.#push(version, codes)
  }

  #push(version: number, codes: ReadonlySet<number>): void {
    let nodes = 0
    for (const { tree } of this.#cube.each()) for (const { size } of tree.levels) nodes += size
    this.#changed.push(version, Array.from(codes), Math.max(4 * nodes, 16_384))
  }

  /** Those of the nodes that are shown as cells, or as rows without splits. */
  #shown(each: CubeTree, lists: NodeLists): NodeLists {
    return lists.map((list, level) => (this.#shows(each, level) ? list : NO_NODES))
  }

  /** Whether nodes are shown as cells; see `GroupedQuery` for which tree has which. */
  #shows(each: CubeTree, level: number): boolean {
    const { main, depth, levels } = this.#cube
    if (levels.length === depth || level === each.tree.depth) return true
    if (!this.#splitTotals) return false
    return level > each.rowLevels || (each === main ? level > 0 || depth === 0 : level === 0)
  }

  /** Of some nodes those that came in this sync, as rows or as cells that are not null. */
  #fresh(each: CubeTree, level: number, nodes: Int32Array): Int32Array {
    const { levels, clock } = each.tree
    const { births, rows } = levels[level]!
    const fresh = nodes.filter((node) => births[node] === clock && rows[node] !== 0)
    if (fresh.length === 0 || (each === this.#cube.main && level <= each.rowLevels)) return fresh
    if (!this.#shows(each, level)) return NO_NODES
    const columns = this.#measures.map((measure) => each.values(measure, level, fresh))
    return fresh.filter((_, i) => columns.some((column) => column.isValid(i)))
  }

  /** Adds the row group that a node is in, unless it is gone, or the node with its column. */
  #add(codes: Set<number>, each: CubeTree, level: number, ordinal: number): void {
    const { main, trees } = this.#cube
    const { levels } = each.tree
    let node = ordinal
    for (let above = level; above > each.rowLevels; above--) node = levels[above]!.parents[node]!
    const rowLevel = Math.min(level, each.rowLevels)
    if (levels[rowLevel]!.births[node]! < 0) return
    // What went in this sync still has its parents and keys.
    if (levels[level]!.births[ordinal]! < 0) {
      const column = pathOf(each.tree, level, ordinal).slice(each.rowLevels)
      if (follow(trees[0]!.tree, column) < 0) return
    }
    const row = each === main ? node : follow(main.tree, pathOf(each.tree, rowLevel, node))
    codes.add(rowCode(rowLevel, row))
  }

  #evaluate(each: CubeTree, lists: NodeLists): void {
    lists.forEach((nodes, level) => {
      this.#cube.evaluate(each, level, nodes)
    })
  }
}
