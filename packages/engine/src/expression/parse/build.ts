import { isText, isVariable, isVector, type Node, type Vararg, type VectorNode } from '../ast.js'
import { Failure } from '../failure.js'
import { evaluateConstant } from '../row/constant.js'
import { Cell } from '../value/cell.js'
import { type Arithmetic, type BinaryOperator, type Comparison, isComparison } from '../value/operators.js'
import { UNARY } from '../value/unary.js'
import { makeBinary } from './simplify.js'

// Puts nodes together, folding constants on the way. Null means that the reference cannot build the node either and has
// no message of its own; the parser then gives its general one.

export function literalOf(cell: Cell): Node {
  return { kind: 'literal', cell }
}

export function makeUnary(operation: string, operand: Node): Node | null {
  if (operand.kind === 'null') return operand
  if (operand.kind === 'break' || operand.kind === 'continue') return null
  if (operand.kind === 'literal') {
    const cell = new Cell()
    UNARY.get(operation)!(operand.cell, cell)
    return literalOf(cell)
  }
  if (isVector(operand) && operation !== 'not') return { kind: 'vectorUnary', operation, operand }
  return { kind: 'unary', operation, operand }
}

/** What an operator token may build besides assignments. */
export type InfixOperator = BinaryOperator | '&' | '|' | 'in' | 'like' | 'ilike' | '<=>'

const TEXT_OPERATORS: ReadonlySet<string> = new Set([
  '+',
  '<',
  '<=',
  '>',
  '>=',
  '==',
  '!=',
  'in',
  'like',
  'ilike',
  ':=',
  '+=',
  '<=>',
])

/** Throws for text on one side only, and for text under an operator that has no meaning for it. */
function checkText(operator: string, left: Node, right: Node, position: number, spelled = operator): void {
  if (isText(left) !== isText(right) || (isText(left) && !TEXT_OPERATORS.has(operator))) {
    throw new Failure(`Invalid branch pair for string operator '${spelled}'`, position)
  }
}

function checkJumps(operator: string, left: Node, right: Node, position: number): void {
  for (const node of [left, right]) {
    if (node.kind === 'break' || node.kind === 'continue') {
      throw new Failure(`Invalid branch pair for break/continue operator '${operator}'`, position)
    }
  }
}

/** `spelled`: how errors write the operator. */
export function makeInfix(
  operator: InfixOperator,
  left: Node,
  right: Node,
  position: number,
  spelled: string = operator,
): Node | null {
  checkText(operator, left, right, position, spelled)
  checkJumps(spelled, left, right, position)
  if (operator === '<=>') return makeSwap(left, right)
  if (isText(left) && isText(right)) return makeTextInfix(operator, left, right)
  if (operator === 'in' || operator === 'like' || operator === 'ilike') return null
  if (operator === '&' || operator === '|') return makeShortCircuit(operator === '&', left, right)
  if (isVector(left) || isVector(right)) {
    if (operator !== '%' && !(operator === '^' && !isVector(left))) {
      return { kind: 'vectorBinary', operator, left, right }
    }
  }
  return makeBinary(operator, left, right)
}

function makeTextInfix(operator: InfixOperator, left: Node, right: Node): Node | null {
  if (!isText(left) || !isText(right)) return null
  if (operator === '+') {
    if (left.kind === 'text' && right.kind === 'text') return { kind: 'text', text: left.text + right.text }
    return { kind: 'textJoin', left, right }
  }
  if (operator === 'in' || operator === 'like' || operator === 'ilike') return literalOf(Cell.none())
  return isComparison(operator as BinaryOperator)
    ? { kind: 'compareTexts', operator: operator as Comparison, left, right }
    : null
}

function makeShortCircuit(and: boolean, left: Node, right: Node): Node {
  const zero = Cell.float(0)
  for (const node of [left, right]) {
    if (node.kind !== 'literal') continue
    const isZero = node.cell.type === zero.type && node.cell.status === zero.status && Object.is(node.cell.value, 0)
    if (isZero === and) return literalOf(Cell.float(and ? 0 : 1))
  }
  const node: Node = { kind: 'shortCircuit', and, left, right }
  return left.kind === 'literal' && right.kind === 'literal' ? literalOf(evaluateConstant(node)) : node
}

export type AssignmentOperator = ':=' | '+=' | '-=' | '*=' | '/=' | '%='

const ASSIGNMENTS: Readonly<Record<AssignmentOperator, Arithmetic | null>> = {
  ':=': null,
  '+=': '+',
  '-=': '-',
  '*=': '*',
  '/=': '/',
  '%=': '%',
}

export function isAssignment(operator: AssignmentOperator | InfixOperator): operator is AssignmentOperator {
  return operator in ASSIGNMENTS
}

