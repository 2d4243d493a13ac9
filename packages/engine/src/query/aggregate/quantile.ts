import type { Column } from '../../columns/column.js'
import { columnType, type Storage } from '../../columns/storage.js'
import type { NodeRows } from '../group/node-rows.js'
import type { RowChunk } from '../group/row-chunk.js'
import type { Kernel } from './kernel.js'
import { NodeCells } from './node-cells.js'
import { select } from './select.js'
import { ValueOrder } from './value-order.js'

/**
 * The value at a fraction of a node's cells in order, null being the smallest: the cell at that place, or, for floats
 * when the place falls between two, their mean.
 */
export class QuantileKernel implements Kernel {
  readonly storage: Storage
  readonly #fraction: number
  #order!: ValueOrder
  /** By rank of a text its code. */
  #codes = new Int32Array(0)
  #numbers = new Float64Array(0)
  /** True once there was a NaN, which no number is to be compared with. */
  #metNaN = false
  readonly #cells = new NodeCells<Float64Array>(
    (length) => new Float64Array(length),
    (rows, out) => this.#read(rows, out),
  )

  constructor(storage: Storage, fraction: number) {
    this.storage = storage
    this.#fraction = fraction
  }

  begin(columns: readonly Column[]): void {
    const before = (this.#order as ValueOrder | undefined)?.ranks
    this.#order = new ValueOrder(columns[0]!)
    const { ranks } = this.#order
    if (ranks === null || ranks === before) return
    this.#cells.forget()
    this.#codes = new Int32Array(ranks.length)
    for (let code = 0; code < ranks.length; code++) this.#codes[ranks[code]!] = code
  }

  gather(rows: NodeRows, count: number): void {
    this.#cells.gather(rows, count)
  }

  release(): void {
    this.#cells.release()
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const size = to - from
    // The reference reckons the place in single precision.
    const place = Math.fround(Math.fround(size) * this.#fraction)
    const index = size === 1 ? 0 : Math.trunc(place)
    const between = size > 1 && columnType(this.storage) === 'float' && Math.abs(Math.round(place) - place) <= 1e-5
    const { column } = this.#order
    if (column.fine !== null) {
      const sorted = rows.slice(from, to).sort((a, b) => this.#order.compare(a, b))
      out.copyCell(at, column, sorted[index]!, 0)
      return
    }
    this.#cells.seek(rows, from, to)
    let { cells: numbers, start } = this.#cells
    let nulls = 0
    let count = size
    if (column.valid !== null || this.#metNaN) {
      const others = this.#room(size)
      count = 0
      for (let i = 0; i < size; i++) {
        const number = numbers[start + i]!
        if (this.#order.isNull(rows[from + i]!)) nulls++
        else if (!Number.isNaN(number)) others[count++] = number
      }
      numbers = others
      start = 0
    }
    // In order null comes first, NaN next.
    if (index < nulls || (between && index <= nulls)) {
      out.setNull(at)
      return
    }
    const others = size - count
    const { before, at: value } =
      index < others
        ? { before: Number.NaN, at: Number.NaN }
        : select(numbers, start, start + count, start + index - others)
    if (between) out.set(at, (value + before) / 2)
    else out.set(at, out.dictionary === null ? value : out.dictionary.values[this.#codes[value]!]!)
  }

  #room(size: number): Float64Array {
    if (size > this.#numbers.length) this.#numbers = new Float64Array(Math.max(size, this.#numbers.length * 2))
    return this.#numbers
  }

  #read(rows: RowChunk, out: Float64Array): void {
    const { column, ranks } = this.#order
    if (ranks === null) {
      const numbers = rows.numbers(column)
      let nans = 0
      for (let i = 0; i < rows.count; i++) {
        out[i] = numbers[i]!
        nans += Number(Number.isNaN(numbers[i]!)) | 0
      }
      if (nans > 0) this.#metNaN = true
      return
    }
    const codes = rows.codes(column)
    for (let i = 0; i < rows.count; i++) out[i] = ranks[codes[i]!]!
  }
}
