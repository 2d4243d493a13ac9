import type { Column } from '../../columns/column.js'
import { isWide, type Storage } from '../../columns/storage.js'
import type { GroupTree } from '../group/group-tree.js'
import { grown } from '../group/level.js'
import type { RowChunk } from '../group/row-chunk.js'
import type { Cells, RunningAggregation } from './aggregation.js'
import { emitWide, grownDoubles } from './exact.js'

/** What an extreme is of: the rows there are, null below every value, or every value there ever was, nulls left out. */
export type ExtremeScope = 'rows' | 'mark'

const NOTHING = 0

/** The best cell of every node of one level. */
class Bests {
  /** Per node the kind of its best cell: a better kind is a higher number, `NOTHING` while there was no cell. */
  kinds = new Int32Array(0)
  /** What the cell holds when it is a value … */
  values = new Float64Array(0)
  /** … and for 64-bit integers what a double cannot hold of it. */
  rests = new Float64Array(0)
  /** 1 for a node that lost its best cell since: another may be the best now. */
  lost = new Int32Array(0)

  reserve(capacity: number): void {
    if (capacity <= this.kinds.length) return
    const room = Math.max(capacity, this.kinds.length * 2)
    this.kinds = grown(this.kinds, room)
    this.lost = grown(this.lost, room)
    this.values = grownDoubles(this.values, room)
    this.rests = grownDoubles(this.rests, room)
  }

  clear(at: number): void {
    this.kinds[at] = NOTHING
    this.lost[at] = 0
  }
}

/**
 * The smallest or largest value of numbers, dates and times. A cell that comes is compared with the best so far; only
 * when the best one goes, and nothing as good comes with the same change, is the node looked through again.
 */
export class ExtremeAggregation implements RunningAggregation {
  readonly kind = 'running'
  readonly storage: Storage
  readonly #tree: GroupTree
  readonly #sign: 1 | -1
  readonly #isMark: boolean
  readonly #isWide: boolean
  readonly #bests: readonly Bests[]
  // Kinds of cells from 1, the worst, up: a NaN counts only where no number is.
  readonly #null: number
  readonly #nan: number
  readonly #value: number

  constructor(tree: GroupTree, source: Storage, end: 'smallest' | 'largest', scope: ExtremeScope) {
    this.storage = source
    this.#tree = tree
    this.#sign = end === 'largest' ? 1 : -1
    this.#isMark = scope === 'mark'
    this.#isWide = isWide(source)
    this.#bests = tree.levels.map(() => new Bests())
    // Null is below every value.
    const isNullBest = end === 'smallest' && scope === 'rows'
    this.#null = isNullBest ? 3 : 1
    this.#nan = isNullBest ? 1 : 2
    this.#value = isNullBest ? 2 : 3
  }

  reserve(level: number, capacity: number): void {
    this.#bests[level]!.reserve(capacity)
  }

  clear(level: number, ordinal: number): void {
    this.#bests[level]!.clear(ordinal)
  }

  reset(): void {
    // A mark outlives its values, but not the table's rows as a whole.
    if (this.#isMark && this.#tree.emptied !== this.#tree.clock) return
    for (const { kinds, lost } of this.#bests) {
      kinds.fill(NOTHING)
      lost.fill(0)
    }
  }

  build(leaves: Int32Array, rows: RowChunk, columns: readonly Column[]): void {
    const column = columns[0]!
    if (this.#isWide || column.valid !== null) {
      this.add(this.#tree.depth, leaves, { columns, at: rows.slots }, rows.count)
      return
    }
    const { kinds, values } = this.#bests[this.#tree.depth]!
    const cells = rows.numbers(column)
    const sign = this.#sign
    const valueKind = this.#value
    for (let i = 0; i < rows.count; i++) {
      const leaf = leaves[i]!
      const value = cells[i]!
      const kind = kinds[leaf]!
      if (kind === valueKind) {
        if (sign * value > sign * values[leaf]!) values[leaf] = value
        // biome-ignore lint/suspicious/noSelfCompare: false for NaN
      } else if (value === value) {
        if (kind > valueKind) continue
        kinds[leaf] = valueKind
        values[leaf] = value
      } else if (kind < this.#nan) {
        kinds[leaf] = this.#nan
      }
    }
  }

  merge(level: number, ordinal: number, children: Uint32Array, from: number, to: number): void {
    const bests = this.#bests[level]!
    const below = this.#bests[level + 1]!
    if (!this.#isMark) bests.clear(ordinal)
    for (let i = from; i < to; i++) {
      const child = children[i]!
      this.#offer(bests, ordinal, below.kinds[child]!, below.values[child]!, below.rests[child]!)
    }
  }

  add(level: number, nodes: Int32Array, cells: Cells, count: number): void {
    const bests = this.#bests[level]!
    const column = cells.columns[0]!
    const { data, fine } = column
    for (let i = 0; i < count; i++) {
      const at = cells.at[i]!
      this.#offer(bests, nodes[i]!, this.#kindOf(column, at), data[at]!, fine === null ? 0 : fine[at]!)
    }
  }

  remove(
    level: number,
    nodes: Int32Array,
    cells: Cells,
    count: number,
    redo: (level: number, node: number) => void,
  ): void {
    if (this.#isMark) return
    const { kinds, values, rests, lost } = this.#bests[level]!
    const column = cells.columns[0]!
    const { data, fine } = column
    for (let i = 0; i < count; i++) {
      const at = cells.at[i]!
      const node = nodes[i]!
      const kind = this.#kindOf(column, at)
      // Where nulls are the worst, the best is one only while there is nothing else.
      if (kind !== kinds[node] || kind === 1) continue
      if (kind === this.#value && (data[at] !== values[node] || (fine === null ? 0 : fine[at]!) !== rests[node]))
        continue
      if (lost[node] === 1) continue
      lost[node] = 1
      redo(level, node)
    }
  }

  isLost(level: number, node: number): boolean {
    return this.#bests[level]!.lost[node] === 1
  }

  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    const { kinds, values, rests } = this.#bests[level]!
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!
      if (node < 0) continue
      const kind = kinds[node]!
      if (kind === NOTHING || kind === this.#null) out.setNull(at[i]!)
      else if (kind === this.#nan) out.data[at[i]!] = Number.NaN
      else if (this.#isWide) emitWide(out, at[i]!, values[node]!, rests[node]!)
      else out.data[at[i]!] = values[node]!
    }
  }

  /** The best value of a node in its two parts; null when the best cell is null or there is none. */
  best(level: number, node: number): { readonly value: number; readonly rest: number } | null {
    const { kinds, values, rests } = this.#bests[level]!
    if (kinds[node] === this.#value) return { value: values[node]!, rest: rests[node]! }
    return kinds[node] === this.#nan ? { value: Number.NaN, rest: 0 } : null
  }

  #kindOf(column: Column, at: number): number {
    if (!column.isValid(at)) return this.#null
    return Number.isNaN(column.data[at]!) ? this.#nan : this.#value
  }

  #offer(bests: Bests, node: number, kind: number, value: number, rest: number): void {
    const known = bests.kinds[node]!
    if (kind < known) return
    if (kind === known && kind === this.#value) {
      const ahead = this.#sign * (value - bests.values[node]! || rest - bests.rests[node]!)
      // Infinities that are equal leave NaN: neither is ahead.
      if (ahead < 0) return
      bests.lost[node] = 0
      if (!(ahead > 0)) return
    }
    bests.kinds[node] = kind
    bests.values[node] = value
    bests.rests[node] = rest
    bests.lost[node] = 0
  }
}
