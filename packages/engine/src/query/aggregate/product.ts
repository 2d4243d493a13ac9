import type { Column } from '../../columns/column.js'
import { columnType, type Storage } from '../../columns/storage.js'
import type { Kernel } from './kernel.js'
import { sumStorage } from './sum.js'

/** The product of valid values; null when all are null. Integers are kept to 64 bits, as the reference wraps them. */
export class ProductKernel implements Kernel {
  readonly storage: Storage
  #column!: Column

  constructor(source: Storage) {
    this.storage = columnType(source) === 'float' ? 'float64' : sumStorage(source)
  }

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const column = this.#column
    let product = 1
    let count = 0
    for (let i = from; i < to; i++) {
      if (!column.isValid(rows[i]!)) continue
      product *= column.data[rows[i]!]!
      count++
    }
    if (count === 0) out.setNull(at)
    else if (this.storage === 'float64') out.set(at, product)
    // An integer has no -0.
    else if (Number.isSafeInteger(product)) out.set(at, product + 0)
    else out.set(at, this.#exact(rows, from, to))
  }

  #exact(rows: Uint32Array, from: number, to: number): bigint {
    let product = 1n
    for (let i = from; i < to; i++) {
      const value = this.#column.get(rows[i]!)
      if (value === null) continue
      product = BigInt.asIntN(64, product * BigInt(Number(value) === value ? value : (value as bigint)))
    }
    return this.storage === 'uint64' ? BigInt.asUintN(64, product) : product
  }
}
