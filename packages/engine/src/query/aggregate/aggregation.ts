import type { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import type { NodeRows } from '../group/node-rows.js'
import type { RowChunk } from '../group/row-chunk.js'

/** Where the cells of an aggregate's column are: the table's column now, or how some of its rows were before. */
export interface Cells {
  /** By dependency: the aggregated column, then the column some take as argument. */
  readonly columns: readonly Column[]
  /** Per row the place of its cell in those columns. */
  readonly at: Uint32Array
}

/**
 * One aggregate over all nodes of one group tree. Nodes are named by level and ordinal; whoever owns the tree keeps
 * `reserve` ahead of its ordinals and calls `clear` when an ordinal is given up.
 */
export interface Aggregation {
  /** The storage of the way out. */
  readonly storage: Storage
  /** Makes room for ordinals below `capacity`. */
  reserve(level: number, capacity: number): void
  /** Lets a node start anew. */
  clear(level: number, ordinal: number): void
  /** Lets every node start anew. */
  reset(): void
  /** Writes the values of nodes of a level into cells `at[i]` of `out`, for the first `count`; -1 for no node is passed over. */
  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void
}

/** An aggregate that follows single rows: what they add is added, what they took away is taken. */
export interface RunningAggregation extends Aggregation {
  readonly kind: 'running'
  /** Adds rows to the leaves they are in, which are being built; `columns` are the aggregate's dependencies. */
  build(leaves: Int32Array, rows: RowChunk, columns: readonly Column[]): void
  /** Makes a node out of its children, which stand at `children[from]` to `children[to - 1]`, one level down. */
  merge(level: number, ordinal: number, children: Uint32Array, from: number, to: number): void
  /** Adds rows to nodes of any level. */
  add(level: number, nodes: Int32Array, cells: Cells, count: number): void
  /**
   * Takes rows away from nodes of any level. Nodes whose value can no longer be told are handed to `redo`; they are then
   * cleared and built or merged again.
   */
  remove(
    level: number,
    nodes: Int32Array,
    cells: Cells,
    count: number,
    redo: (level: number, node: number) => void,
  ): void
  /** Whether a node handed to `redo` still has to be, after rows were added; left out: it has. */
  isLost?(level: number, node: number): boolean
}

/** An aggregate that is worked out from all rows of a node, when it is asked for. */
export interface EvaluatedAggregation extends Aggregation {
  readonly kind: 'evaluated'
  /** The node's rows changed. */
  touch(level: number, ordinal: number): void
  /** The nodes among the first `count` that have to be evaluated before they can be emitted. */
  stale(level: number, nodes: Int32Array, count: number): number[]
  /** Whether it takes a node's rows in any order. */
  readonly anyOrder: boolean
  /** Nodes with so many rows in all are going to be evaluated, until `release`. */
  gather(rows: NodeRows, count: number): void
  release(): void
  /** Evaluates a node from its rows, the slots `rows[from]` to `rows[to - 1]`, in order. */
  evaluate(level: number, ordinal: number, rows: Uint32Array, from: number, to: number): void
  /** Takes note of the columns as they stand: dictionaries may have been replaced. Before `stale` and `evaluate`. */
  follow(): void
}

export type AnyAggregation = RunningAggregation | EvaluatedAggregation
