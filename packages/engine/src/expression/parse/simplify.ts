import type { BinaryNode, Node, Shape, Three } from '../ast.js'
import { isVariable } from '../ast.js'
import { Cell } from '../value/cell.js'
import { applyBinary, type BinaryOperator, sameRaw } from '../value/operators.js'

// The reference's parser rewrites binary operations as it meets them. Most rewritings only fuse nodes, but some change
// what comes out: `x + 0` is `x` and keeps its type, `0 * x` is 0 even for a null x, `-a + b` is computed as `b - a`, and
// constants on either side of a longer operation are gathered, which rounds differently. Which rule applies depends on
// how the operands were put together (their `Shape`), so the shapes are followed as the reference has them.

const ZERO = Cell.float(0)
const ONE = Cell.float(1)

/** The node of `left operator right`, simplified. */
export function makeBinary(operator: BinaryOperator, left: Node, right: Node): Node {
  if (left.kind === 'null' || right.kind === 'null') return withNull(operator, left, right)
  if (left.kind === 'literal' && right.kind === 'literal') return fold(operator, left.cell, right.cell)
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

/** A literal of `a operator b`. */
function fold(operator: BinaryOperator, a: Cell, b: Cell): Node {
  const cell = new Cell()
  applyBinary(operator, a, b, cell, null)
  return { kind: 'literal', cell }
}

function binary(
  operator: BinaryOperator,
  left: Node,
  right: Node,
  shape: Shape,
  three: Three | null = null,
): BinaryNode {
  return { kind: 'binary', operator, left, right, shape, three }
}

function kindOf(node: Node): string {
  if (node.kind === 'literal') return 'c'
  if (isVariable(node)) return 'v'
  if (node.kind !== 'binary') return 'b'
  if (node.shape === 'vov' || node.shape === 'voc' || node.shape === 'cov') return `(${node.shape})`
  return node.shape === 'three' ? (node.three!.fused ? 'fused' : 'three') : 'b'
}

function constant(node: Node): Cell | null {
  return node.kind === 'literal' ? node.cell : null
}

function negated(node: Node): Node | null {
  return node.kind === 'unary' && node.operation === 'neg' ? node.operand : null
}

function negation(operand: Node): Node {
  return { kind: 'unary', operation: 'neg', operand }
}

function literal(value: number): Node {
  return { kind: 'literal', cell: Cell.float(value) }
}

function noneLiteral(): Node {
  return { kind: 'literal', cell: Cell.none() }
}

/** `c operator x` where the constant decides. */
function constantFirst(operator: BinaryOperator, c: Cell, x: Node): Node | null {
  if (sameRaw(c, ZERO)) {
    if (operator === '*' || operator === '/') return literal(0)
    if (operator === '+') return x
  }
  return sameRaw(c, ONE) && operator === '*' ? x : null
}

/** `x operator c` where the constant decides; only a variable divided by 1 is itself. */
function constantLast(operator: BinaryOperator, x: Node, c: Cell, variable: boolean): Node | null {
  if (sameRaw(c, ZERO)) {
    if (operator === '*') return literal(0)
    if (operator === '/') return noneLiteral()
    if (operator === '+') return x
  }
  if (!sameRaw(c, ONE)) return null
  return operator === '*' || (variable && operator === '/') ? x : null
}

// --- three and four operands ---

/** Kinds of four operands that the reference has operations for, by where the brackets are. */
const FOURS: ReadonlySet<string> = new Set(['vvvv', 'vvvc', 'vvcv', 'vcvv', 'cvvv', 'cvcv', 'vcvc', 'cvvc'])

function fuse(operator: BinaryOperator, left: Node, right: Node): Node | null {
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

const FOUR_ARITHMETIC = '+-*/'

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
function shapeWith(operator: BinaryOperator, left: Node, right: Node, shape: Shape): Shape {
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

// --- constants around longer operations ---

/** Gathers a constant into an operand that already has one: `(c1 + b) + c2`. */
function gather(operator: BinaryOperator, left: Node, right: Node): Node | null {
  if (!FOUR_ARITHMETIC.includes(operator)) return null
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

function compute(operator: BinaryOperator, a: Cell, b: Cell): Cell {
  const cell = new Cell()
  applyBinary(operator, a, b, cell, null)
  return cell
}

function cob(operator: BinaryOperator, c: Cell, b: Node): Node {
  return binary(operator, { kind: 'literal', cell: c }, b, 'cob')
}

function boc(operator: BinaryOperator, b: Node, c: Cell): Node {
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

// --- negations ---

/** Two unary operations on variables. */
function unaries(operator: BinaryOperator, left: Node, right: Node): Node | null {
  if (left.kind !== 'unary' || right.kind !== 'unary') return null
  if (!isVariable(left.operand) || !isVariable(right.operand)) return null
  if (left.operation === 'neg' && right.operation === 'neg') {
    const a = left.operand
    const b = right.operand
    switch (operator) {
      case '+':
        return negation(binary('+', a, b, 'vov'))
      case '-':
        return binary('-', b, a, 'vov')
      case '*':
      case '/':
        return binary(operator, a, b, 'vov')
    }
  }
  return binary(operator, left, right, 'other')
}

function general(operator: BinaryOperator, left: Node, right: Node): Node {
  if (isVariable(left)) {
    const inner = negated(right)
    if (inner !== null && isVariable(inner) && (operator === '*' || operator === '/')) {
      return negation(binary(operator, left, inner, 'vov'))
    }
    return binary(operator, left, right, shapeWith(operator, left, right, 'vob'))
  }
  if (isVariable(right)) {
    const inner = negated(left)
    if (inner !== null && isVariable(inner)) {
      switch (operator) {
        case '+':
          return binary('-', right, inner, 'vov')
        case '-':
          return negation(binary('+', inner, right, 'vov'))
        case '*':
        case '/':
          return negation(binary(operator, inner, right, 'vov'))
      }
    }
    return binary(operator, left, right, shapeWith(operator, left, right, 'bov'))
  }
  const before = constant(left)
  if (before !== null) {
    const decided = constantFirst(operator, before, right)
    return decided ?? binary(operator, left, right, shapeWith(operator, left, right, 'cob'))
  }
  const after = constant(right)
  if (after !== null) return boundConstant(operator, left, after)
  return bothLonger(operator, left, right)
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

function bothLonger(operator: BinaryOperator, left: Node, right: Node): Node {
  const a = negated(left)
  const b = negated(right)
  const made = (operator: BinaryOperator, left: Node, right: Node): Node => binary(operator, left, right, 'bob')
  if (a !== null && b !== null) {
    switch (operator) {
      case '+':
        return negation(made('+', a, b))
      case '-':
        return made('-', b, a)
      case '*':
      case '/':
        return made(operator, a, b)
    }
  } else if (a !== null) {
    switch (operator) {
      case '+':
        return made('-', right, a)
      case '-':
        return negation(made('+', a, right))
      case '*':
      case '/':
        return negation(made(operator, a, right))
    }
  } else if (b !== null) {
    switch (operator) {
      case '+':
        return made('-', left, b)
      case '-':
        return made('+', left, b)
      case '*':
      case '/':
        return negation(made(operator, left, b))
    }
  }
  return made(operator, left, right)
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
