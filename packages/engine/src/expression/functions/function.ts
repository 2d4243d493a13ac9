import type { Budget } from '../budget.js'
import type { RowSource } from '../row-source.js'
import { type Cell, CLEAR, NONE } from '../value/cell.js'
import type { OnTypeError } from '../value/operators.js'

/** What a function is given: how to get an argument's value for the row at hand. */
export type Arg =
  | { readonly kind: 'scalar'; readonly run: () => Cell }
  | { readonly kind: 'text'; readonly run: () => string }
  | { readonly kind: 'vector'; readonly size: number; readonly run: () => readonly Cell[] }

/** What surrounds a call. */
export interface Environment {
  /** True while the expression's type is found out: it then runs once, with every column null. */
  readonly validating: boolean
  readonly rows: RowSource
  readonly budget: Budget
  /** Hears of values that cannot be compared; null once the type is known. */
  readonly onTypeError: OnTypeError | null
}

/** Computes `count` rows of numbers, booleans or dates. */
export type Loop = (args: readonly Float64Array[], out: Float64Array, count: number) => void

export interface FunctionDef {
  /** Lower case. */
  readonly name: string
  /**
   * The arguments it takes, as the reference's messages show them: T a value, S a text, V a vector, ? any one, Z none.
   * Empty: any number of any kind.
   */
  readonly params: string
  /** It is written without or with an empty pair of brackets, and takes nothing. */
  readonly niladic?: boolean
  /** Same arguments, same result; so it may be computed once per distinct string. */
  readonly pure: boolean
  /**
   * A loop over many rows for arguments of these types, or null when there is none; `texts` holds those that are literals.
   * It is only used while no argument is null, and must then never give null.
   */
  readonly loop?: (types: readonly number[], texts: readonly (string | null)[]) => Loop | null
  /** Called once per compiled expression; returns what computes one row into `out`. */
  readonly make: (args: readonly Arg[], environment: Environment) => (out: Cell) => void
}

/** For functions that take only values: `compute` gets their cells. */
export function ofCells(
  name: string,
  params: string,
  compute: (cells: readonly Cell[], out: Cell, environment: Environment) => void,
): FunctionDef {
  return {
    name,
    params,
    pure: true,
    make: (args, environment) => {
      const cells = new Array<Cell>(args.length)
      return (out) => {
        for (let i = 0; i < args.length; i++) {
          const arg = args[i]!
          if (arg.kind !== 'scalar') {
            out.clear(NONE, CLEAR)
            return
          }
          cells[i] = arg.run()
        }
        compute(cells, out, environment)
      }
    },
  }
}

/** What runs an argument that `params` says is a value. */
export function scalarOf(arg: Arg): () => Cell {
  if (arg.kind !== 'scalar') throw new Error(`Expected a value, got a ${arg.kind}`)
  return arg.run
}

/** What runs an argument that `params` says is a text. */
export function textOf(arg: Arg): () => string {
  if (arg.kind !== 'text') throw new Error(`Expected a text, got a ${arg.kind}`)
  return arg.run
}

/** What runs an argument that `params` says is a vector. */
export function vectorOf(arg: Arg): () => readonly Cell[] {
  if (arg.kind !== 'vector') throw new Error(`Expected a vector, got a ${arg.kind}`)
  return arg.run
}
