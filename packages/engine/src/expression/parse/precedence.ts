import type { AssignmentOperator, InfixOperator } from './build.js'

export type Operator = AssignmentOperator | InfixOperator

/**
 * How an operator binds: it is taken while its left power is at least the level asked for, and asks for its right one behind
 * it.
 */
export interface Precedence {
  readonly operator: Operator
  readonly left: number
  readonly right: number
}

const PRECEDENCES: ReadonlyMap<string, Precedence> = new Map(
  [
    ...group([':=', '+=', '-=', '*=', '/=', '%=', '<=>'], 0, 0),
    ...group(['or', '|', 'nor', 'xor', 'xnor'], 1, 2),
    ...group(['and', '&', 'nand'], 3, 4),
    ...group(['in', 'like', 'ilike'], 4, 4),
    ...group(['<', '<=', '==', '!=', '>=', '>'], 5, 6),
    ...group(['+', '-'], 7, 8),
    ...group(['/', '*', '%'], 10, 11),
    ...group(['^'], 12, 12),
  ].map((precedence) => [precedence.operator, precedence]),
)

function group(operators: readonly Operator[], left: number, right: number): Precedence[] {
  return operators.map((operator) => ({ operator, left, right }))
}

/** The operator that a token's type or lower-case word is, or null. */
export function findOperator(text: string): Precedence | null {
  return PRECEDENCES.get(text) ?? null
}
