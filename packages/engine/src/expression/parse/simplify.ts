import { isVariable, type Node } from '../ast.js'
import type { Cell } from '../value/cell.js'
import type { BinaryOperator } from '../value/operators.js'
import { binary, compute, constant, kindOf } from './binary-node.js'
import { constantFirst, constantLast, literal } from './decided.js'
import { fuse, shapeWith } from './fuse.js'
import { boc, gather } from './gather.js'
import { isNegatedVariable, moveSigns } from './signs.js'

// The reference's parser rewrites binary operations as it meets them. Most rewritings only fuse nodes, but some change
// what comes out: `x + 0` is `x` and keeps its type, `0 * x` is 0 even for a null x, `-a + b` is computed as `b - a`, and
// constants on either side of a longer operation are gathered, which rounds differently. Which rule applies depends on
// how the operands were put together (their `Shape`), so the shapes are followed as the reference has them.

/** The node of `left operator right`, simplified. */
export function makeBinary(operator: BinaryOperator, left: Node, right: Node): Node {
  if (left.kind === 'null' || right.kind === 'null') return withNull(operator, left, right)
  if (left.kind === 'literal' && right.kind === 'literal') {
    return { kind: 'literal', cell: compute(operator, left.cell, right.cell) }
  }
  const kinds = `${kindOf(left)}o${kindOf(right)}`
  switch (kinds) {
    case 'vov':
      return binary(operator, left, right, 'vov')
    case 'cov':
      return constantFirst(operator, constant(left)!, right) ?? binary(operator, left, right, 'cov')
    case 'voc':
      return constantLast(operator, left, constant(right)!, true) ?? binary(operator, left, right, 'voc')
  }
  return (
    fuse(operator, left, right) ??
    gather(operator, left, right) ??
    unaries(operator, left, right) ??
    general(operator, left, right)
  )
}

/** Two unary operations on variables. */
function unaries(operator: BinaryOperator, left: Node, right: Node): Node | null {
  if (left.kind !== 'unary' || right.kind !== 'unary') return null
  if (!isVariable(left.operand) || !isVariable(right.operand)) return null
  const moved = left.operation === 'neg' && right.operation === 'neg' ? moveSigns(operator, left, right, 'vov') : null
  return moved ?? binary(operator, left, right, 'other')
}

function general(operator: BinaryOperator, left: Node, right: Node): Node {
  if (isVariable(left)) {
    const moves = (operator === '*' || operator === '/') && isNegatedVariable(right)
    const moved = moves ? moveSigns(operator, left, right, 'vov') : null
    return moved ?? binary(operator, left, right, shapeWith(operator, left, right, 'vob'))
  }
  if (isVariable(right)) {
    const moved = isNegatedVariable(left) ? moveSigns(operator, left, right, 'vov') : null
    return moved ?? binary(operator, left, right, shapeWith(operator, left, right, 'bov'))
  }
  const before = constant(left)
  if (before !== null) {
    const decided = constantFirst(operator, before, right)
    return decided ?? binary(operator, left, right, shapeWith(operator, left, right, 'cob'))
  }
  const after = constant(right)
  if (after !== null) return boundConstant(operator, left, after)
  return moveSigns(operator, left, right, 'bob') ?? binary(operator, left, right, 'bob')
}

/** `b operator c`. */
function boundConstant(operator: BinaryOperator, left: Node, c: Cell): Node {
  const decided = constantLast(operator, left, c, false)
  if (decided !== null) return decided
  if (operator === '^' && left.kind === 'binary' && left.shape === 'boc' && left.operator === '^') {
    return boc('^', left.left, compute('*', constant(left.right)!, c))
  }
  const right: Node = { kind: 'literal', cell: c }
  return binary(operator, left, right, shapeWith(operator, left, right, 'boc'))
}

/** An empty block among the operands. */
function withNull(operator: BinaryOperator, left: Node, right: Node): Node {
  const bothNull = left.kind === 'null' && right.kind === 'null'
  if (operator === '==' || operator === '!=') {
    if (bothNull) return literal(operator === '==' ? 1 : 0)
    return { kind: 'isNull', operand: left.kind === 'null' ? right : left, equal: operator === '==' }
  }
  if (bothNull) return left
  if ('+-*/%^'.includes(operator)) return left.kind === 'null' ? right : left
  return literal(0)
}
