import type { Column } from '../columns/column.js'
import type { Scalar, Storage } from '../columns/storage.js'
import type { Table } from '../table/table.js'
import { Budget, type ExpressionLimits, OverBudget } from './budget.js'
import { type Cell, FLOAT, FLOAT32, INVALID, isNumericCode, NONE, STRING, typeCode, VALID } from './cell.js'
import type { Program } from './program.js'
import type { RowSource } from './row-source.js'
import { RowCompiler, type Run } from './run.js'
import { toInt64 } from './unary.js'

/** A program that computes row by row; it can do whatever the language can. */
export class RowProgram {
  readonly #budget: Budget
  readonly #rows = new TableRows()
  readonly #compiler: RowCompiler
  readonly #run: Run
  readonly #inputs: { readonly name: string; readonly cell: Cell }[]

  constructor(program: Program, limits: ExpressionLimits) {
    this.#budget = new Budget(limits)
    this.#compiler = new RowCompiler({
      validating: false,
      rows: this.#rows,
      budget: this.#budget,
      onTypeError: null,
    })
    this.#run = this.#compiler.compile(program.root)
    this.#inputs = program.columns.map((variable) => ({
      name: variable.column!,
      cell: this.#compiler.variable(variable),
    }))
  }

  /** Computes `slots` into `target`. Rows over the budget become null; returns what the first one said, or null. */
  compute(table: Table, target: Column, slots: Uint32Array): string | null {
    let fault: string | null = null
    const columns = this.#inputs.map(({ name }) => table.columns[table.position(name)]!)
    this.#rows.table = table
    this.#budget.start()
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!
      this.#rows.slot = slot
      for (let at = 0; at < columns.length; at++) loadCell(columns[at]!, slot, this.#inputs[at]!.cell)
      this.#compiler.resetLocals()
      this.#budget.row()
      try {
        storeCell(this.#run(), target, slot)
      } catch (error) {
        if (!(error instanceof OverBudget)) throw error
        fault ??= error.message
        target.setNull(slot)
      }
    }
    return fault
  }
}

/** A column's cell, typed even when it is null. */
function loadCell(column: Column, slot: number, out: Cell): void {
  out.clear(typeCode(column.storage), INVALID)
  if (!column.isValid(slot)) return
  out.status = VALID
  if (column.dictionary === null) out.value = column.data[slot]!
  else out.text = column.dictionary.values[column.data[slot]!]!
}

/** Puts a value into a cell of a column; one of another kind is null, a number of another type is converted. */
export function storeCell(cell: Cell, target: Column, slot: number): void {
  const type = typeCode(target.storage)
  if (cell.status !== VALID || cell.type === NONE) {
    target.setNull(slot)
  } else if (cell.type === type) {
    target.set(slot, cell.type === STRING ? cell.text : cell.value)
  } else if (isNumericCode(type) && isNumericCode(cell.type)) {
    target.set(slot, type === FLOAT || type === FLOAT32 ? cell.value : toInt64(cell.value))
  } else {
    target.setNull(slot)
  }
}

class TableRows implements RowSource {
  table!: Table
  slot = 0

  storageOf(name: string): Storage | null {
    const position = this.table.position(name)
    return position < 0 ? null : this.table.columns[position]!.storage
  }

  keyStorage(): Storage {
    return this.table === undefined || this.table.indexPosition < 0
      ? 'int32'
      : this.table.columns[this.table.indexPosition]!.storage
  }

  cell(name: string): Scalar {
    return this.table.columns[this.table.position(name)]!.get(this.slot)
  }

  key(): Scalar {
    const { table } = this
    return table.indexPosition < 0 ? table.rowNumber(this.slot) : table.columns[table.indexPosition]!.get(this.slot)
  }

  lookup(name: string, key: Scalar): Scalar {
    const slot = this.table.slotOf(key)
    return slot < 0 ? null : this.table.columns[this.table.position(name)]!.get(slot)
  }
}
