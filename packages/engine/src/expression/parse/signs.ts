import { isVariable, type Node, type Shape } from '../ast.js'
import type { BinaryOperator } from '../value/operators.js'
import { binary } from './binary-node.js'

/** `left operator right` with the signs of its operands taken out, as in `b - a` for `-a + b`; null when that cannot be. */
export function moveSigns(operator: BinaryOperator, left: Node, right: Node, shape: Shape): Node | null {
  const a = negated(left)
  const b = negated(right)
  if (a === null && b === null) return null
  const made = (operator: BinaryOperator, left: Node, right: Node): Node => binary(operator, left, right, shape)
  switch (operator) {
    case '+':
      if (a === null) return made('-', left, b!)
      return b === null ? made('-', right, a) : negation(made('+', a, b))
    case '-':
      if (a === null) return made('+', left, b!)
      return b === null ? negation(made('+', a, right)) : made('-', b, a)
    case '*':
    case '/': {
      const node = made(operator, a ?? left, b ?? right)
      return a === null || b === null ? negation(node) : node
    }
    default:
      return null
  }
}

/** True for a variable with a minus before it. */
export function isNegatedVariable(node: Node): boolean {
  const operand = negated(node)
  return operand !== null && isVariable(operand)
}

function negated(node: Node): Node | null {
  return node.kind === 'unary' && node.operation === 'neg' ? node.operand : null
}

function negation(operand: Node): Node {
  return { kind: 'unary', operation: 'neg', operand }
}
