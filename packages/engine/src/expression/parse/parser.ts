import { isText, type Node, type Variable } from '../ast.js'
import { Failure, NamelessFailure } from '../failure.js'
import { Cell } from '../value/cell.js'
import * as build from './build.js'
import type { Token } from './lexer.js'
import { parsePrimary } from './parse-primary.js'
import { parseTextRange } from './parse-range.js'
import { findOperator, type Operator, type Precedence } from './precedence.js'
import { Scope } from './scope.js'
import { TokenCursor } from './token-cursor.js'

// A recursive-descent parser with the reference's grammar, which is its order of tests as much as its rules: which
// message comes out, and where it points, depends on what was tried first. It stops at the first fault, since only that
// one is shown. Each rule is a function of the parser in a file of its kind.

/** The nesting of expressions the reference allows. */
const MAX_DEPTH = 400

const LOGIC_SYMBOLS: ReadonlySet<string> = new Set(['and', 'nand', 'nor', 'not', 'or', 'xnor', 'xor', '&', '|'])

/** What the rules share, and the rule of operators. */
export class Parser extends TokenCursor {
  readonly scope = new Scope()
  /** Set by whatever changes state; statements that did not are dropped from a sequence. */
  sideEffect = false
  /** Loops around the place being parsed: whether each holds a break or continue. */
  readonly loops: { breaks: boolean }[] = []
  inBreak = false
  readonly #columns: ReadonlyMap<string, Variable>
  #depth = 0

  /** `columns`: variables by symbol. */
  constructor(tokens: readonly Token[], length: number, columns: ReadonlyMap<string, Variable>) {
    super(tokens, length)
    this.#columns = columns
  }

  /** What `parse` gives; where it fails without a message, this one, at the token after it or at another. */
  part(message: string, parse: () => Node = () => this.expression(), at?: Token): Node {
    try {
      return parse()
    } catch (failure) {
      throw failure instanceof NamelessFailure ? this.fail(message, at) : failure
    }
  }

  /** Operands and the operators between them that bind at least as `level` asks. */
  expression(level = 0): Node {
    this.#enter()
    let node = this.#operand(level)
    while (!this.is('end')) {
      const precedence = this.#operator()
      if (precedence === null) {
        node = this.textRanges(node)
        this.#checkFollower()
        break
      }
      if (precedence.left < level) break
      node = this.#infix(node, precedence)
      if (this.is('?') && level === 0) node = this.#ternary(node)
      node = this.textRanges(node)
    }
    this.#depth--
    return node
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) {
      throw new Failure(`Current stack depth ${this.#depth} exceeds maximum allowed stack depth of ${MAX_DEPTH}`, -1)
    }
  }

  #operand(level: number): Node {
    this.#enter()
    let node = parsePrimary(this)
    if (level === 0 && this.is('?')) node = this.#ternary(node)
    node = this.textRanges(node)
    this.#depth--
    return node
  }

  /** The operator at hand, or null. */
  #operator(): Precedence | null {
    const { type, value } = this.token
    if (type !== 'symbol') return findOperator(type)
    const word = value.toLowerCase()
    // The reference takes `not` for an operator here that does nothing, and then misses its operand.
    if (word === 'not') throw this.#failGenerally(this.token)
    return findOperator(word)
  }

  #checkFollower(): void {
    const { type, value } = this.token
    if (LOGIC_SYMBOLS.has(value.toLowerCase())) return
    if (type === 'symbol' || type === 'number' || type === 'string') throw this.failOperator()
  }

  #infix(left: Node, { operator, right: level }: Precedence): Node {
    const token = this.token
    this.advance()
    const right = this.part(generalMessage(token), () => this.expression(level), token)
    const node = this.#combine(operator, left, right, token)
    if (node === null) throw this.#failGenerally(token)
    return node
  }

  #combine(operator: Operator, left: Node, right: Node, token: Token): Node | null {
    if (build.isAssignment(operator)) {
      this.sideEffect = true
      return build.makeAssignment(operator, left, right, token.position)
    }
    const node = build.makeInfix(operator, left, right, token.position)
    if (operator !== '<=>') return node
    if (node === null) throw this.fail('Only variables, strings, vectors or vector elements can be swapped', token)
    this.sideEffect = true
    return node
  }

  #ternary(condition: Node): Node {
    this.advance()
    const consequent = this.part('Failed to parse consequent for ternary if-statement')
    this.expect(':', "Expected ':' between ternary if-statement consequent and alternative")
    const alternative = this.part('Failed to parse alternative for ternary if-statement')
    return build.makeConditional(condition, consequent, alternative, 'ternary', this.token.position)
  }

  /** `text[a:b]` and `text[]`, as often as they follow. */
  textRanges(node: Node): Node {
    let ranged = node
    while (isText(ranged) && this.is('[')) ranged = parseTextRange(this, ranged)
    return ranged
  }

  /** The column or constant of a name, which no local may have; null when there is none. */
  symbol(name: string): Node | null {
    const column = this.#columns.get(name.toUpperCase())
    if (column !== undefined) return { kind: 'variable', variable: column }
    const constant = CONSTANTS.get(name.toLowerCase())
    return constant === undefined ? null : build.literalOf(constant())
  }

  /** Where an operator is missing before the token at hand. */
  failOperator(): Failure {
    return this.fail(`Invalid syntax '${this.token.value}' possible missing operator or context`)
  }

  #failGenerally(token: Token): Failure {
    return this.fail(generalMessage(token), token)
  }
}

function generalMessage(token: Token): string {
  return `General parsing error at token: '${token.value}'`
}

const CONSTANTS: ReadonlyMap<string, () => Cell> = new Map([
  ['pi', () => Cell.float(Math.PI)],
  ['epsilon', () => Cell.float(1e-10)],
  ['inf', () => Cell.float(Number.POSITIVE_INFINITY)],
  ['true', () => Cell.boolean(true)],
  ['false', () => Cell.boolean(false)],
  ['none', () => Cell.none()],
])
