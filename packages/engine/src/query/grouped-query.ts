import { Column } from '../columns/column.js'
import { columnType, type Scalar } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Table } from '../table/table.js'
import { aggregateType } from './aggregate/names.js'
import { ColumnBindings } from './bindings.js'
import type { ViewConfig } from './config.js'
import { compileFilter } from './filter.js'
import { rowCode } from './group/changed-rows.js'
import { Cube } from './group/cube.js'
import { extentOf } from './group/extent.js'
import { keyCells } from './group/key-cells.js'
import type { Measure } from './group/measure.js'
import { type GroupSort, sortedOrder, sortsOf } from './group/sorted-order.js'
import { type SplitGroup, splitGroups } from './group/split-columns.js'
import type { TreeOrder } from './group/tree-order.js'
import { measuresOf, readbackGrouped } from './grouped-config.js'
import { nextQueryId, type Query, type TreeState } from './query.js'
import type { RowKeys, RowPath, Slice, TypedSchema, Viewport } from './slice.js'
import { type GroupRows, OpenGroups } from './tree-state.js'
import { validateConfig } from './validate.js'

/** A data column of the view: an aggregate under a split path. */
interface ShownColumn {
  readonly group: SplitGroup
  readonly measure: number
}

const NO_SPLIT: SplitGroup = { path: [], prefix: '' }

/** A query with `group_by`, or of the one total row, with or without `split_by`. */
export class GroupedQuery implements Query {
  readonly id = nextQueryId()
  readonly config: ViewConfig
  readonly #table: Table
  readonly #bindings: ColumnBindings
  readonly #cube: Cube
  readonly #measures: readonly Measure[]
  readonly #rowSorts: readonly GroupSort[]
  readonly #columnSorts: readonly GroupSort[]
  #order: TreeOrder | null = null
  #groups: readonly SplitGroup[] | null = null
  /** The version `#order` and `#groups` are of. */
  #version = -1
  readonly #rowsOf = new WeakMap<OpenGroups, { key: string; version: number; rows: GroupRows }>()

