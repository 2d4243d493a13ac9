import { Column } from '../columns/column.js'
import { columnType, type Scalar } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { SortKey } from '../sort/sort-slots.js'
import type { Table } from '../table/table.js'
import { ColumnBindings } from './bindings.js'
import type { ViewConfig } from './config.js'
import { compileFilter } from './filter.js'
import { Cube } from './group/cube.js'
import { follow } from './group/cube-tree.js'
import { extentOf } from './group/extent.js'
import { keyCells } from './group/key-cells.js'
import type { Measure } from './group/measure.js'
import { type GroupSort, sortedOrder, sortsOf } from './group/sorted-order.js'
import { type SplitGroup, splitGroups } from './group/split-columns.js'
import { measuresOf, readbackGrouped } from './grouped-config.js'
import { nextQueryId, type Query, type TreeState } from './query.js'
import { RowOrder } from './row-order.js'
import type { RowKeys, Slice, TypedSchema, Viewport } from './slice.js'
import { validateConfig } from './validate.js'

/** A data column of the view: a table column under a split path. */
interface ShownColumn {
  readonly group: SplitGroup
  readonly measure: Measure
}

/** A query with `split_by` alone: the rows of the table, each with its cells under the path it is in. */
export class SplitQuery implements Query {
  readonly id = nextQueryId()
  readonly config: ViewConfig
  readonly #table: Table
  readonly #bindings: ColumnBindings
  readonly #measures: readonly Measure[]
  readonly #cube: Cube
  readonly #order: RowOrder
  readonly #columnSorts: readonly GroupSort[]
  #groups: readonly SplitGroup[] | null = null
  #version = -1

  /** Throws the reference's texts when the config does not fit the table; then nothing is held. */
  constructor(table: Table, config: ViewConfig) {
    this.#table = table
    this.#bindings = new ColumnBindings(table, config)
    const bindings = this.#bindings
    try {
      validateConfig(bindings, config)
      const columns = config.columns ?? bindings.names()
      this.#measures = measuresOf(bindings, config, columns)
      const sorts = config.sort.map(({ column, dir }) => {
        return { measure: this.#measures.findIndex(({ name }) => name === column), dir }
      })
      this.#columnSorts = sortsOf(sorts, 'columns')
      const filter = compileFilter(bindings, config.filter, config.filter_op)
      this.#cube = new Cube(table, bindings, {
        rows: [],
        splits: config.split_by.map((name) => bindings.find(name)!),
        measures: this.#measures,
        filter,
      })
      this.#order = new RowOrder(table, filter, rowSortKeys(bindings, config), bindings.derived())
      this.config = readbackGrouped(bindings, config, columns, this.#measures)
    } catch (error) {
      bindings.release()
      throw error
    }
  }

  createTree(): null {
    return null
  }

  numRows(): number {
    return this.#order.size()
  }

  columnPaths(): readonly string[] {
    return this.#shownColumns().map(({ group, measure }) => group.prefix + measure.name)
  }