export function makeAssignment(operator: AssignmentOperator, target: Node, value: Node, position: number): Node {
  checkText(operator, target, value, position)
  const arithmetic = ASSIGNMENTS[operator]
  if (arithmetic !== null) {
    const assignable =
      target.kind === 'textVariable' ||
      ((isVariable(target) || target.kind === 'elementAt' || target.kind === 'vector') && !isText(value))
    if (!assignable) throw new Failure(`Invalid branch pair for assignment operator '${operator}'`, position)
  }
  checkJumps(operator, target, value, position)
  if (target.kind === 'textVariable' && isText(value)) {
    if (arithmetic !== null && arithmetic !== '+') {
      throw new Failure(`Invalid branches for assignment operator '${operator}'`, position)
    }
    return { kind: 'textAssign', target: target.variable, append: arithmetic !== null, value }
  }
  if (isVariable(target) || target.kind === 'elementAt') {
    return { kind: 'assign', target, operator: arithmetic, value }
  }
  if (target.kind === 'vector') return { kind: 'vectorAssign', target: target.vector, operator: arithmetic, value }
  if (target.kind === 'literal') throw new Failure('Cannot assign value to const variable', position)
  throw new Failure(`Invalid branches for assignment operator '${operator}'`, position)
}

/** Null when the two cannot change places. */
export function makeSwap(left: Node, right: Node): Node | null {
  const place = (node: Node): boolean => isVariable(node) || node.kind === 'elementAt'
  if (place(left) && place(right)) return { kind: 'swap', left, right }
  if (isVector(left) && isVector(right)) return { kind: 'vectorSwap', left, right }
  return null
}

/** A condition's branches: of text both, of vectors both, or of values. `what` names the form in messages. */
export function makeConditional(
  condition: Node,
  consequent: Node,
  alternative: Node | null,
  what: string,
  position: number,
): Node {
  const decided = condition.kind === 'literal' ? condition.cell.toBoolean() : null
  if (isText(consequent) || (alternative !== null && isText(alternative))) {
    if (!isText(consequent) || alternative === null || !isText(alternative)) {
      throw new Failure(`Return types of ${what} differ: string/non-string`, position)
    }
    if (decided !== null) return decided ? consequent : alternative
    return { kind: 'textConditional', condition, consequent, alternative }
  }
  if (isVector(consequent) || (alternative !== null && isVector(alternative))) {
    if (!isVector(consequent) || alternative === null || !isVector(alternative)) {
      throw new Failure(`Return types of ${what} differ: vector/non-vector`, position)
    }
    if (decided !== null) return decided ? consequent : alternative
    return { kind: 'vectorConditional', condition, consequent, alternative }
  }
  if (decided !== null) return decided ? consequent : (alternative ?? { kind: 'null' })
  return { kind: 'conditional', condition, consequent, alternative }
}

export function makeClamp(inverse: boolean, operands: readonly Node[], name: string): Node | null {
  const texts = operands.filter(isText).length
  if (texts > 0) throw new Failure(`Invalid branches for string operator '${name}'`, -1)
  return foldAll({ kind: 'clamp', inverse, operands }, operands)
}

export function makeNamed(name: string, left: Node, right: Node): Node {
  return foldAll({ kind: 'named', name, left, right }, [left, right])
}

export function makeSpecial(id: number, operands: readonly Node[]): Node {
  return foldAll({ kind: 'special', id, operands }, operands)
}

export function makeVararg(operation: Vararg, operands: readonly Node[]): Node {
  if (operands.every((operand) => operand.kind === 'literal')) {
    return literalOf(evaluateConstant({ kind: 'vararg', operation, operands }))
  }
  const [first] = operands
  if (operands.length === 1 && isVector(first!) && operation !== 'mand' && operation !== 'mor') {
    return { kind: 'reduce', operation, vector: first as VectorNode }
  }
  if (operands.length === 1 && operation !== 'mand' && operation !== 'mor') return first!
  return { kind: 'vararg', operation, operands }
}

export function makeSwitch(cases: readonly (readonly [Node, Node])[], fallback: Node): Node {
  const all = [...cases.flat(), fallback]
  if (all.every((node) => node.kind === 'literal')) {
    return cases.find(([condition]) => isTrue(condition))?.[1] ?? fallback
  }
  return { kind: 'switch', cases, fallback }
}

export function makeMultiSwitch(cases: readonly (readonly [Node, Node])[]): Node {
  if (cases.flat().every((node) => node.kind === 'literal')) {
    return cases.findLast(([condition]) => isTrue(condition))?.[1] ?? literalOf(Cell.float(0))
  }
  return { kind: 'multiSwitch', cases }
}

/** A loop whose condition is constant either never runs or is refused. */
export function makeWhile(condition: Node, body: Node, breaks: boolean): Node {
  if (!breaks && condition.kind === 'literal') {
    if (condition.cell.toBoolean()) {
      throw new Failure("Infinite loop condition without 'break' or 'return' not allowed in while-loops", -1)
    }
    return { kind: 'null' }
  }
  return condition.kind === 'null' ? body : { kind: 'while', condition, body }
}

export function makeFor(
  initialiser: Node | null,
  condition: Node | null,
  increment: Node | null,
  body: Node,
  breaks: boolean,
): Node {
  if (!breaks && condition?.kind === 'literal') {
    if (condition.cell.toBoolean()) {
      throw new Failure("Infinite loop condition without 'break' or 'return' not allowed in for-loop", -1)
    }
    return { kind: 'null' }
  }
  if (condition === null || condition.kind === 'null') return body
  return { kind: 'for', initialiser, condition, increment, body }
}

function isTrue(node: Node): boolean {
  return node.kind === 'literal' && node.cell.toBoolean()
}

function foldAll(node: Node, operands: readonly Node[]): Node {
  return operands.every((operand) => operand.kind === 'literal') ? literalOf(evaluateConstant(node)) : node
}
