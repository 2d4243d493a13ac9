import type { Column } from '../../columns/column.js'
import { columnType, isNumeric, type Storage } from '../../columns/storage.js'
import type { GroupTree } from '../group/group-tree.js'
import type { RowChunk } from '../group/row-chunk.js'
import type { Cells, RunningAggregation } from './aggregation.js'
import { emitWide } from './exact.js'
import { ExtremeAggregation } from './extreme-running.js'

/** The largest value less the smallest; null when a cell is null or the column holds no numbers. */
export class SpanAggregation implements RunningAggregation {
  readonly kind = 'running'
  readonly storage: Storage
  readonly #low: ExtremeAggregation
  readonly #high: ExtremeAggregation

  constructor(tree: GroupTree, source: Storage) {
    this.storage = source
    this.#low = new ExtremeAggregation(tree, source, 'smallest', 'rows')
    this.#high = new ExtremeAggregation(tree, source, 'largest', 'rows')
  }

  reserve(level: number, capacity: number): void {
    this.#low.reserve(level, capacity)
    this.#high.reserve(level, capacity)
  }

  clear(level: number, ordinal: number): void {
    this.#low.clear(level, ordinal)
    this.#high.clear(level, ordinal)
  }

  reset(): void {
    this.#low.reset()
    this.#high.reset()
  }

  build(leaves: Int32Array, rows: RowChunk, columns: readonly Column[]): void {
    this.#low.build(leaves, rows, columns)
    this.#high.build(leaves, rows, columns)
  }

  merge(level: number, ordinal: number, children: Uint32Array, from: number, to: number): void {
    this.#low.merge(level, ordinal, children, from, to)
    this.#high.merge(level, ordinal, children, from, to)
  }

  add(level: number, nodes: Int32Array, cells: Cells, count: number): void {
    this.#low.add(level, nodes, cells, count)
    this.#high.add(level, nodes, cells, count)
  }

  remove(
    level: number,
    nodes: Int32Array,
    cells: Cells,
    count: number,
    redo: (level: number, node: number) => void,
  ): void {
    this.#low.remove(level, nodes, cells, count, redo)
    this.#high.remove(level, nodes, cells, count, redo)
  }

  isLost(level: number, node: number): boolean {
    return this.#low.isLost(level, node) || this.#high.isLost(level, node)
  }

  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    const isWhole = columnType(this.storage) === 'integer'
    for (let i = 0; i < count; i++) {
      if (nodes[i]! < 0) continue
      const low = this.#low.best(level, nodes[i]!)
      const high = this.#high.best(level, nodes[i]!)
      if (low === null || high === null || !isNumeric(this.storage)) out.setNull(at[i]!)
      else if (isWhole) emitWide(out, at[i]!, high.value - low.value, high.rest - low.rest)
      else out.data[at[i]!] = high.value - low.value
    }
  }
}
