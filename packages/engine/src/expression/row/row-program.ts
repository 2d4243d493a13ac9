import type { Column } from '../../columns/column.js'
import type { Table } from '../../table/table.js'
import type { Budget } from '../budget.js'
import type { Computation } from '../computation.js'
import type { Program } from '../program.js'
import type { TableRows } from '../table-rows.js'
import { type Cell, FLOAT, FLOAT32, INVALID, isNumericCode, NONE, STRING, typeCode, VALID } from '../value/cell.js'
import { toInt64 } from '../value/unary.js'
import { stepsOf } from '../weight.js'
import { RowCompiler, type Run } from './row-compiler.js'

/** A program that computes row by row; it can do whatever the language can. */
export class RowProgram implements Computation {
  readonly #budget: Budget
  readonly #rows: TableRows
  readonly #compiler: RowCompiler
  readonly #run: Run
  readonly #steps: number
  readonly #inputs: { readonly name: string; readonly cell: Cell }[]

  constructor(program: Program, rows: TableRows, budget: Budget) {
    this.#budget = budget
    this.#rows = rows
    this.#compiler = new RowCompiler({
      validating: false,
      rows: this.#rows,
      budget: this.#budget,
      onTypeError: null,
    })
    this.#run = this.#compiler.compile(program.root)
    this.#steps = stepsOf(program.root)
    this.#inputs = program.columns.map((variable) => ({
      name: variable.column!,
      cell: this.#compiler.variable(variable),
    }))
  }

  compute(table: Table, target: Column, slots: Uint32Array, stops: boolean): string | null {
    const columns = this.#inputs.map(({ name }) => table.columns[table.position(name)]!)
    this.#rows.table = table
    this.#budget.start(slots.length)
    let slot = 0
    const work = (): void => storeCell(this.#run(), target, slot)
    for (let i = 0; i < slots.length; i++) {
      slot = slots[i]!
      this.#rows.slot = slot
      for (let at = 0; at < columns.length; at++) loadCell(columns[at]!, slot, this.#inputs[at]!.cell)
      this.#compiler.resetLocals()
      if (this.#budget.allows(work, this.#steps)) continue
      if (stops) break
      target.setNull(slot)
    }
    return this.#budget.fault
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