  /** Throws the reference's texts when the config does not fit the table; then nothing is held. */
  constructor(table: Table, config: ViewConfig) {
    this.#table = table
    this.#bindings = new ColumnBindings(table, config)
    const bindings = this.#bindings
    try {
      validateConfig(bindings, config)
      const columns = config.columns ?? bindings.names()
      const measures = measuresOf(bindings, config, columns)
      this.#measures = measures
      const sortable = withSums(measures, config)
      const sorts = config.sort.map(({ column, dir }) => ({ measure: sortable.place(column), dir }))
      this.#rowSorts = sortsOf(sorts, 'rows')
      this.#columnSorts = sortsOf(sorts, 'columns')
      this.#cube = new Cube(table, bindings, {
        rows: config.group_by.map((name) => bindings.find(name)!),
        splits: config.split_by.map((name) => bindings.find(name)!),
        measures: sortable.measures,
        filter: compileFilter(bindings, config.filter, config.filter_op),
      })
      this.config = readbackGrouped(bindings, config, columns, measures)
      // As in the reference the first groups are those there are now; those that come later are behind them in `NodeRows`.
      this.#cube.sync()
    } catch (error) {
      bindings.release()
      throw error
    }
  }

  createTree(): TreeState {
    const { group_by_depth: depth } = this.config
    const deepest = Math.max(this.#cube.depth - 1, 0)
    return new OpenGroups(depth === null || depth === 0 ? deepest : Math.min(depth - 1, deepest))
  }

  numRows(tree: TreeState | null): number {
    return this.#rows(tree).nodes.length
  }

  columnPaths(): readonly string[] {
    return this.#shownColumns().map(({ group, measure }) => group.prefix + this.#measures[measure]!.name)
  }

  schema(): TypedSchema {
    // As in the reference there is no type where no column is, unless rows are sorted.
    return this.#splitGroups().length === 0 && this.#rowSorts.length === 0 ? [] : this.#types()
  }

  #types(): TypedSchema {
    return this.#measures.map(({ name, aggregate, inputs }) => ({
      name,
      type: aggregateType(aggregate, inputs[0]!.storage),
    }))
  }

  expressionSchema(): TypedSchema {
    // One that is shown has its aggregate's type, another its own.
    const shown = new Map(this.#types().map((column) => [column.name, column.type]))
    return this.#bindings
      .expressions()
      .map(({ name, storage }) => ({ name, type: shown.get(name) ?? columnType(storage) }))
  }

  slice(viewport: Viewport, tree: TreeState | null, keys: boolean): Slice {
    const all = this.#rows(tree)
    const end = Math.min(viewport.end_row, all.nodes.length)
    const start = Math.min(viewport.start_row, end)
    const rows = { levels: all.levels.subarray(start, end), nodes: all.nodes.subarray(start, end) }
    const shown = this.#shownColumns().slice(viewport.start_col, viewport.end_col)
    return this.#cells(rows, shown, keys)
  }

  delta(since: number, tree: TreeState | null): Slice {
    const changed = this.#cube.changedSince(since, this.config.split_rollup_mode === 'rollup')
    const all = this.#rows(tree)
    const rows = changed === null ? all : filterRows(all, changed)
    return { ...this.#cells(rows, this.#shownColumns(), false), rowPath: null }
  }

  minMax(name: string, tree: TreeState | null): readonly [Scalar, Scalar] {
    const measure = this.#measures.findIndex((each) => each.name === name)
    if (measure < 0) {
      const message = `Could not find column index for \`${name}\` as it does not exist in the schema.\n`
      throw new TablecastError('invalid-argument', message)
    }
    const all = this.#rows(tree)
    const splits = this.#cube.levels.length - this.#cube.depth
    const shown = this.#splitGroups().flatMap((group) => (group.path.length === splits ? [{ group, measure }] : []))
    for (let level = this.#cube.depth; level > 0; level--) {
      const nodes = all.nodes.filter((_, row) => all.levels[row] === level)
      const levels = new Uint8Array(nodes.length).fill(level)
      const { columns } = this.#cells({ levels, nodes }, shown, false)
      const extent = extentOf(columns)
      if (extent !== null) return extent
    }
    return [null, null]
  }

  expand(row: number, tree: TreeState | null): number {
    const rows = this.#rows(tree)
    const level = rows.levels[row]
    // As in the reference a row that cannot be opened answers with its number, but only in a view with splits.
    if (level === this.#cube.depth && this.config.split_by.length > 0) return row
    if (!this.#takesHand(row, rows, tree) || level === undefined) return 0
    const open = tree as OpenGroups
    const node = rows.nodes[row]!
    const { tree: groups } = this.#cube.main
    if (level >= this.#cube.depth || open.isOpen(groups, level, node)) return 0
    open.open(groups, this.#order!, level, node)
    return this.numRows(tree) - rows.nodes.length
  }

  collapse(row: number, tree: TreeState | null): number {
    const rows = this.#rows(tree)
    if (!this.#takesHand(row, rows, tree)) return 0
    const open = tree as OpenGroups
    const level = rows.levels[row]!
    // As in the reference the total of a table without rows stays open.
    if (level >= this.#cube.depth || (level === 0 && this.#table.size === 0)) return 0
    open.close(this.#cube.main.tree, level, rows.nodes[row]!)
    return rows.nodes.length - this.numRows(tree)
  }

  setDepth(depth: number, tree: TreeState | null): void {
    if (depth > this.#cube.depth || this.config.group_rollup_mode !== 'rollup') return
    ;(tree as OpenGroups).setDepth(Math.max(Math.min(depth, this.#cube.depth - 1), 0))
  }

  settle(): void {
    if (this.#cube.heedsOrder) this.#cube.sync()
  }

  dispose(): void {
    this.#cube.dispose()
    this.#bindings.release()
  }

  #sync(): void {
    this.#cube.sync()
    if (this.#version === this.#cube.version) return
    this.#order = null
    this.#groups = null
    this.#version = this.#cube.version
  }

  /**
   * True when row `row` can be opened or closed by hand. As in the reference the call alone stops the view from opening
   * new groups, in a view without splits also where there is no such row.
   */
  #takesHand(row: number, rows: GroupRows, tree: TreeState | null): boolean {
    if (this.config.group_rollup_mode !== 'rollup') return false
    const isThere = row < rows.nodes.length
    if (isThere || this.config.split_by.length === 0) (tree as OpenGroups).holdStill(this.#cube.main.tree)
    return isThere
  }

  /** The rows a view shows. */
  #rows(tree: TreeState | null): GroupRows {
    this.#sync()
    const { main, depth } = this.#cube
    const open = tree as OpenGroups
    const known = this.#rowsOf.get(open)
    if (known !== undefined && known.key === open.key && known.version === this.#version) return known.rows
    this.#order ??= sortedOrder(this.#cube, main, this.#rowSorts, depth)
    const mode = this.config.group_rollup_mode
    let rows: GroupRows
    if (mode === 'total') rows = { levels: Uint8Array.of(0), nodes: Int32Array.of(0) }
    else if (mode === 'flat') rows = levelRows(this.#order, depth)
    else rows = open.rows(main.tree, this.#order, depth)
    this.#rowsOf.set(open, { key: open.key, version: this.#version, rows })
    return rows
  }

  #shownColumns(): ShownColumn[] {
    const shown = this.#measures.flatMap(({ hidden }, measure) => (hidden ? [] : [measure]))
    return this.#splitGroups().flatMap((group) => shown.map((measure) => ({ group, measure })))
  }

  #splitGroups(): readonly SplitGroup[] {
    this.#sync()
    if (this.#groups === null) {
      const split = this.config.split_by.length === 0 ? null : this.#cube.trees[0]!
      const order = split === null ? null : sortedOrder(this.#cube, split, this.#columnSorts, split.tree.depth)
      const rollup = this.config.split_rollup_mode === 'rollup'
      this.#groups = split === null ? [NO_SPLIT] : splitGroups(this.#cube, split, order!, rollup)
    }
    return this.#groups
  }

  #cells(rows: GroupRows, shown: readonly ShownColumn[], keys: boolean): Slice {
    const count = rows.nodes.length
    const columns = shown.map(({ measure }) => new Column(this.#cube.main.aggregations[measure]!.storage, count))
    for (let level = 0; level <= this.#cube.depth; level++) this.#fill(level, rows, shown, columns)
    return {
      length: count,
      names: shown.map(({ group, measure }) => group.prefix + this.#measures[measure]!.name),
      columns,
      rowPath: this.#paths(rows),
      keys: keys ? this.#keys(rows) : null,
    }
  }

  /** Fills the cells of the rows of one level. */
  #fill(level: number, rows: GroupRows, shown: readonly ShownColumn[], columns: readonly Column[]): void {
    const cube = this.#cube
    const at = rowsAt(rows.levels, level)
    if (at.length === 0) return
    const own = new Int32Array(at.length)
    for (let i = 0; i < own.length; i++) own[i] = rows.nodes[at[i]!]!
    const split = cube.trees[level]
    const base = split === null ? own : own.map((node) => cube.rowIn(level, node))
    let group: SplitGroup | null = null
    let nodes = own
    shown.forEach((column, place) => {
      if (column.group !== group) {
        group = column.group
        nodes = group.path.length === 0 ? own : base.slice()
        group.path.forEach((key, below) => {
          const { tree } = split!
          for (let i = 0; i < nodes.length; i++) {
            if (nodes[i]! >= 0) nodes[i] = tree.levels[level + below + 1]!.find(nodes[i]!, key)
          }
        })
      }
      // As in the reference the total under no split is the column tree's, whose rows are in the order of the splits.
      const each = split === null || (group.path.length === 0 && level > 0) ? cube.main : split!
      const nodeLevel = level + group.path.length
      cube.evaluate(each, nodeLevel, nodes, column.measure)
      each.emit(column.measure, nodeLevel, nodes, at, columns[place]!)
    })
  }

  #paths(rows: GroupRows): RowPath {
    const { tree } = this.#cube.main
    const { depth } = this.#cube
    const nodes = rows.nodes.slice()
    const levels: Column[] = []
    for (let level = depth; level > 0; level--) {
      const { keys, parents } = tree.levels[level]!
      const shown = new Int32Array(nodes.length).fill(-1)
      for (let row = 0; row < nodes.length; row++) {
        if (rows.levels[row]! < level) continue
        shown[row] = keys[nodes[row]!]!
        nodes[row] = parents[nodes[row]!]!
      }
      levels.unshift(tree.keys[level - 1]!.emit(this.#bindings.column(this.#cube.levels[level - 1]!), shown))
    }
    return {
      names: this.config.group_by,
      levels,
      depth: rows.levels.slice(),
      splitOnly: depth === 0 && this.config.split_by.length > 0,
    }
  }

  /** Every table row below each group, the last first; none in a split view, as the reference has it. */
  #keys(rows: GroupRows): RowKeys {
    const count = rows.nodes.length
    const offsets = new Uint32Array(count + 1)
    const slots: number[] = []
    if (this.config.split_by.length === 0) {
      const all = this.#cube.mainRows()
      for (let row = 0; row < count; row++) {
        all.seek(rows.levels[row]!, rows.nodes[row]!)
        for (let i = all.to - 1; i >= all.from; i--) slots.push(all.slots[i]!)
        offsets[row + 1] = slots.length
      }
    }
    return { keys: keyCells(this.#table, Uint32Array.from(slots)), offsets }
  }
}

/** The measures of a query, and with them the plain sums that percentages are sorted by, as in the reference. */
function withSums(
  measures: readonly Measure[],
  config: ViewConfig,
): { measures: Measure[]; place(column: string): number } {
  const all = measures.slice()
  const sums = new Map<string, number>()
  for (const { column } of config.sort) {
    const shown = measures.find(({ name }) => name === column)!
    if (!shown.aggregate.startsWith('pct') || sums.has(column)) continue
    sums.set(column, all.length)
    all.push({ ...shown, aggregate: 'sum', hidden: true })
  }
  return { measures: all, place: (column) => sums.get(column) ?? measures.findIndex(({ name }) => name === column) }
}

/** All groups of one level, in order. */
function levelRows(order: TreeOrder, level: number): GroupRows {
  const nodes = Int32Array.from(order.nodes[level]!)
  return { levels: new Uint8Array(nodes.length).fill(level), nodes }
}

function filterRows(rows: GroupRows, codes: ReadonlySet<number>): GroupRows {
  const levels = new Uint8Array(rows.levels.length)
  const nodes = new Int32Array(rows.nodes.length)
  let count = 0
  for (let row = 0; row < nodes.length; row++) {
    if (!codes.has(rowCode(rows.levels[row]!, rows.nodes[row]!))) continue
    levels[count] = rows.levels[row]!
    nodes[count++] = rows.nodes[row]!
  }
  return { levels: levels.slice(0, count), nodes: nodes.slice(0, count) }
}

/** The rows of one level. */
function rowsAt(levels: Uint8Array, level: number): Int32Array {
  const out = new Int32Array(levels.length)
  let count = 0
  for (let row = 0; row < levels.length; row++) if (levels[row] === level) out[count++] = row
  return out.slice(0, count)
}
