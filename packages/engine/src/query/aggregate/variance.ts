import type { Column } from '../../columns/column.js'
import type { GroupTree } from '../group/group-tree.js'
import type { RowChunk } from '../group/row-chunk.js'
import type { Cells, RunningAggregation } from './aggregation.js'
import { grownDoubles } from './exact.js'

/** Count, mean and sum of squared distances from the mean, per node. */
class Moments {
  count = new Float64Array(0)
  mean = new Float64Array(0)
  squares = new Float64Array(0)

  reserve(capacity: number): void {
    if (capacity <= this.count.length) return
    this.count = grownDoubles(this.count, capacity)
    this.mean = grownDoubles(this.mean, capacity)
    this.squares = grownDoubles(this.squares, capacity)
  }

  clear(at: number): void {
    this.count[at] = 0
    this.mean[at] = 0
    this.squares[at] = 0
  }

  add(at: number, value: number): void {
    const count = ++this.count[at]!
    const old = this.mean[at]!
    const mean = old + (value - old) / count
    this.squares[at]! += (value - old) * (value - mean)
    this.mean[at] = mean
  }

  /** Undoes `add`; false when too few digits are left. */
  remove(at: number, value: number): boolean {
    const count = --this.count[at]!
    if (count === 0) {
      this.clear(at)
      return true
    }
    const old = this.mean[at]!
    const mean = old + (old - value) / count
    const taken = (value - old) * (value - mean)
    this.squares[at]! -= taken
    this.mean[at] = mean
    return this.squares[at]! >= Math.abs(taken) * 2 ** -20 && mean - mean === 0
  }

  /** Adds another node's moments (Chan, Golub and LeVeque). */
  merge(at: number, from: Moments, other: number): void {
    const added = from.count[other]!
    if (added === 0) return
    const count = this.count[at]! + added
    const apart = from.mean[other]! - this.mean[at]!
    this.squares[at]! += from.squares[other]! + (apart * apart * this.count[at]! * added) / count
    this.mean[at]! += (apart * added) / count
    this.count[at] = count
  }
}

/** The population variance of valid values, or its root; null for fewer than two. */
export class VarianceAggregation implements RunningAggregation {
  readonly kind = 'running'
  readonly storage = 'float64'
  readonly #tree: GroupTree
  readonly #moments: readonly Moments[]
  readonly #root: boolean

  constructor(tree: GroupTree, root: boolean) {
    this.#tree = tree
    this.#root = root
    this.#moments = tree.levels.map(() => new Moments())
  }

  reserve(level: number, capacity: number): void {
    this.#moments[level]!.reserve(capacity)
  }

  clear(level: number, ordinal: number): void {
    this.#moments[level]!.clear(ordinal)
  }

  reset(): void {
    for (const moments of this.#moments) for (let at = 0; at < moments.count.length; at++) moments.clear(at)
  }

  build(leaves: Int32Array, rows: RowChunk, columns: readonly Column[]): void {
    this.add(this.#tree.depth, leaves, { columns, at: rows.slots }, rows.count)
  }

  merge(level: number, ordinal: number, children: Uint32Array, from: number, to: number): void {
    const moments = this.#moments[level]!
    moments.clear(ordinal)
    for (let i = from; i < to; i++) moments.merge(ordinal, this.#moments[level + 1]!, children[i]!)
  }

  add(level: number, nodes: Int32Array, cells: Cells, count: number): void {
    const moments = this.#moments[level]!
    const values = cells.columns[0]!
    const isText = values.dictionary !== null
    for (let i = 0; i < count; i++) {
      const at = cells.at[i]!
      if (values.isValid(at)) moments.add(nodes[i]!, isText ? 0 : values.data[at]!)
    }
  }

  remove(
    level: number,
    nodes: Int32Array,
    cells: Cells,
    count: number,
    redo: (level: number, node: number) => void,
  ): void {
    const moments = this.#moments[level]!
    const values = cells.columns[0]!
    const isText = values.dictionary !== null
    for (let i = 0; i < count; i++) {
      const at = cells.at[i]!
      if (!values.isValid(at)) continue
      if (!moments.remove(nodes[i]!, isText ? 0 : values.data[at]!)) redo(level, nodes[i]!)
    }
  }

  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    const { count: counts, squares } = this.#moments[level]!
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!
      if (node < 0) continue
      if (counts[node]! < 2) {
        out.setNull(at[i]!)
        continue
      }
      const variance = squares[node]! / counts[node]!
      out.data[at[i]!] = this.#root ? Math.sqrt(variance) : variance
    }
  }
}
