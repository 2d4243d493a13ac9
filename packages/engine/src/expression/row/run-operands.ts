import type { NodeOf } from '../ast.js'
import { BOOLEAN, Cell, CLEAR, VALID } from '../value/cell.js'
import { applyArithmetic, compareRaw } from '../value/operators.js'
import type { RowCompiler, Run } from './row-compiler.js'

// Operations on three values, or on any number of them.

export function compileClamp(compiler: RowCompiler, { inverse, operands }: NodeOf<'clamp'>): Run {
  const [low, value, high] = [new Cell(), new Cell(), new Cell()]
  const [a, b, c] = compiler.compileAll(operands) as [Run, Run, Run]
  const two = Cell.float(2)
  const doubled = new Cell()
  const sum = new Cell()
  return () => {
    low.copy(a())
    value.copy(b())
    high.copy(c())
    if (!inverse) {
      // The reference gives one end or the other for a null, depending on how the null came about.
      if (value.status !== VALID && value.type === low.type) return value
      if (compareRaw('<', value, low)) return low
      return compareRaw('>', value, high) ? high : value
    }
    if (compareRaw('<=', value, low) || compareRaw('>=', value, high)) return value
    applyArithmetic('*', two, value, doubled)
    applyArithmetic('+', high, low, sum)
    return compareRaw('<=', doubled, sum) ? low : high
  }
}

export function compileVararg(compiler: RowCompiler, node: NodeOf<'vararg'>): Run {
  const { operation } = node
  const operands = compiler.compileAll(node.operands)
  const out = new Cell()
  if (operation === 'mand' || operation === 'mor') return all(operation === 'mand', operands, out)
  const next = new Cell()
  const count = Cell.float(operands.length)
  const operator = operation === 'mul' ? '*' : '+'
  const start = operands.length > 5 && operator === '+'
  return () => {
    if (start) out.setFloat(0)
    else out.copy(operands[0]!())
    for (let i = start ? 0 : 1; i < operands.length; i++) {
      applyArithmetic(operator, out, operands[i]!(), next)
      out.copy(next)
    }
    if (operation === 'avg') {
      applyArithmetic('/', out, count, next)
      out.copy(next)
    }
    return out
  }
}

/** All, or any, of the operands; each must be a boolean with a value. */
function all(every: boolean, operands: readonly Run[], out: Cell): Run {
  return () => {
    for (const operand of operands) {
      const cell = operand()
      if (cell.status !== VALID || cell.type !== BOOLEAN) {
        out.clear(BOOLEAN, CLEAR)
        return out
      }
      if ((cell.value === 1) !== every) {
        out.setBoolean(!every)
        return out
      }
    }
    out.setBoolean(every)
    return out
  }
}
