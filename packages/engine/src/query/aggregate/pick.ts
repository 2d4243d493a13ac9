import type { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import type { Table } from '../../table/table.js'
import { emitDifference } from './extreme.js'
import type { Kernel } from './kernel.js'

/** The row that comes first (or last) in the table's order. */
function endRow(table: Table, rows: Uint32Array, from: number, to: number, sign: 1 | -1): number {
  let best = rows[from]!
  for (let i = from + 1; i < to; i++) if (sign * table.compareOrder(rows[i]!, best) < 0) best = rows[i]!
  return best
}

/** The value in the first row, or the last, by key or by the order of insertion. */
export class EndKernel implements Kernel {
  readonly storage: Storage
  readonly #table: Table
  readonly #sign: 1 | -1
  #column!: Column

  constructor(storage: Storage, table: Table, end: 'first' | 'last') {
    this.storage = storage
    this.#table = table
    this.#sign = end === 'first' ? 1 : -1
  }

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const row = endRow(this.#table, rows, from, to, this.#sign)
    out.copyCell(at, this.#column, row, this.#column.data[row]!)
  }
}

/** The last row's value less the first row's; null when one is null or the column holds no numbers. */
export class LastMinusFirstKernel implements Kernel {
  readonly storage: Storage
  readonly #table: Table
  #column!: Column

  constructor(storage: Storage, table: Table) {
    this.storage = storage
    this.#table = table
  }

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const last = endRow(this.#table, rows, from, to, -1)
    const first = endRow(this.#table, rows, from, to, 1)
    emitDifference(out, at, this.#column, last, first)
  }
}

/** The value of the last row of the group below that was made last. */
export class LastKernel implements Kernel {
  readonly storage: Storage
  #column!: Column

  constructor(storage: Storage) {
    this.storage = storage
  }

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, _from: number, to: number, out: Column, at: number): void {
    out.copyCell(at, this.#column, rows[to - 1]!, this.#column.data[rows[to - 1]!]!)
  }
}

/** The first text, or the first value that is not null, 0 or false; failing that the first that is not null. */
export class AnyKernel implements Kernel {
  readonly storage: Storage
  #column!: Column

  constructor(storage: Storage) {
    this.storage = storage
  }

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const column = this.#column
    let best = rows[from]!
    let isBestValid = column.isValid(best)
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      if (!column.isValid(row)) continue
      if (column.dictionary !== null || isTruthy(column, row)) {
        best = row
        break
      }
      if (!isBestValid) {
        best = row
        isBestValid = true
      }
    }
    out.copyCell(at, column, best, column.data[best]!)
  }
}

/** True when no cell is null, 0, false or the empty text. */
export class AndKernel implements Kernel {
  readonly storage = 'boolean'
  #column!: Column

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const column = this.#column
    let all = 1
    for (let i = from; i < to && all === 1; i++) {
      if (!column.isValid(rows[i]!) || !isTruthy(column, rows[i]!)) all = 0
    }
    out.data[at] = all
  }
}

/** The value all rows share, null being one; else null, or for a text on `distinct leaf` above leaves the empty text. */
export class UniqueKernel implements Kernel {
  readonly storage: Storage
  /** From this level on a shared value is shown; other texts are the empty text then. */
  readonly #leafLevel: number | null
  #column!: Column

  constructor(storage: Storage, leafLevel: number | null) {
    this.storage = storage
    this.#leafLevel = leafLevel
  }

  begin(columns: readonly Column[]): void {
    this.#column = columns[0]!
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number, level: number): void {
    const column = this.#column
    if ((this.#leafLevel === null || level >= this.#leafLevel) && isShared(column, rows, from, to)) {
      out.set(at, column.get(rows[from]!))
    } else if (this.#leafLevel !== null && column.dictionary !== null) {
      out.set(at, '')
    } else {
      out.setNull(at)
    }
  }
}

function isShared(column: Column, rows: Uint32Array, from: number, to: number): boolean {
  const first = rows[from]!
  const isValid = column.isValid(first)
  const value = column.data[first]!
  const rest = column.fine?.[first] ?? 0
  for (let i = from + 1; i < to; i++) {
    const row = rows[i]!
    if (column.isValid(row) !== isValid || !Object.is(column.data[row]! + 0, value + 0)) return false
    if (column.fine !== null && column.fine[row] !== rest) return false
  }
  return true
}

function isTruthy(column: Column, row: number): boolean {
  const value = column.data[row]!
  if (column.dictionary !== null) return column.dictionary.values[value] !== ''
  return value !== 0 || column.storage === 'date'
}
