import { isText, isVariable, isVector, type Node, type Variable, vectorSize } from '../ast.js'
import { Failure, NamelessFailure } from '../failure.js'
import { findFunction } from '../functions/registry.js'
import { Cell } from '../value/cell.js'
import type { Arithmetic } from '../value/operators.js'
import * as build from './build.js'
import type { Token, TokenType } from './lexer.js'
import { parseNumber } from './number.js'
import { parseCall, parseOperation, parseSpecial, parseVararg } from './parse-call.js'
import { parseBreak, parseConditional, parseContinue, parseFor, parseWhile } from './parse-control.js'
import { parseConstant, parseDeclaration, parseSwap } from './parse-local.js'
import { parseTextRange, parseVectorElement } from './parse-range.js'
import { parseMultiSwitch, parseSwitch } from './parse-switch.js'
import { BASE_OPERATIONS, isReserved } from './reserved.js'
import { Scope, same } from './scope.js'

// A recursive-descent parser with the reference's grammar, which is its order of tests as much as its rules: which
// message comes out, and where it points, depends on what was tried first. It stops at the first fault, since only that
// one is shown. Each rule is a function of the parser in a file of its kind.

/** The nesting of expressions the reference allows. */
const MAX_DEPTH = 400

/** Binding powers of the operators: an operator is taken while its left power is at least the level asked for. */
const POWERS: Readonly<Record<string, readonly [left: number, right: number]>> = {
  ':=': [0, 0],
  '+=': [0, 0],
  '-=': [0, 0],
  '*=': [0, 0],
  '/=': [0, 0],
  '%=': [0, 0],
  '<=>': [0, 0],
  or: [1, 2],
  '|': [1, 2],
  nor: [1, 2],
  xor: [1, 2],
  xnor: [1, 2],
  and: [3, 4],
  '&': [3, 4],
  nand: [3, 4],
  in: [4, 4],
  like: [4, 4],
  ilike: [4, 4],
  '<': [5, 6],
  '<=': [5, 6],
  '==': [5, 6],
  '!=': [5, 6],
  '>=': [5, 6],
  '>': [5, 6],
  '+': [7, 8],
  '-': [7, 8],
  '/': [10, 11],
  '*': [10, 11],
  '%': [10, 11],
  '^': [12, 12],
}

const LOGIC_SYMBOLS: ReadonlySet<string> = new Set(['and', 'nand', 'nor', 'not', 'or', 'xnor', 'xor', '&', '|'])

export class Parser {
  readonly scope = new Scope()
  /** Set by whatever changes state; statements that did not are dropped from a sequence. */
  sideEffect = false
  /** Loops around the place being parsed: whether each holds a break or continue. */
  readonly loops: { breaks: boolean }[] = []
  inBreak = false
  readonly #tokens: readonly Token[]
  readonly #end: Token
  readonly #columns: ReadonlyMap<string, Variable>
  #at = 0
  #depth = 0

  /** `columns`: variables by symbol. */
  constructor(tokens: readonly Token[], length: number, columns: ReadonlyMap<string, Variable>) {
    this.#tokens = tokens
    this.#end = { type: 'end', value: '', position: length }
    this.#columns = columns
  }

  // --- tokens ---

  get token(): Token {
    return this.#tokens[this.#at] ?? this.#end
  }

  get nextToken(): Token {
    return this.#tokens[this.#at + 1] ?? this.#end
  }

  advance(): void {
    this.#at++
  }

  is(type: TokenType): boolean {
    return this.token.type === type
  }

  /** True for a symbol, or any token, that reads like `word`, in any case. */
  isWord(word: string): boolean {
    return same(this.token.value, word)
  }

  /** Moves past the token when it is of a type. */
  take(type: TokenType): boolean {
    if (!this.is(type)) return false
    this.advance()
    return true
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.advance()
    return true
  }

  /** A fault at the current token, or another. */
  fail(message: string, at: Token = this.token): Failure {
    return new Failure(message, at.position)
  }

  failNameless(): Failure {
    return new NamelessFailure(this.token.position)
  }

  /** What `parse` gives; where it fails without a message, this one, at the token after it or at another. */
  part(message: string, parse: () => Node = () => this.expression(), at?: Token): Node {
    try {
      return parse()
    } catch (failure) {
      throw failure instanceof NamelessFailure ? this.fail(message, at) : failure
    }
  }

