import type { Schema, Storage } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Derivation } from '../table/derived.js'
import type { Table } from '../table/table.js'
import { planBlocks } from './block/block-compiler.js'
import { BlockProgram } from './block/block-program.js'
import { Budget, DEFAULT_LIMITS, type ExpressionLimits } from './budget.js'
import type { Computation } from './computation.js'
import { CopyProgram } from './copy-program.js'
import { compileProgram, isError, type Program } from './program.js'
import { RowProgram } from './row/row-program.js'
import { TableRows } from './table-rows.js'

/** What an expression may know of its table besides the schema, and what it may do. */
export interface ExpressionOptions {
  /** Name of the table's index column; null, the default, when it has none. */
  readonly index?: string | null
  /** Default: `DEFAULT_LIMITS`. */
  readonly limits?: ExpressionLimits
}

/**
 * Compiles a column expression against a table's schema into a column to be derived. Throws `invalid-expression` with
 * the reference's text when it does not parse, type or name its columns right.
 */
export function compileExpression(schema: Schema, text: string, options: ExpressionOptions = {}): Derivation {
  const { index = null, limits = DEFAULT_LIMITS } = options
  const program = compileProgram({ schema, index, limits }, text)
  if (isError(program)) throw new TablecastError('invalid-expression', program.error_message)
  return new Compiled(text, program, makeComputation(program, schema, index, limits))
}

/** The fastest way there is to compute a program. */
function makeComputation(
  program: Program,
  schema: Schema,
  index: string | null,
  limits: ExpressionLimits,
): Computation {
  const { root } = program
  if (root.kind === 'variable' && root.variable.column !== null) return new CopyProgram(root.variable.column)
  const storages = new Map(schema.map(({ name, storage }) => [name, storage]))
  const rows = new TableRows(storages, index === null ? 'int32' : storages.get(index)!)
  const budget = new Budget(limits)
  const plan = planBlocks(program, storages, rows, budget)
  return plan === null ? new RowProgram(program, rows, budget) : new BlockProgram(plan)
}

class Compiled implements Derivation {
  readonly key: string
  readonly storage: Storage
  readonly readsDerived = false
  failure: string | null = null
  readonly #text: string
  readonly #program: Program
  readonly #computation: Computation
  #computed = false

  constructor(text: string, program: Program, computation: Computation) {
    this.#text = text
    this.#program = program
    this.key = program.key
    this.storage = program.storage
    this.#computation = computation
  }

  affected(table: Table, touched: Uint32Array, _removed: Uint32Array): Uint32Array {
    return this.#program.readsOtherRows ? table.liveSlots() : touched
  }

  compute(table: Table, position: number, slots: Uint32Array): void {
    const target = table.columns[position]!
    const failure = this.#computation.compute(table, target, slots, !this.#computed)
    if (failure !== null && !this.#computed) throw new TablecastError('limit-exceeded', failure)
    if (failure !== null) this.failure ??= this.#remedy(failure)
    this.#computed = true
  }

  #remedy(failure: string): string {
    const text = this.#text.length > 200 ? `${this.#text.slice(0, 200)}…` : this.#text
    const why = failure.replace(/\.$/, '')
    return `${why}: rows that were written are null in the expression \`${text}\`. Make it do less for each row`
  }
}
