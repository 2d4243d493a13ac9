import type { Scalar } from '../columns/storage.js'
import type { Table } from '../table/table.js'
import { ColumnBindings } from './bindings.js'
import type { ViewConfig } from './config.js'
import type { Query, TreeState } from './query.js'
import { nextQueryId } from './query.js'
import type { Slice, TypedSchema, Viewport } from './slice.js'

/** A query without groups: rows of the table, filtered and sorted. */
export class FlatQuery implements Query {
  readonly id = nextQueryId()
  readonly config: ViewConfig
  readonly #bindings: ColumnBindings

  constructor(table: Table, config: ViewConfig) {
    this.config = config
    this.#bindings = new ColumnBindings(table, config)
  }

  createTree(): null {
    return null
  }

  declare numRows: (tree: TreeState | null) => number
  declare columnPaths: () => readonly string[]
  declare schema: () => TypedSchema
  declare expressionSchema: () => TypedSchema
  declare slice: (viewport: Viewport, tree: TreeState | null, keys: boolean) => Slice
  declare delta: (since: number, tree: TreeState | null) => Slice
  declare minMax: (column: string) => readonly [Scalar, Scalar]

  expand(): number {
    return 0
  }

  collapse(): number {
    return 0
  }

  setDepth(): void {}

  dispose(): void {
    this.#bindings.release()
  }
}