  schema(): TypedSchema {
    // As in the reference there is no type where no column is, unless rows are sorted.
    if (this.#splitGroups().length === 0 && sortsOf(this.config.sort, 'rows').length === 0) return []
    return this.#measures.map(({ name, inputs }) => ({ name, type: columnType(inputs[0]!.storage) }))
  }

  expressionSchema(): TypedSchema {
    return this.#bindings.expressions().map(({ name, storage }) => ({ name, type: columnType(storage) }))
  }

  slice(viewport: Viewport, _tree: TreeState | null, keys: boolean): Slice {
    const end = Math.min(viewport.end_row, this.#order.size())
    const start = Math.min(viewport.start_row, end)
    const slots = this.#order.range(start, end) ?? Uint32Array.from({ length: end - start }, (_, i) => start + i)
    return this.#cells(slots, this.#shownColumns().slice(viewport.start_col, viewport.end_col), keys)
  }

  /** As in the reference the total, which is no row of the view, comes first when it changed. */
  delta(since: number, _tree: null, port: number | null): Slice {
    const shown = this.#shownColumns()
    const totals = this.#cube.changedSince(since, this.config.split_rollup_mode === 'rollup')
    const slots = this.#cube.changedSlotsSince(since)
    const written = this.#order.changedSince(since, port)
    const rows = this.#cells(slots === null ? written : written.filter((slot) => slots.has(slot)), shown, false)
    if (totals?.size === 0) return rows
    const columns = rows.columns.map((column, at) => withFirst(this.#total(shown[at]!), column))
    return {
      ...rows,
      length: rows.length + 1,
      columns,
      rowPath: { ...rows.rowPath!, depth: new Uint8Array(rows.length + 1) },
    }
  }

  minMax(name: string): readonly [Scalar, Scalar] {
    const measure = this.#measures.find((each) => each.name === name)
    if (measure === undefined) {
      const message = `Could not find column index for \`${name}\` as it does not exist in the schema.\n`
      throw new TablecastError('invalid-argument', message)
    }
    const slots = this.#order.range(0, this.#order.size()) ?? this.#table.liveSlots()
    return extentOf([this.#bindings.column(measure.inputs[0]!).gather(slots)]) ?? [null, null]
  }

  /** As in the reference: there is nothing to open, and the answer is the row's number, counted with a hidden total. */
  expand(row: number): number {
    return row <= this.#order.size() ? row : 0
  }

  collapse(): number {
    return 0
  }

  setDepth(): void {}

  settle(): void {}

  dispose(): void {
    this.#order.dispose()
    this.#cube.dispose()
    this.#bindings.release()
  }

  #splitGroups(): readonly SplitGroup[] {
    const cube = this.#cube
    cube.sync()
    if (this.#groups === null || this.#version !== cube.version) {
      const order = sortedOrder(cube, cube.main, this.#columnSorts, cube.main.tree.depth)
      this.#groups = splitGroups(cube, cube.main, order, this.config.split_rollup_mode === 'rollup')
      this.#version = cube.version
    }
    return this.#groups
  }

  #shownColumns(): ShownColumn[] {
    const shown = this.#measures.filter(({ hidden }) => !hidden)
    return this.#splitGroups().flatMap((group) => shown.map((measure) => ({ group, measure })))
  }

  /** The one cell of a column's total. */
  #total({ group: { path }, measure }: ShownColumn): Column {
    const { main } = this.#cube
    const node = Int32Array.of(follow(main.tree, path))
    const place = this.#measures.indexOf(measure)
    this.#cube.evaluate(main, path.length, node, place)
    return main.values(place, path.length, node)
  }

  #cells(slots: Uint32Array, shown: readonly ShownColumn[], keys: boolean): Slice {
    const { tree } = this.#cube.main
    // By level, the split group each row is in.
    const nodes = tree.levels.map(() => Int32Array.from(slots, (slot) => this.#cube.leafOf(slot)))
    for (let level = tree.depth; level > 0; level--) {
      for (let above = 0; above < level; above++) tree.ascend(level, nodes[above]!, slots.length)
    }
    const columns = shown.map(({ group, measure }) => {
      const cells = this.#bindings.column(measure.inputs[0]!).gather(slots)
      const node = follow(tree, group.path)
      const of = nodes[group.path.length]!
      for (let row = 0; row < of.length; row++) if (of[row] !== node) cells.setNull(row)
      return cells
    })
    return {
      length: slots.length,
      names: shown.map(({ group, measure }) => group.prefix + measure.name),
      columns,
      rowPath: { names: [], levels: [], depth: new Uint8Array(slots.length), splitOnly: true },
      keys: keys ? this.#keys(slots) : null,
    }
  }

  #keys(slots: Uint32Array): RowKeys {
    return { keys: keyCells(this.#table, slots), offsets: Uint32Array.from({ length: slots.length + 1 }, (_, i) => i) }
  }
}

/** A column with the one cell of another before it; that of no rows alone has a text of its own. */
function withFirst(first: Column, rest: Column): Column {
  if (rest.length === 0) return first
  const out = new Column(rest.storage, rest.length + 1, rest.dictionary)
  out.copyCell(0, first, 0, first.data[0]!)
  for (let i = 0; i < rest.length; i++) out.copyCell(i + 1, rest, i, rest.data[i]!)
  return out
}

/** The keys rows are sorted by: every row is a group of its own, so its aggregates are its cells. */
function rowSortKeys(bindings: ColumnBindings, config: ViewConfig): () => SortKey[] {
  const sorts = sortsOf(
    config.sort.map(({ column, dir }) => ({ column, dir })),
    'rows',
  )
  return () =>
    sorts.map(({ column, dir }) => ({
      column: bindings.column(bindings.find(column)!),
      descending: dir.startsWith('desc'),
      absolute: dir.endsWith('abs'),
    }))
}
