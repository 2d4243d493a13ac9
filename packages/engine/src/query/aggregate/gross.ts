import type { Column } from '../../columns/column.js'
import { columnType, type Storage } from '../../columns/storage.js'
import { ExactSums, emitWide } from './exact.js'
import type { Kernel } from './kernel.js'
import { sumStorage } from './sum.js'

/** Tells which group of rows a table row is in. */
export interface RowGroups {
  /** How many columns rows are grouped by. */
  readonly depth: number
  /** The ordinal of the row group at `level` that holds the row at `slot`. */
  at(slot: number, level: number): number
}

/** Gross market value: the sum in a leaf, and above the sum of the absolute sums of the row groups one level down. */
export class GrossKernel implements Kernel {
  readonly storage: Storage
  readonly #groups: RowGroups
  /** How many of the tree's levels are row groups; levels below are split groups. */
  readonly #rowLevels: number
  readonly #sums = new ExactSums()
  readonly #total = new ExactSums()
  #column!: Column

  constructor(source: Storage, groups: RowGroups, rowLevels: number) {
    this.storage = columnType(source) === 'float' ? 'float64' : sumStorage(source)
    this.#total.reserve(1)
    this.#groups = groups
    this.#rowLevels = rowLevels
  }

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number, level: number): void {
    const { data, fine } = this.#column
    const rowLevel = Math.min(level, this.#rowLevels)
    const isLeaf = rowLevel === this.#groups.depth
    const sums = this.#sums
    const met = new Set<number>()
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      const group = isLeaf ? 0 : this.#groups.at(row, rowLevel + 1)
      if (!met.has(group)) {
        met.add(group)
        sums.reserve(group + 1)
        sums.clear(group)
      }
      const value = data[row]!
      if (Number.isNaN(value)) continue
      sums.add(group, value)
      if (fine !== null) sums.low[group]! += fine[row]!
    }
    const total = this.#total
    total.clear(0)
    for (const group of met) {
      const sign = !isLeaf && sums.get(group) < 0 ? -1 : 1
      total.add(0, sign * sums.high[group]!)
      total.low[0]! += sign * sums.low[group]!
    }
    if (this.storage === 'float64') out.data[at] = total.get(0)
    else emitWide(out, at, total.high[0]!, total.low[0]!)
  }
}
