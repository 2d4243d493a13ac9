import type { BinaryNode, NodeOf, UnaryNode } from '../ast.js'
import { Cell, FLOAT, VALID } from '../value/cell.js'
import { applyBinary, power, sameRaw, startFloat } from '../value/operators.js'
import { UNARY } from '../value/unary.js'
import type { RowCompiler, Run } from './row-compiler.js'

// Operations on one value or two.

export function compileUnary(compiler: RowCompiler, node: UnaryNode): Run {
  const { operation } = node
  const operand = compiler.compile(node.operand)
  const apply = UNARY.get(operation)!
  const out = new Cell()
  if (operation === 'not' && !compiler.environment.validating) {
    return () => {
      out.setBoolean(!operand().toBoolean())
      return out
    }
  }
  return () => {
    apply(operand(), out)
    return out
  }
}

export function compileBinary(compiler: RowCompiler, node: BinaryNode): Run {
  const left = compiler.compile(node.left)
  const right = compiler.compile(node.right)
  const out = new Cell()
  const report = compiler.environment.onTypeError
  // A variable's cell may be changed by the other operand, but the other's own cell not by this one.
  return () => {
    const a = left()
    const b = right()
    applyBinary(node.operator, a, b, out, report)
    return out
  }
}

export function compileNamed(compiler: RowCompiler, node: NodeOf<'named'>): Run {
  const { name } = node
  const left = compiler.compile(node.left)
  const right = compiler.compile(node.right)
  const out = new Cell()
  return () => {
    const a = left()
    const b = right()
    if (name !== 'logn' && name !== 'root') {
      out.setNone()
      return out
    }
    if (!startFloat(a, b, out)) return out
    const x = a.toNumber()
    const y = b.toNumber()
    if (name === 'logn') {
      if (!(y < 0)) out.setFloat(Math.log(x) / Math.log(y))
    } else {
      const whole = Math.trunc(y) || 0
      if (whole < 0 || (x < 0 && whole % 2 === 0)) out.setNone()
      else out.setFloat(power(x, 1 / y))
    }
    return out
  }
}

export function compileIsNull(compiler: RowCompiler, { operand: tested, equal }: NodeOf<'isNull'>): Run {
  const operand = compiler.compile(tested)
  const out = new Cell()
  return () => {
    const cell = operand()
    const isNull = cell.type === FLOAT && cell.status === VALID && !Number.isFinite(cell.value)
    out.setFloat(isNull === equal ? 1 : 0)
    return out
  }
}

export function compileShortCircuit(compiler: RowCompiler, node: NodeOf<'shortCircuit'>): Run {
  const { and } = node
  const left = compiler.compile(node.left)
  const right = compiler.compile(node.right)
  const zero = Cell.float(0)
  const out = new Cell()
  return () => {
    const first = !sameRaw(zero, left())
    out.setFloat((and ? first && !sameRaw(zero, right()) : first || !sameRaw(zero, right())) ? 1 : 0)
    return out
  }
}