  expect(type: TokenType, message: string): void {
    if (!this.take(type)) throw this.fail(message)
  }

  // --- programs ---

  /** A whole program. */
  parse(): Node {
    const statements: Node[] = []
    const effects: boolean[] = []
    for (;;) {
      this.sideEffect = false
      statements.push(this.expression())
      effects.push(this.sideEffect)
      if (this.is('end')) {
        if (this.#at + 1 >= this.#tokens.length) break
        this.advance()
      } else if (['symbol', 'number', 'string'].includes(this.token.type) || this.#isBracket()) {
        throw this.fail(missingOperator(this.token))
      }
    }
    return this.sequence(statements, effects, false)
  }

  #isBracket(): boolean {
    return ['(', ')', '[', ']', '{', '}'].includes(this.token.type)
  }

  /** Statements as one node, without those that do nothing. `keepText`: its value may be a text. */
  sequence(statements: readonly Node[], effects: readonly boolean[], keepText: boolean): Node {
    if (statements.length === 1) return statements[0]!
    const kept: Node[] = []
    let jumps = false
    for (let i = 0; i < statements.length - 1 && !jumps; i++) {
      const node = statements[i]!
      if (isVariable(node)) continue
      if (node.kind === 'break' || node.kind === 'continue') jumps = true
      else if (node.kind === 'literal' || node.kind === 'null' || !effects[i]) continue
      kept.push(node)
    }
    if (!jumps) kept.push(statements.at(-1)!)
    if (jumps || effects.at(-1) || kept.length > 1) this.sideEffect = true
    if (kept.length === 1) return kept[0]!
    const last = kept.at(-1)!
    if (keepText && isText(last)) return { kind: 'textSequence', before: kept.slice(0, -1), text: last }
    return { kind: 'sequence', statements: kept }
  }

  /** `{ a; b }`, or `( a, b )` unless braces are asked for. `what` names the construct in messages. */
  block(what: string, bracesOnly = false): Node {
    let close: TokenType = '}'
    let separator: TokenType = 'end'
    if (!this.take('{')) {
      if (bracesOnly || !this.take('(')) {
        const section = what === '' ? '' : ` section of ${what}`
        throw this.fail(`Expected '{' for call to multi-sequence${section}`)
      }
      close = ')'
      separator = ','
    } else if (this.take('}')) {
      return { kind: 'null' }
    }
    const statements: Node[] = []
    const effects: boolean[] = []
    const outer = this.sideEffect
    this.scope.open()
    for (;;) {
      this.sideEffect = false
      statements.push(this.expression())
      effects.push(this.sideEffect)
      if (this.take(close)) break
      const closesNext = this.nextToken.type === close
      if (!this.take(separator) && closesNext) {
        const expected = separator === 'end' ? ';' : ','
        throw this.fail(`Expected '${expected}' for call to multi-sequence section of ${what}`)
      }
      if (this.take(close)) break
    }
    const node = this.sequence(statements, effects, what === '')
    this.scope.close()
    this.sideEffect = this.sideEffect || outer
    return node
  }

  // --- expressions ---

  expression(level = 0): Node {
    this.#enter()
    let node = this.#branch(level)
    if (!this.is('end')) {
      for (;;) {
        const operator = this.#operator()
        if (operator === null) {
          node = this.textRanges(node)
          this.#checkFollower(false)
          break
        }
        if (operator === 'not') {
          // The reference takes `not` for an operator here that does nothing, and then misses its operand.
          throw this.fail(this.#generalMessage(this.token))
        }
        const [left, right] = POWERS[operator]!
        if (left < level) break
        node = this.#infix(operator, node, right)
        if (this.is('?') && level === 0) node = this.#ternary(node)
        node = this.textRanges(node)
      }
    }
    this.#depth--
    return node
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) {
      throw new Failure(`Current stack depth ${this.#depth} exceeds maximum allowed stack depth of ${MAX_DEPTH}`, -1)
    }
  }

