import type { Node } from '../ast.js'
import { Cell } from '../value/cell.js'
import { type BinaryOperator, sameRaw } from '../value/operators.js'

// Operations that a constant decides: 0 and 1.

const ZERO = Cell.float(0)
const ONE = Cell.float(1)

/** `c operator x` where the constant decides. */
export function constantFirst(operator: BinaryOperator, c: Cell, x: Node): Node | null {
  if (sameRaw(c, ZERO)) {
    if (operator === '*' || operator === '/') return literal(0)
    if (operator === '+') return x
  }
  return sameRaw(c, ONE) && operator === '*' ? x : null
}

/** `x operator c` where the constant decides; only a variable divided by 1 is itself. */
export function constantLast(operator: BinaryOperator, x: Node, c: Cell, variable: boolean): Node | null {
  if (sameRaw(c, ZERO)) {
    if (operator === '*') return literal(0)
    if (operator === '/') return noneLiteral()
    if (operator === '+') return x
  }
  if (!sameRaw(c, ONE)) return null
  return operator === '*' || (variable && operator === '/') ? x : null
}

export function literal(value: number): Node {
  return { kind: 'literal', cell: Cell.float(value) }
}

function noneLiteral(): Node {
  return { kind: 'literal', cell: Cell.none() }
}
