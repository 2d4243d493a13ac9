import type { Schema, Storage } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Derivation } from '../table/derived.js'
import type { Table } from '../table/table.js'
import { DEFAULT_LIMITS, type ExpressionLimits } from './budget.js'
import { compileProgram, isError, type Program } from './program.js'
import { RowProgram } from './row-program.js'

/** What an expression may know of its table besides the schema, and what it may do. */
export interface ExpressionOptions {
  /** Name of the table's index column; null, the default, when it has none. */
  readonly index?: string | null
  /** Default: `DEFAULT_LIMITS`. */
  readonly limits?: ExpressionLimits
}

/** A column that an expression gives. */
export interface ExpressionColumn extends Derivation {
  /**
   * Why rows of an update were left null: they took more steps than an expression may. Null while none was. Computing the
   * column for the first time throws instead.
   */
  readonly failure: string | null
}

/**
 * Compiles a column expression against a table's schema into a column to be derived. Throws `invalid-expression` with
 * the reference's text when it does not parse, type or name its columns right.
 */
export function compileExpression(schema: Schema, text: string, options: ExpressionOptions = {}): ExpressionColumn {
  const { index = null, limits = DEFAULT_LIMITS } = options
  const program = compileProgram({ schema, index, limits }, text)
  if (isError(program)) throw new TablecastError('invalid-expression', program.error_message)
  return new Compiled(program, limits)
}

class Compiled implements ExpressionColumn {
  readonly key: string
  readonly storage: Storage
  failure: string | null = null
  readonly #program: Program
  readonly #rows: RowProgram
  #computed = false

  constructor(program: Program, limits: ExpressionLimits) {
    this.#program = program
    this.key = program.key
    this.storage = program.storage
    this.#rows = new RowProgram(program, limits)
  }

  affected(table: Table, touched: Uint32Array, _removed: Uint32Array): Uint32Array {
    return this.#program.readsOtherRows ? table.liveSlots() : touched
  }

  compute(table: Table, position: number, slots: Uint32Array): void {
    const target = table.columns[position]!
    const failure = this.#rows.compute(table, target, slots)
    if (failure !== null && !this.#computed) throw new TablecastError('limit-exceeded', failure)
    this.failure ??= failure
    this.#computed = true
  }
}