  /** The operator at hand, or null. */
  #operator(): string | null {
    const { type, value } = this.token
    if (type !== 'symbol') return POWERS[type] === undefined ? null : type
    const word = value.toLowerCase()
    if (word === 'not') return word
    return POWERS[word] !== undefined ? word : null
  }

  #checkFollower(afterOperator: boolean): void {
    const { type, value } = this.token
    if (afterOperator || LOGIC_SYMBOLS.has(value.toLowerCase())) return
    if (type === 'symbol' || type === 'number' || type === 'string') throw this.fail(missingOperator(this.token))
  }

  #generalMessage(token: Token): string {
    return `General parsing error at token: '${token.value}'`
  }

  #infix(operator: string, left: Node, level: number): Node {
    const token = this.token
    this.advance()
    const right = this.part(this.#generalMessage(token), () => this.expression(level), token)
    let node: Node | null
    if (operator === ':=' || (operator.length === 2 && operator[1] === '=' && '+-*/%'.includes(operator[0]!))) {
      node = build.makeAssignment(operator as ':=' | `${Arithmetic}=`, left, right, token.position)
      this.sideEffect = true
    } else {
      node = build.makeInfix(operator as build.InfixOperator, left, right, token.position)
      if (operator === '<=>') {
        if (node === null) {
          throw this.fail('Only variables, strings, vectors or vector elements can be swapped', token)
        }
        this.sideEffect = true
      }
    }
    if (node === null) throw this.fail(this.#generalMessage(token), token)
    return node
  }

  #ternary(condition: Node): Node {
    this.advance()
    const consequent = this.part('Failed to parse consequent for ternary if-statement')
    this.expect(':', "Expected ':' between ternary if-statement consequent and alternative")
    const alternative = this.part('Failed to parse alternative for ternary if-statement')
    return build.makeConditional(condition, consequent, alternative, 'ternary', this.token.position)
  }

  #branch(level: number): Node {
    this.#enter()
    let node = this.primary()
    if (level === 0 && this.is('?')) node = this.#ternary(node)
    node = this.textRanges(node)
    this.#depth--
    return node
  }

  /** The innermost rule: a literal, a name, something in brackets. */
  primary(): Node {
    const { type, value } = this.token
    switch (type) {
      case 'number':
        this.advance()
        return build.literalOf(Cell.float(parseNumber(value)!))
      case 'symbol':
        return this.#symbol()
      case 'string':
        this.advance()
        return this.#textLiteral(value)
      case '(':
        return this.#bracketed(')')
      case '[':
        return this.#bracketed(']')
      case '{':
        return this.#bracketed('}')
      case '-':
        return this.#negation()
      case '+':
        this.advance()
        return this.expression(13)
      case 'end':
        throw this.fail('Premature end of expression[1]')
      default:
        throw this.fail('Premature end of expression[2]')
    }
  }

  #textLiteral(text: string): Node {
    if (!this.is('[')) return { kind: 'text', text }
    return parseTextRange(this, { kind: 'text', text })
  }

  #bracketed(close: TokenType): Node {
    this.advance()
    const node = this.expression()
    if (close === ')') this.take('end')
    this.expect(close, `Expected '${close}' instead of: '${this.token.value}'`)
    if (!isText(node) && !isVector(node) && (this.is('(') || this.is('{') || this.is('['))) {
      throw this.fail('Invalid sequence of brackets')
    }
    if (close === ')' && isVector(node)) {
      if (this.is(')') && this.nextToken.type === '[') this.advance()
      if (this.take('[')) return parseVectorElement(this, node, vectorName(node), vectorSize(node))
    }
    return node
  }

  #negation(): Node {
    this.advance()
    const node = this.expression(11)
    if (node.kind === 'unary' && node.operation === 'neg') return node.operand
    const negated = build.makeUnary('neg', node)
    if (negated === null) throw this.failNameless()
    return negated
  }

  /** `text[a:b]` and `text[]`, as often as they follow. */
  textRanges(node: Node): Node {
    let ranged = node
    while (isText(ranged) && this.is('[')) ranged = parseTextRange(this, ranged)
    return ranged
  }

  /** After a block that stands as a statement. */
  #closed(node: Node): Node {
    if (this.is('symbol') || this.is('number')) throw this.fail(missingOperator(this.token))
    return node
  }

  #symbol(): Node {
    const { value } = this.token
    const word = value.toLowerCase()
    switch (word) {
      case '~':
        this.advance()
        return this.#closed(this.block(''))
      case '[*]':
        return this.#closed(parseMultiSwitch(this))
      case 'sum':
      case 'mul':
      case 'avg':
      case 'mand':
      case 'mor':
        return parseVararg(this, word)
      case 'if':
        return parseConditional(this)
      case 'while':
        return this.#closed(parseWhile(this))
      case 'for':
        return this.#closed(parseFor(this))
      case 'switch':
        return this.#closed(parseSwitch(this))
      case 'break':
        return parseBreak(this)
      case 'continue':
        return parseContinue(this)
      case 'var':
        return parseDeclaration(this)
      case 'const':
        return parseConstant(this)
      case 'swap':
        return parseSwap(this)
      case 'assert':
        return this.#assert()
    }
    if (BASE_OPERATIONS.has(word)) return parseOperation(this, word)
    if (/^\$f\d\d$/.test(word)) return parseSpecial(this)
    return this.#named()
  }

  /** `assert` is checked and then ignored. */
  #assert(): Node {
    this.advance()
    this.expect('(', "Expected '(' at start of assert statement")
    this.part('Failed to parse condition for assert statement')
    if (!this.take(')')) {
      this.expect(',', "Expected ',' between condition and message for assert statement")
      if (!isText(this.expression())) throw this.fail('Expected string for assert message')
      if (!this.take(')')) {
        this.expect(',', "Expected ',' between message and ID for assert statement")
        if (this.expression().kind !== 'text') throw this.fail('Expected literal string for assert ID')
        this.expect(')', "Expected ')' at start of assert statement")
      }
    }
    return { kind: 'null' }
  }

  /** A column, constant, local or function. */
  #named(): Node {
    const { value } = this.token
    const known = this.symbol(value)
    if (known !== null) {
      this.#checkBracketAfter()
      this.advance()
      return known
    }
    const local = this.scope.findActive(value)
    switch (local?.what.kind) {
      case 'variable':
      case 'constant': {
        this.#checkBracketAfter()
        this.advance()
        return local.what.kind === 'variable'
          ? { kind: 'variable', variable: local.what.variable }
          : build.literalOf(local.what.cell)
      }
      case 'vector': {
        const { vector } = local.what
        this.advance()
        if (!this.take('[')) return { kind: 'vector', vector }
        if (this.take(']')) return build.literalOf(Cell.float(vector.size))
        return parseVectorElement(this, { kind: 'vector', vector }, value, vector.size)
      }
      case 'text':
        this.advance()
        return this.textRanges({ kind: 'textVariable', variable: local.what.variable })
    }
    const def = findFunction(value)
    if (def !== null) return parseCall(this, def)
    if (isReserved(value)) throw this.fail(`Invalid use of reserved symbol '${value}'`)
    throw this.fail(`Undefined symbol: '${value}'`)
  }

  #checkBracketAfter(): void {
    if (['(', '{', '['].includes(this.nextToken.type)) {
      throw this.fail(`Invalid sequence of variable '${this.token.value}' and bracket`)
    }
  }

  /** The column or constant of a name, or null. */
  symbol(name: string): Node | null {
    const column = this.#columns.get(name.toUpperCase())
    if (column !== undefined) return { kind: 'variable', variable: column }
    const constant = CONSTANTS[name.toLowerCase()]
    return constant === undefined ? null : build.literalOf(constant())
  }

  /** True when a name is taken by a column or a constant, so that no local may have it. */
  isTaken(name: string): boolean {
    return this.symbol(name) !== null
  }
}

const CONSTANTS: Readonly<Record<string, () => Cell>> = {
  pi: () => Cell.float(Math.PI),
  epsilon: () => Cell.float(1e-10),
  inf: () => Cell.float(Number.POSITIVE_INFINITY),
  true: () => Cell.boolean(true),
  false: () => Cell.boolean(false),
  none: () => Cell.none(),
}

function missingOperator(token: Token): string {
  return `Invalid syntax '${token.value}' possible missing operator or context`
}

/** The name that messages about an element of a vector expression use. */
export function vectorName(node: Node): string {
  if (node.kind === 'vector') return node.vector.name
  if (node.kind === 'vectorAssign') return node.target.name
  return 'neo-vector'
}
