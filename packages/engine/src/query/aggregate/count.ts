import type { Column } from '../../columns/column.js'
import type { GroupTree } from '../group/group-tree.js'
import type { RunningAggregation } from './aggregation.js'

/** The number of rows, null cells included; the tree counts them anyway. */
export class CountAggregation implements RunningAggregation {
  readonly kind = 'running'
  readonly storage = 'int64'
  readonly #tree: GroupTree

  constructor(tree: GroupTree) {
    this.#tree = tree
  }

  reserve(): void {}
  clear(): void {}
  reset(): void {}
  build(): void {}
  merge(): void {}
  add(): void {}
  remove(): void {}

  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    const { rows } = this.#tree.levels[level]!
    for (let i = 0; i < count; i++) if (nodes[i]! >= 0) out.data[at[i]!] = rows[nodes[i]!]!
  }
}
