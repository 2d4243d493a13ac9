import { getBit } from '../../columns/bitmap.js'
import type { Column } from '../../columns/column.js'
import { isWide } from '../../columns/storage.js'
import type { GroupTree } from '../group/group-tree.js'
import type { RowChunk } from '../group/row-chunk.js'
import type { Cells, RunningAggregation } from './aggregation.js'
import { ExactSums, isSpent } from './exact.js'

/**
 * The mean of valid values, or with an argument the mean weighted by that column, over the rows where both are valid and
 * no NaN. Null where there is nothing to divide by. A NaN among plain values makes the mean NaN.
 */
export class MeanAggregation implements RunningAggregation {
  readonly kind = 'running'
  readonly storage = 'float64'
  readonly #tree: GroupTree
  readonly #sums: readonly ExactSums[]
  readonly #weights: readonly ExactSums[]

  constructor(tree: GroupTree) {
    this.#tree = tree
    this.#sums = tree.levels.map(() => new ExactSums())
    this.#weights = tree.levels.map(() => new ExactSums())
  }

  reserve(level: number, capacity: number): void {
    this.#sums[level]!.reserve(capacity)
    this.#weights[level]!.reserve(capacity)
  }

  clear(level: number, ordinal: number): void {
    this.#sums[level]!.clear(ordinal)
    this.#weights[level]!.clear(ordinal)
  }

  reset(): void {
    for (const sums of this.#sums) sums.reset()
    for (const weights of this.#weights) weights.reset()
  }

  build(leaves: Int32Array, rows: RowChunk, columns: readonly Column[]): void {
    const [values, by] = columns
    const { depth } = this.#tree
    if (by !== undefined || isWide(values!.storage) || values!.dictionary !== null) {
      this.#change(depth, leaves, { columns, at: rows.slots }, rows.count, 1, null)
      return
    }
    const sums = this.#sums[depth]!.high
    const counts = this.#weights[depth]!.high
    const numbers = rows.numbers(values!)
    const { valid } = values!
    for (let i = 0; i < rows.count; i++) {
      const slot = rows.slots[i]!
      if (valid !== null && (valid[slot >> 3]! & (1 << (slot & 7))) === 0) continue
      sums[leaves[i]!]! += numbers[i]!
      counts[leaves[i]!]!++
    }
  }

  merge(level: number, ordinal: number, children: Uint32Array, from: number, to: number): void {
    mergeSums(this.#sums[level]!, this.#sums[level + 1]!, ordinal, children, from, to)
    mergeSums(this.#weights[level]!, this.#weights[level + 1]!, ordinal, children, from, to)
  }

  add(level: number, nodes: Int32Array, cells: Cells, count: number): void {
    this.#change(level, nodes, cells, count, 1, null)
  }

  remove(
    level: number,
    nodes: Int32Array,
    cells: Cells,
    count: number,
    redo: (level: number, node: number) => void,
  ): void {
    this.#change(level, nodes, cells, count, -1, redo)
  }

  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    const sums = this.#sums[level]!
    const weights = this.#weights[level]!
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!
      if (node < 0) continue
      const weight = weights.get(node)
      if (weight === 0) out.setNull(at[i]!)
      else out.data[at[i]!] = sums.get(node) / weight
    }
  }

  #change(
    level: number,
    nodes: Int32Array,
    cells: Cells,
    count: number,
    sign: 1 | -1,
    redo: ((level: number, node: number) => void) | null,
  ): void {
    const sums = this.#sums[level]!
    const weights = this.#weights[level]!
    const [values, by] = cells.columns
    for (let i = 0; i < count; i++) {
      const at = cells.at[i]!
      if (!values!.isValid(at)) continue
      const weight = by === undefined ? 1 : weightAt(values!, by, at)
      if (weight === 0) continue
      const value = number(values!, values!.data[at]!) * weight
      const node = nodes[i]!
      sums.add(node, sign * value)
      weights.add(node, sign * weight)
      if (redo === null) continue
      if (isSpent(sums.get(node), value) || isSpent(weights.get(node), weight)) redo(level, node)
    }
  }
}

/** A number to calculate with: a text has none and counts as 0. */
function number(column: Column, value: number): number {
  return column.dictionary === null ? value : 0
}

function weightAt(values: Column, by: Column, at: number): number {
  if (by.valid !== null && !getBit(by.valid, at)) return 0
  const weight = number(by, by.data[at]!)
  // biome-ignore lint/suspicious/noSelfCompare: a NaN on either side leaves the row out
  if (weight !== weight || values.data[at]! !== values.data[at]!) return 0
  return weight
}

function mergeSums(
  to: ExactSums,
  from: ExactSums,
  ordinal: number,
  children: Uint32Array,
  start: number,
  end: number,
): void {
  let sum = 0
  for (let i = start; i < end; i++) sum += from.high[children[i]!]! + from.low[children[i]!]!
  to.high[ordinal] = sum
  to.low[ordinal] = 0
}
