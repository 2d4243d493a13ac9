import type { Token } from './parse/lexer.js'
import { same } from './parse/scope.js'

/** Two types that cannot be compared. */
export interface TypeFault {
  readonly operator: string
  readonly left: string
  readonly right: string
}

export function faultMessage({ operator, left, right }: TypeFault): string {
  return `Type Error - cannot compare ${left} and ${right} with '${operator}'`
}

/**
 * Where the reference says a type fault is: the first place where the operator is spelled so and the operands next to it,
 * past brackets, are literals or columns of those types; else its first place; -1 when it nowhere is spelled so.
 * `columnType` tells the type of a column's symbol.
 */
export function placeFault(
  fault: TypeFault,
  tokens: readonly Token[],
  columnType: (symbol: string) => string | null,
): number {
  let first = -1
  for (let i = 0; i < tokens.length; i++) {
    const { type, value, position } = tokens[i]!
    if (type === 'string' || type === 'symbol' || value !== fault.operator) continue
    if (first < 0) first = position
    const left = operandType(tokens, i, -1, ')]}', columnType)
    const right = operandType(tokens, i, 1, '([{', columnType)
    if (left === fault.left && right === fault.right) return position
  }
  return first
}

function operandType(
  tokens: readonly Token[],
  from: number,
  step: number,
  brackets: string,
  columnType: (symbol: string) => string | null,
): string | null {
  let at = from + step
  while (tokens[at] !== undefined && brackets.includes(tokens[at]!.type)) at += step
  const token = tokens[at]
  if (token?.type === 'number') return 'float'
  if (token?.type !== 'symbol') return null
  return same(token.value, 'true') || same(token.value, 'false') ? 'boolean' : columnType(token.value)
}
