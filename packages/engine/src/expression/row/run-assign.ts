import { isVariable, type Node, type NodeOf } from '../ast.js'
import { Cell } from '../value/cell.js'
import { applyArithmetic } from '../value/operators.js'
import type { RowCompiler, Run } from './row-compiler.js'
import { compileElementAt } from './run-vector.js'

export function compileAssign(compiler: RowCompiler, { target, operator, value }: NodeOf<'assign'>): Run {
  const place = compilePlace(compiler, target)
  const compute = compiler.compile(value)
  const scratch = new Cell()
  return () => {
    const result = compute()
    if (operator === null) {
      const cell = place()
      if (cell !== result) cell.copy(result)
      return cell
    }
    const cell = place()
    applyArithmetic(operator, cell, result, scratch)
    cell.copy(scratch)
    return cell
  }
}

export function compileSwap(compiler: RowCompiler, { left, right }: NodeOf<'swap'>): Run {
  const first = compilePlace(compiler, left)
  const second = compilePlace(compiler, right)
  const scratch = new Cell()
  return () => {
    const a = first()
    const b = second()
    scratch.copy(a)
    a.copy(b)
    b.copy(scratch)
    return b
  }
}

/** What gives the cell that an assignment or swap changes. */
function compilePlace(compiler: RowCompiler, node: Node): Run {
  if (isVariable(node)) return compiler.compile(node)
  if (node.kind === 'elementAt') return compileElementAt(compiler, node)
  throw new Error(`Cannot assign to ${node.kind}`)
}
