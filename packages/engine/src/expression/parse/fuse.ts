import type { BinaryNode, Node, Shape, Three } from '../ast.js'
import type { BinaryOperator } from '../value/operators.js'
import { binary, kindOf } from './binary-node.js'

// Operations on three and four operands, which the reference computes as one.

const FOUR_ARITHMETIC = '+-*/'

/** Kinds of four operands that the reference has operations for, by where the brackets are. */
const FOURS: ReadonlySet<string> = new Set(['vvvv', 'vvvc', 'vvcv', 'vcvv', 'cvvv', 'cvcv', 'vcvc', 'cvvc'])

/** Two operations on variables and constants as one of three or four operands; null when they are not. */
export function fuse(operator: BinaryOperator, left: Node, right: Node): Node | null {
  const a = kindOf(left)
  const b = kindOf(right)
  if (a.startsWith('(') && b.startsWith('(')) return binary(operator, left, right, 'four')
  if (a.startsWith('(') && (b === 'v' || b === 'c')) {
    const inner = left as BinaryNode
    return three(operator, left, right, {
      kinds: pairKinds(inner) + b,
      left: true,
      operators: [inner.operator, operator],
      fused: false,
    })
  }
  if (b.startsWith('(') && (a === 'v' || a === 'c')) {
    const inner = right as BinaryNode
    return three(operator, left, right, {
      kinds: a + pairKinds(inner),
      left: false,
      operators: [operator, inner.operator],
      fused: false,
    })
  }
  if (a === 'three' && (b === 'v' || b === 'c')) {
    const { kinds, left: inner } = (left as BinaryNode).three!
    const four = kinds + b
    const known = FOURS.has(four) || (four === 'vccv' && inner)
    return known ? binary(operator, left, right, 'four') : null
  }
  if (b === 'three' && (a === 'v' || a === 'c')) {
    const { kinds, left: inner } = (right as BinaryNode).three!
    const four = a + kinds
    const known = FOURS.has(four) || (four === 'vccv' && !inner)
    return known ? binary(operator, left, right, 'four') : null
  }
  return null
}

function pairKinds(node: BinaryNode): string {
  return node.shape.replace('o', '')
}

function three(operator: BinaryOperator, left: Node, right: Node, shape: Three): Node {
  const [first, second] = shape.operators
  const fused = FOUR_ARITHMETIC.includes(first) && FOUR_ARITHMETIC.includes(second)
  // The reference computes (a - b) - c as a - (b + c).
  if (shape.left && first === '-' && second === '-') {
    const inner = left as BinaryNode
    const sum = binary('+', inner.right, right, 'other')
    return binary('-', inner.left, sum, 'three', { ...shape, left: false, operators: ['-', '+'], fused })
  }
  return binary(operator, left, right, 'three', { ...shape, fused })
}

/** Kinds of three fused operands that fuse with a fourth. */
const FUSIBLE: ReadonlySet<string> = new Set(['cvc', 'cvv', 'vcv', 'vvc', 'vvv'])

/** The fused operations on a variable or constant and three fused ones. */
const FUSED_FOURS: ReadonlySet<string> = new Set([
  't+((t+t)/t)',
  't+((t+t)*t)',
  't+((t-t)/t)',
  't+((t-t)*t)',
  't+((t*t)/t)',
  't+((t*t)*t)',
  't+((t/t)+t)',
  't+((t/t)/t)',
  't+((t/t)*t)',
  't-((t+t)/t)',
  't-((t+t)*t)',
  't-((t-t)/t)',
  't-((t-t)*t)',
  't-((t*t)/t)',
  't-((t*t)*t)',
  't-((t/t)/t)',
  't-((t/t)*t)',
  '((t+t)*t)-t',
  '((t-t)*t)-t',
  '((t*t)*t)-t',
  '((t/t)*t)-t',
  '((t+t)/t)-t',
  '((t-t)/t)-t',
  '((t*t)/t)-t',
  '((t/t)/t)-t',
  't/(t+(t*t))',
  't/(t-(t*t))',
  't*(t+(t*t))',
  't*(t-(t*t))',
  't+(t*(t/t))',
  't-(t*(t/t))',
  't+(t/(t*t))',
  't-(t/(t*t))',
  '((t-t)+t)*t',
  '((t-t)+t)/t',
  '(t+(t-t))*t',
  '(t+(t-t))/t',
  '((t*t)*t)/t',
])

/** The shape of a longer operation with a single operand on one side: `four` where the reference fuses it. */
export function shapeWith(operator: BinaryOperator, left: Node, right: Node, shape: Shape): Shape {
  const inner = fusedId(left) ?? fusedId(right)
  if (inner === null) return shape
  const id = fusedId(left) === null ? `t${operator}(${inner})` : `(${inner})${operator}t`
  return FUSED_FOURS.has(id) ? 'four' : shape
}

function fusedId(node: Node): string | null {
  if (node.kind !== 'binary' || node.three === null || !node.three.fused || !FUSIBLE.has(node.three.kinds)) return null
  const [first, second] = node.three.operators
  return node.three.left ? `(t${first}t)${second}t` : `t${first}(t${second}t)`
}
