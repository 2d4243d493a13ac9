import type { Node } from '../ast.js'
import { Budget, DEFAULT_LIMITS } from '../budget.js'
import type { Environment } from '../functions/function.js'
import { Cell } from '../value/cell.js'
import { RowCompiler } from './row-compiler.js'

/** The value of a node of constants. */
export function evaluateConstant(node: Node): Cell {
  const environment: Environment = {
    validating: false,
    rows: {
      slot: 0,
      storageOf: () => null,
      keyStorage: () => 'int32',
      cell: () => null,
      key: () => null,
      lookup: () => null,
    },
    budget: new Budget(DEFAULT_LIMITS),
    onTypeError: null,
  }
  const cell = new Cell()
  cell.copy(new RowCompiler(environment).compile(node)())
  return cell
}
