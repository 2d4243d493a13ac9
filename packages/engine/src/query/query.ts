import type { Scalar } from '../columns/storage.js'
import type { ViewConfig } from './config.js'
import type { Slice, TypedSchema, Viewport } from './slice.js'

/** What a view handle may hold of its own on a shared query: which rows of the tree are open. Opaque outside the query. */
export interface TreeState {
  /** Changes whenever what is open changes, so that answers can be cached by it. */
  readonly key: string
}

/**
 * One canonical config on one table, shared by every view that has it. Lazy: but for the groups there are
 * when it is made nothing is computed before a read (or `settle`), and every read first catches up with the table (`Table.changesSince`) or rebuilds when that is cheaper.
 *
 * A flat query ignores `tree`; views of a flat query hold null.
 */
export interface Query {
  /** Unique among queries. */
  readonly id: number
  /** The config as `view.get_config` gives it back: complete, names normalised, terms coerced. */
  readonly config: ViewConfig
  /** A state with everything at the config's depth, or null for a flat query. */
  createTree(): TreeState | null
  numRows(tree: TreeState | null): number
  /** Names of the data columns as they stand now (a split view's depend on the data). */
  columnPaths(): readonly string[]
  /** Types per base column name, in the order of `view.schema()`. */
  schema(): TypedSchema
  /** Types of the config's expressions. */
  expressionSchema(): TypedSchema
  /** The cells of a viewport, in view order. `keys` asks for row identities. */
  slice(viewport: Viewport, tree: TreeState | null, keys: boolean): Slice
  /**
   * The rows that changed after table version `since` and are in the view now, whole, in view order, without row paths:
   * exactly those whose output cells differ (or, flat, were written; grouped beside a count also those that a written row is
   * or was in, as in the reference). When `since` is older than the query remembers,
   * all rows. With a `port`, a flat query tells only of what came by it.
   */
  delta(since: number, tree: TreeState | null, port: number | null): Slice
  /** Smallest and largest valid value of an output column among the deepest rows shown, null when there is none. */
  minMax(column: string, tree: TreeState | null): readonly [Scalar, Scalar]
  /** Opens row `row`; returns how many rows appeared, or, where nothing can be opened, mostly `row`, as the reference. */
  expand(row: number, tree: TreeState | null): number
  /** Closes row `row`; returns how many rows went, or `row` in a flat view, as the reference. */
  collapse(row: number, tree: TreeState | null): number
  /** Opens the whole tree to `depth` and closes what is deeper. */
  setDepth(depth: number, tree: TreeState | null): void
  /**
   * Catches up with the table where values depend on the order in which groups come. To be called whenever the writes
   * of one moment are done; groups that come between two calls come in the order of their values.
   */
  settle(): void
  /** Frees what the query holds on the table; called when the last view lets go. */
  dispose(): void
}

let queries = 0

/** A number no other query has. */
export function nextQueryId(): number {
  return ++queries
}
