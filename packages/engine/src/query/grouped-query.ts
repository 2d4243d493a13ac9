import type { Scalar } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Table } from '../table/table.js'
import type { ViewConfig } from './config.js'
import type { Query, TreeState } from './query.js'
import { nextQueryId } from './query.js'
import type { Slice, TypedSchema, Viewport } from './slice.js'

/** A query with `group_by`, `split_by`, or one total row. */
export class GroupedQuery implements Query {
  readonly id = nextQueryId()
  readonly config: ViewConfig

  constructor(_table: Table, config: ViewConfig) {
    this.config = config
    throw new TablecastError('not-supported', 'Grouped views are not served yet')
  }

  declare createTree: () => TreeState
  declare numRows: (tree: TreeState | null) => number
  declare columnPaths: () => readonly string[]
  declare schema: () => TypedSchema
  declare expressionSchema: () => TypedSchema
  declare slice: (viewport: Viewport, tree: TreeState | null, keys: boolean) => Slice
  declare delta: (since: number, tree: TreeState | null) => Slice
  declare minMax: (column: string) => readonly [Scalar, Scalar]
  declare expand: (row: number, tree: TreeState | null) => number
  declare collapse: (row: number, tree: TreeState | null) => number
  declare setDepth: (depth: number, tree: TreeState | null) => void
  declare dispose: () => void
}
