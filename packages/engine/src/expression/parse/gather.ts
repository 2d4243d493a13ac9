import type { BinaryNode, Node } from '../ast.js'
import type { Cell } from '../value/cell.js'
import type { BinaryOperator } from '../value/operators.js'
import { binary, compute, constant } from './binary-node.js'
import { constantFirst, constantLast } from './decided.js'

/** Gathers a constant into an operand that already has one: `(c1 + b) + c2`. */
export function gather(operator: BinaryOperator, left: Node, right: Node): Node | null {
  if (!'+-*/'.includes(operator)) return null
  const before = constant(left)
  const after = constant(right)
  const cob = left.kind === 'binary' && left.shape === 'cob' ? left : null
  if (cob !== null && after !== null) return afterConstantFirst(operator, cob, after)
  if (before !== null && right.kind === 'binary' && right.shape === 'cob') {
    return beforeConstantFirst(operator, before, right)
  }
  if (after !== null && left.kind === 'binary' && left.shape === 'boc') {
    return afterConstantLast(operator, left, after)
  }
  if (before !== null && right.kind === 'binary' && right.shape === 'boc') {
    return beforeConstantLast(operator, before, right)
  }
  return null
}

function cob(operator: BinaryOperator, c: Cell, b: Node): Node {
  return binary(operator, { kind: 'literal', cell: c }, b, 'cob')
}

export function boc(operator: BinaryOperator, b: Node, c: Cell): Node {
  return binary(operator, b, { kind: 'literal', cell: c }, 'boc')
}

/** `(k o b) operator c`. */
function afterConstantFirst(operator: BinaryOperator, node: BinaryNode, c: Cell): Node | null {
  const decided = constantLast(operator, node, c, true)
  if (decided !== null) return decided
  const k = constant(node.left)!
  const b = node.right
  switch (node.operator) {
    case '+':
    case '-':
      return operator === '+' || operator === '-' ? cob(node.operator, compute(operator, k, c), b) : null
    case '*':
    case '/':
      return operator === '*' || operator === '/' ? cob(node.operator, compute(operator, k, c), b) : null
    default:
      return null
  }
}

/** `c operator (k o b)`. */
function beforeConstantFirst(operator: BinaryOperator, c: Cell, node: BinaryNode): Node | null {
  const decided = constantFirst(operator, c, node)
  if (decided !== null) return decided
  const k = constant(node.left)!
  const b = node.right
  switch (`${operator} ${node.operator}`) {
    case '+ +':
      return cob('+', compute('+', c, k), b)
    case '- +':
      return cob('-', compute('-', c, k), b)
    case '+ -':
      return cob('-', compute('+', c, k), b)
    case '- -':
      return cob('+', compute('-', c, k), b)
    case '* *':
      return cob('*', compute('*', c, k), b)
    case '/ *':
      return cob('/', compute('/', c, k), b)
    case '* /':
      return cob('/', compute('*', c, k), b)
    case '/ /':
      return cob('*', compute('/', c, k), b)
    default:
      return null
  }
}

/** `(b o k) operator c`. */
function afterConstantLast(operator: BinaryOperator, node: BinaryNode, c: Cell): Node | null {
  const b = node.left
  const k = constant(node.right)!
  switch (`${node.operator} ${operator}`) {
    case '+ +':
      return boc('+', b, compute('+', k, c))
    case '+ -':
      return boc('+', b, compute('-', k, c))
    case '* *':
      return boc('*', b, compute('*', k, c))
    case '* /':
      return boc('*', b, compute('/', k, c))
    case '- +':
      return boc('+', b, compute('-', c, k))
    case '- -':
      return boc('-', b, compute('+', k, c))
    case '/ /':
      return boc('/', b, compute('*', k, c))
    case '/ *':
      return boc('/', b, compute('/', k, c))
    default:
      return null
  }
}

/** `c operator (b o k)`. */
function beforeConstantLast(operator: BinaryOperator, c: Cell, node: BinaryNode): Node | null {
  const b = node.left
  const k = constant(node.right)!
  switch (`${operator} ${node.operator}`) {
    case '+ +':
      return boc('+', b, compute('+', c, k))
    case '- +':
      return cob('-', compute('-', c, k), b)
    case '+ -':
      return boc('+', b, compute('-', c, k))
    case '- -':
      return cob('-', compute('+', c, k), b)
    case '* *':
      return boc('*', b, compute('*', c, k))
    case '/ *':
      return cob('/', compute('/', c, k), b)
    case '* /':
      return boc('/', b, compute('/', k, c))
    case '/ /':
      return cob('/', compute('*', c, k), b)
    default:
      return null
  }
}
