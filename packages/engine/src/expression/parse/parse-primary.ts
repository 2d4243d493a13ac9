import { isText, isVector, type Node, vectorSize } from '../ast.js'
import { Cell } from '../value/cell.js'
import * as build from './build.js'
import type { TokenType } from './lexer.js'
import { parseNumber } from './number.js'
import { parseOperation, parseSpecial, parseVararg } from './parse-call.js'
import { parseAssert, parseBreak, parseConditional, parseContinue, parseFor, parseWhile } from './parse-control.js'
import { parseConstant, parseDeclaration, parseSwap } from './parse-local.js'
import { parseName } from './parse-name.js'
import { parseTextRange, parseVectorElement } from './parse-range.js'
import { parseBlock } from './parse-sequence.js'
import { parseMultiSwitch, parseSwitch } from './parse-switch.js'
import type { Parser } from './parser.js'
import { BASE_OPERATIONS } from './reserved.js'

/** The innermost rule: a literal, a name, something in brackets. */
export function parsePrimary(parser: Parser): Node {
  const { type, value } = parser.token
  switch (type) {
    case 'number':
      parser.advance()
      return build.literalOf(Cell.float(parseNumber(value)!))
    case 'symbol':
      return parseSymbol(parser)
    case 'string':
      parser.advance()
      return parseText(parser, value)
    case '(':
      return parseBracketed(parser, ')')
    case '[':
      return parseBracketed(parser, ']')
    case '{':
      return parseBracketed(parser, '}')
    case '-':
      return parseNegation(parser)
    case '+':
      parser.advance()
      return parser.expression(13)
    case 'end':
      throw parser.fail('Premature end of expression[1]')
    default:
      throw parser.fail('Premature end of expression[2]')
  }
}

function parseText(parser: Parser, text: string): Node {
  if (!parser.is('[')) return { kind: 'text', text }
  return parseTextRange(parser, { kind: 'text', text })
}

function parseBracketed(parser: Parser, close: TokenType): Node {
  parser.advance()
  const node = parser.expression()
  if (close === ')') parser.take('end')
  parser.expect(close, `Expected '${close}' instead of: '${parser.token.value}'`)
  if (!isText(node) && !isVector(node) && (parser.is('(') || parser.is('{') || parser.is('['))) {
    throw parser.fail('Invalid sequence of brackets')
  }
  if (close === ')' && isVector(node)) {
    if (parser.is(')') && parser.nextToken.type === '[') parser.advance()
    if (parser.take('[')) return parseVectorElement(parser, node, vectorName(node), vectorSize(node))
  }
  return node
}

function parseNegation(parser: Parser): Node {
  parser.advance()
  const node = parser.expression(11)
  if (node.kind === 'unary' && node.operation === 'neg') return node.operand
  const negated = build.makeUnary('neg', node)
  if (negated === null) throw parser.failNameless()
  return negated
}

/** The name that messages about an element of a vector expression use. */
function vectorName(node: Node): string {
  if (node.kind === 'vector') return node.vector.name
  if (node.kind === 'vectorAssign') return node.target.name
  return 'neo-vector'
}

/** After a block that stands as a statement. */
function closed(parser: Parser, node: Node): Node {
  if (parser.is('symbol') || parser.is('number')) throw parser.failOperator()
  return node
}

function parseSymbol(parser: Parser): Node {
  const { value } = parser.token
  const word = value.toLowerCase()
  switch (word) {
    case '~':
      parser.advance()
      return closed(parser, parseBlock(parser, ''))
    case '[*]':
      return closed(parser, parseMultiSwitch(parser))
    case 'sum':
    case 'mul':
    case 'avg':
    case 'mand':
    case 'mor':
      return parseVararg(parser, word)
    case 'if':
      return parseConditional(parser)
    case 'while':
      return closed(parser, parseWhile(parser))
    case 'for':
      return closed(parser, parseFor(parser))
    case 'switch':
      return closed(parser, parseSwitch(parser))
    case 'break':
      return parseBreak(parser)
    case 'continue':
      return parseContinue(parser)
    case 'var':
      return parseDeclaration(parser)
    case 'const':
      return parseConstant(parser)
    case 'swap':
      return parseSwap(parser)
    case 'assert':
      return parseAssert(parser)
  }
  if (BASE_OPERATIONS.has(word)) return parseOperation(parser, word)
  if (/^\$f\d\d$/.test(word)) return parseSpecial(parser)
  return parseName(parser)
}
