import type { Column } from '../../columns/column.js'
import { columnType, isNumeric, type Storage } from '../../columns/storage.js'
import type { Kernel } from './kernel.js'
import { ValueOrder } from './value-order.js'

/** The row of the smallest or largest cell, the first of equals; -1 when there is none. */
function extremeRow(
  order: ValueOrder,
  rows: Uint32Array,
  from: number,
  to: number,
  largest: boolean,
  skipNulls: boolean,
): number {
  let best = -1
  let bestNumber = 0
  const { fine } = order.column
  for (let i = from; i < to; i++) {
    const row = rows[i]!
    if (order.isNull(row)) {
      // Null is below every value.
      if (skipNulls || largest) continue
      return row
    }
    const number = order.number(row)
    // biome-ignore lint/suspicious/noSelfCompare: NaN counts only where there is nothing else
    if (number !== number) continue
    if (best < 0 || (largest ? number > bestNumber : number < bestNumber)) {
      best = row
      bestNumber = number
    } else if (
      fine !== null &&
      number === bestNumber &&
      (largest ? fine[row]! > fine[best]! : fine[row]! < fine[best]!)
    ) {
      best = row
    }
  }
  if (best >= 0) return best
  for (let i = from; i < to; i++) if (!order.isNull(rows[i]!)) return rows[i]!
  return skipNulls ? -1 : rows[from]!
}

/** The smallest or largest value. Null counts as below every value, unless it is skipped. */
export class ExtremeKernel implements Kernel {
  readonly storage: Storage
  readonly #largest: boolean
  readonly #skipNulls: boolean
  #order!: ValueOrder

  constructor(storage: Storage, largest: boolean, skipNulls: boolean) {
    this.storage = storage
    this.#largest = largest
    this.#skipNulls = skipNulls
  }

  begin(columns: readonly Column[]): void {
    this.#order = new ValueOrder(columns[0]!)
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const row = extremeRow(this.#order, rows, from, to, this.#largest, this.#skipNulls)
    const { column } = this.#order
    if (row < 0) out.setNull(at)
    else out.copyCell(at, column, row, column.data[row]!)
  }
}

/** The value in the row whose argument cell is smallest or largest, the first of equals. */
export class ExtremeByKernel implements Kernel {
  readonly storage: Storage
  readonly #largest: boolean
  #values!: Column
  #order!: ValueOrder

  constructor(storage: Storage, largest: boolean) {
    this.storage = storage
    this.#largest = largest
  }

  begin(columns: readonly Column[]): void {
    this.#values = columns[0]!
    this.#order = new ValueOrder(columns[1]!)
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const row = extremeRow(this.#order, rows, from, to, this.#largest, false)
    out.copyCell(at, this.#values, row, this.#values.data[row]!)
  }
}

/** Puts the difference of two cells into a third; null when one is null or the column holds no numbers. */
export function emitDifference(out: Column, at: number, column: Column, left: number, right: number): void {
  if (!isNumeric(column.storage) || !column.isValid(left) || !column.isValid(right)) {
    out.setNull(at)
    return
  }
  if (columnType(column.storage) === 'integer') {
    out.set(at, Number(column.data[left]!) - column.data[right]!)
    if (column.fine !== null) out.set(at, BigInt(column.get(left) as number) - BigInt(column.get(right) as number))
    return
  }
  out.set(at, column.data[left]! - column.data[right]!)
}
