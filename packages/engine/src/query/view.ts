import type { Scalar } from '../columns/storage.js'
import type { Table } from '../table/table.js'
import type { ViewConfig } from './config.js'
import type { Query, TreeState } from './query.js'
import { acquireQuery } from './registry.js'
import type { Dimensions, Slice, TypedSchema, Viewport } from './slice.js'

/**
 * A handle on a shared query: what is its own is which rows of the tree are open. Everything is read as of now; the
 * query catches up with the table first.
 */
export class View {
  readonly table: Table
  readonly #query: Query
  readonly #tree: TreeState | null
  readonly #release: () => void

  /** Opens a view; throws the reference's texts when the config does not fit the table. Close it when done. */
  constructor(table: Table, config: ViewConfig) {
    const { query, release } = acquireQuery(table, config)
    this.table = table
    this.#query = query
    this.#release = release
    this.#tree = query.createTree()
  }

  /** Equal for views whose answers are equal: cache by it, the table's version, viewport and format. */
  get cacheKey(): string {
    return `${this.#query.id}:${this.#tree?.key ?? ''}`
  }

  /** The config as `view.get_config` gives it back: complete, names normalised, terms coerced. */
  get config(): ViewConfig {
    return this.#query.config
  }

  dimensions(): Dimensions {
    return {
      num_table_rows: this.table.size,
      num_table_columns: this.table.schema.length,
      num_view_rows: this.#query.numRows(this.#tree),
      num_view_columns: this.#query.columnPaths().length,
    }
  }

  columnPaths(): readonly string[] {
    return this.#query.columnPaths()
  }

  schema(): TypedSchema {
    return this.#query.schema()
  }

  /** Types of the config's expressions, windows not included. */
  expressionSchema(): TypedSchema {
    return this.#query.expressionSchema()
  }

  slice(viewport: Viewport, keys = false): Slice {
    return this.#query.slice(viewport, this.#tree, keys)
  }

  /** See `Query.delta`. */
  delta(since: number, port: number | null = null): Slice {
    return this.#query.delta(since, this.#tree, port)
  }

  minMax(column: string): readonly [Scalar, Scalar] {
    return this.#query.minMax(column, this.#tree)
  }

  expand(row: number): number {
    return this.#query.expand(row, this.#tree)
  }

  collapse(row: number): number {
    return this.#query.collapse(row, this.#tree)
  }

  setDepth(depth: number): void {
    this.#query.setDepth(depth, this.#tree)
  }

  /** See `Query.settle`. */
  settle(): void {
    this.#query.settle()
  }

  /** Lets the query go. Calls after it are a mistake of the caller. */
  close(): void {
    this.#release()
  }
}
