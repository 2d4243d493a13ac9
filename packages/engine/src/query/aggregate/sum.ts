import type { Column } from '../../columns/column.js'
import { columnType, isWide, type Storage } from '../../columns/storage.js'
import type { GroupTree } from '../group/group-tree.js'
import type { RowChunk } from '../group/row-chunk.js'
import { addDoubles, addInts, addNumbers } from './add-rows.js'
import type { Cells, RunningAggregation } from './aggregation.js'
import { ExactSums, emitWide, isSpent } from './exact.js'

/** What is made of a sum on its way out. */
export type SumOutput = 'sum' | 'abs' | 'percent of parent' | 'percent of total'

/**
 * The sums: of values or of their absolute values; NaN and null count as nothing. Floats are added leaf by leaf in row
 * order and the leaves in order of their values, as the reference does when a view is made; what follows is added
 * exactly. Integers are exact throughout.
 */
export class SumAggregation implements RunningAggregation {
  readonly kind = 'running'
  readonly storage: Storage
  readonly #tree: GroupTree
  readonly #sums: readonly ExactSums[]
  readonly #absolute: boolean
  readonly #output: SumOutput
  readonly #isWide: boolean
  readonly #isFloat: boolean

  constructor(tree: GroupTree, source: Storage, absolute: boolean, output: SumOutput) {
    this.#tree = tree
    this.#absolute = absolute
    this.#output = output
    this.#isWide = isWide(source)
    this.#isFloat = columnType(source) === 'float'
    this.#sums = tree.levels.map(() => new ExactSums())
    this.storage = output.startsWith('percent') || this.#isFloat ? 'float64' : sumStorage(source)
  }

  reserve(level: number, capacity: number): void {
    this.#sums[level]!.reserve(capacity)
  }

  clear(level: number, ordinal: number): void {
    this.#sums[level]!.clear(ordinal)
  }

  reset(): void {
    for (const sums of this.#sums) sums.reset()
  }

  build(leaves: Int32Array, rows: RowChunk, columns: readonly Column[]): void {
    if (this.#isWide) {
      this.add(this.#tree.depth, leaves, { columns, at: rows.slots }, rows.count)
      return
    }
    const { high } = this.#sums[this.#tree.depth]!
    const [column] = columns
    const ints = this.#absolute ? null : rows.ints(column!)
    if (ints !== null) addInts(high, leaves, ints, rows.count)
    else if (this.#absolute) addAbsolute(high, leaves, rows.numbers(column!), rows.count)
    else if (this.#isFloat) addNumbers(high, leaves, rows.numbers(column!), rows.count)
    else addDoubles(high, leaves, rows.numbers(column!), rows.count)
  }

  merge(level: number, ordinal: number, children: Uint32Array, from: number, to: number): void {
    const sums = this.#sums[level]!
    const { high, low } = this.#sums[level + 1]!
    sums.clear(ordinal)
    if (this.#isWide) {
      for (let i = from; i < to; i++) {
        sums.add(ordinal, high[children[i]!]!)
        sums.low[ordinal]! += low[children[i]!]!
      }
      return
    }
    let sum = 0
    for (let i = from; i < to; i++) sum += high[children[i]!]! + low[children[i]!]!
    sums.high[ordinal] = sum
  }

  add(level: number, nodes: Int32Array, cells: Cells, count: number): void {
    this.#change(level, nodes, cells, count, 1)
  }

  remove(
    level: number,
    nodes: Int32Array,
    cells: Cells,
    count: number,
    redo: (level: number, node: number) => void,
  ): void {
    if (!this.#isFloat) {
      this.#change(level, nodes, cells, count, -1)
      return
    }
    const sums = this.#sums[level]!
    const { data } = cells.columns[0]!
    for (let i = 0; i < count; i++) {
      const raw = data[cells.at[i]!]!
      const value = this.#absolute ? Math.abs(raw) : raw
      // biome-ignore lint/suspicious/noSelfCompare: NaN counts as nothing
      if (value !== value) continue
      const node = nodes[i]!
      sums.add(node, -value)
      if (isSpent(sums.get(node), value)) redo(level, node)
    }
  }

  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    if (this.#output.startsWith('percent')) {
      this.#emitPercent(level, nodes, at, count, out)
      return
    }
    const { high, low } = this.#sums[level]!
    const absolute = this.#output === 'abs'
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!
      if (node < 0) continue
      const sign = absolute && high[node]! + low[node]! < 0 ? -1 : 1
      if (this.#isFloat) out.data[at[i]!] = sign * (high[node]! + low[node]!)
      else emitWide(out, at[i]!, sign * high[node]!, sign * low[node]!)
    }
  }

  #emitPercent(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    const sums = this.#sums[level]!
    const parents = this.#output === 'percent of parent' && level > 0 ? this.#tree.levels[level]!.parents : null
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!
      if (node < 0) continue
      if (level === 0 && this.#output === 'percent of parent') {
        out.data[at[i]!] = 100
        continue
      }
      const whole = parents === null ? this.#sums[0]!.get(0) : this.#sums[level - 1]!.get(parents[node]!)
      if (whole === 0) out.setNull(at[i]!)
      else out.data[at[i]!] = 100 * (sums.get(node) / whole)
    }
  }

  #change(level: number, nodes: Int32Array, cells: Cells, count: number, sign: 1 | -1): void {
    const sums = this.#sums[level]!
    const { data, fine } = cells.columns[0]!
    for (let i = 0; i < count; i++) {
      const raw = data[cells.at[i]!]!
      const flip = this.#absolute && raw < 0 ? -sign : sign
      // biome-ignore lint/suspicious/noSelfCompare: NaN counts as nothing
      if (raw !== raw) continue
      sums.add(nodes[i]!, flip * raw)
      if (fine !== null) sums.low[nodes[i]!]! += flip * fine[cells.at[i]!]!
    }
  }
}

function addAbsolute(sums: Float64Array, leaves: Int32Array, values: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = Math.abs(values[i]!)
    if (value >= 0) sums[leaves[i]!]! += value
  }
}

/** The storage of integer sums: 64 bits, signed unless the source is not. */
export function sumStorage(source: Storage): Storage {
  return source.startsWith('uint') ? 'uint64' : 'int64'
}
