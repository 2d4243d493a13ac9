import { Column } from '../columns/column.js'
import { columnType, type Scalar } from '../columns/storage.js'
import { compareText } from '../columns/text-order.js'
import { TablecastError } from '../error.js'
import type { SortKey } from '../sort/sort-slots.js'
import type { Table } from '../table/table.js'
import { type Binding, ColumnBindings } from './bindings.js'
import type { ViewConfig } from './config.js'
import { compileFilter } from './filter.js'
import { readbackFilters } from './filter-readback.js'
import { nextQueryId, type Query } from './query.js'
import { RowOrder } from './row-order.js'
import type { RowKeys, Slice, TypedSchema, Viewport } from './slice.js'
import { validateConfig } from './validate.js'

/** A query without groups: rows of the table, filtered and sorted. */
export class FlatQuery implements Query {
  readonly id = nextQueryId()
  readonly config: ViewConfig
  readonly #table: Table
  readonly #bindings: ColumnBindings
  readonly #shown: readonly Binding[]
  readonly #order: RowOrder

  /** Throws the reference's texts when the config does not fit the table; then nothing is held. */
  constructor(table: Table, config: ViewConfig) {
    this.#table = table
    this.#bindings = new ColumnBindings(table, config)
    try {
      validateConfig(this.#bindings, config)
      const columns = config.columns ?? this.#bindings.names()
      this.#shown = columns.map((name) => this.#bindings.find(name)!)
      const filter = compileFilter(this.#bindings, config.filter, config.filter_op)
      this.#order = new RowOrder(table, filter, sortKeys(this.#bindings, config), this.#bindings.derived())
      this.config = {
        ...config,
        columns,
        filter: readbackFilters(this.#bindings, config.filter),
        sort: config.sort.filter(({ dir }) => !dir.startsWith('col')),
        aggregates: {},
        windows: {},
      }
    } catch (error) {
      this.#bindings.release()
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
    return this.#shown.map(({ name }) => name)
  }

  schema(): TypedSchema {
    return this.#shown.map(typed)
  }

  expressionSchema(): TypedSchema {
    return this.#bindings.expressions().map(typed)
  }

  slice(viewport: Viewport, _tree: null, keys: boolean): Slice {
    const end = Math.min(viewport.end_row, this.#order.size())
    const start = Math.min(viewport.start_row, end)
    const shown = this.#shown.slice(viewport.start_col, viewport.end_col)
    const slots = this.#order.range(start, end)
    // A null range means that slots are row numbers: copy blocks instead of gathering cells.
    const columns = shown.map((binding) => {
      const column = this.#bindings.column(binding)
      return slots === null ? column.range(start, end) : column.gather(slots)
    })
    return {
      length: end - start,
      names: shown.map(({ name }) => name),
      columns,
      rowPath: null,
      keys: keys ? this.#keys(slots, start, end) : null,
    }
  }

  delta(since: number, _tree: null, port: number | null): Slice {
    const slots = this.#order.changedSince(since, port)
    const columns = this.#shown.map((binding) => this.#bindings.column(binding).gather(slots))
    return { length: slots.length, names: this.columnPaths(), columns, rowPath: null, keys: null }
  }

  minMax(name: string): readonly [Scalar, Scalar] {
    const binding = this.#bindings.find(name)
    if (binding === null) {
      throw new TablecastError(
        'invalid-argument',
        `Could not find column index for \`${name}\` as it does not exist in the schema.\n`,
      )
    }
    const column = this.#bindings.column(binding)
    const size = this.#order.size()
    const slots = this.#order.range(0, size)
    let min = -1
    let max = -1
    const { data, dictionary } = column
    for (let row = 0; row < size; row++) {
      const slot = slots === null ? row : slots[row]!
      const value = data[slot]!
      // biome-ignore lint/suspicious/noSelfCompare: NaN is no extent
      if (value !== value || !column.isValid(slot)) continue
      if (min < 0) {
        min = slot
        max = slot
      } else if (dictionary === null) {
        if (value < data[min]!) min = slot
        if (value > data[max]!) max = slot
      } else if (value !== data[min] && value !== data[max]) {
        const text = dictionary.values[value]!
        if (compareText(text, dictionary.values[data[min]!]!) < 0) min = slot
        if (compareText(text, dictionary.values[data[max]!]!) > 0) max = slot
      }
    }
    return min < 0 ? [null, null] : [column.get(min), column.get(max)]
  }

  /** As in the reference: there is nothing to open, and the answer is the row's number. */
  expand(row: number): number {
    return row
  }

  /** Answers with the row's number, as `expand` does. */
  collapse(row: number): number {
    return row
  }

  setDepth(): void {}

  settle(): void {}

  dispose(): void {
    this.#order.dispose()
    this.#bindings.release()
  }

  #keys(slots: Uint32Array | null, start: number, end: number): RowKeys {
    const count = end - start
    const offsets = new Uint32Array(count + 1)
    for (let i = 0; i <= count; i++) offsets[i] = i
    if (this.#table.indexPosition >= 0) {
      const key = this.#table.columns[this.#table.indexPosition]!
      return { keys: slots === null ? key.range(start, end) : key.gather(slots), offsets }
    }
    const numbers = new Float64Array(count)
    for (let i = 0; i < count; i++) numbers[i] = this.#table.rowNumber(slots === null ? start + i : slots[i]!)
    return { keys: Column.from('int64', numbers), offsets }
  }
}

function typed({ name, storage }: Binding): TypedSchema[number] {
  return { name, type: columnType(storage) }
}

/** The keys of a flat sort; a `col` direction has no columns to order here, and `none` ends the list in table order. */
function sortKeys(bindings: ColumnBindings, config: ViewConfig): () => SortKey[] {
  const none = config.sort.findIndex(({ dir }) => dir === 'none')
  const sort = config.sort.slice(0, none < 0 ? undefined : none).filter(({ dir }) => !dir.startsWith('col'))
  return () =>
    sort.map(({ column, dir }) => ({
      column: bindings.column(bindings.find(column)!),
      descending: dir.startsWith('desc'),
      absolute: dir.endsWith('abs'),
    }))
}
