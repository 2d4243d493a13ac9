import { isText, type Node } from '../ast.js'
import * as build from './build.js'
import { parseBlock } from './parse-sequence.js'
import type { Parser } from './parser.js'

// Conditions, loops and assertions.

export function parseConditional(parser: Parser): Node {
  parser.advance()
  parser.expect('(', `Expected '(' at start of if-statement, instead got: '${parser.token.value}'`)
  const condition = parser.part('Failed to parse condition for if-statement')
  if (parser.is(',')) return parseFunctional(parser, condition)
  if (parser.take(')')) return parseStatement(parser, condition)
  throw parser.fail('Invalid if-statement')
}

/** `if (condition, consequent, alternative)`. */
function parseFunctional(parser: Parser, condition: Node): Node {
  parser.advance()
  const consequent = parser.part('Failed to parse consequent for if-statement')
  parser.expect(',', "Expected ',' between if-statement consequent and alternative")
  const alternative = parser.part('Failed to parse alternative for if-statement')
  parser.expect(')', "Expected ')' at the end of if-statement")
  return build.makeConditional(condition, consequent, alternative, 'if-statement', parser.token.position)
}

/** `if (condition) consequent; else alternative;`, either in braces. */
function parseStatement(parser: Parser, condition: Node): Node {
  let consequent: Node
  if (parser.is('{')) {
    consequent = parser.part('Failed to parse body of consequent for if-statement', () =>
      parseBlock(parser, 'if-statement-01'),
    )
    if (!mayFollowBlock(parser)) {
      throw parser.fail("Expected ';' at the end of the consequent for if-statement (1)")
    }
  } else {
    consequent = parser.part('Failed to parse body of consequent for if-statement')
    if (!parser.is('end')) throw parser.fail("Expected ';' at the end of the consequent for if-statement (2)")
  }
  let alternative: Node | null = null
  if (parser.isWord('else') || (parser.is('end') && parser.nextToken.value.toLowerCase() === 'else')) {
    parser.advance()
    parser.takeWord('else')
    alternative = parseElse(parser)
  }
  return build.makeConditional(condition, consequent, alternative, 'if-statement', parser.token.position)
}

function mayFollowBlock(parser: Parser): boolean {
  if (['else', 'for', 'while', 'repeat'].some((word) => parser.isWord(word))) return true
  return ['+', '-', '/', '*', '%', '^', ')', ']', '}', '==', '<=', '!=', '>=', '<', '>', '?', 'end'].includes(
    parser.token.type,
  )
}

function parseElse(parser: Parser): Node {
  if (parser.is('{')) {
    return parser.part("Failed to parse body of the 'else' for if-statement", () =>
      parseBlock(parser, 'else-statement-01'),
    )
  }
  if (parser.isWord('if')) return parseConditional(parser)
  const alternative = parser.part("Failed to parse body of the 'else' for if-statement")
  if (!parser.is('?') && !parser.is('}') && !parser.take('end')) {
    throw parser.fail("Expected ';' at the end of the 'else-if' for the if-statement")
  }
  return alternative
}

export function parseWhile(parser: Parser): Node {
  parser.advance()
  parser.expect('(', "Expected '(' at start of while-loop condition statement")
  const condition = parser.part('Failed to parse condition for while-loop')
  parser.expect(')', "Expected ')' at end of while-loop condition statement")
  const { body, breaks } = parseBody(parser, 'while-loop')
  return build.makeWhile(condition, body, breaks)
}

function parseBody(parser: Parser, what: string): { body: Node; breaks: boolean } {
  const loop = { breaks: false }
  parser.loops.unshift(loop)
  const body = parser.part(`Failed to parse body of ${what}`, () => parseBlock(parser, what, true))
  parser.loops.shift()
  return { body, breaks: loop.breaks }
}

/** `for (initialiser; condition; increment) { body }`, each of the three optional. */
export function parseFor(parser: Parser): Node {
  parser.advance()
  parser.scope.open()
  parser.expect('(', "Expected '(' at start of for-loop")
  let initialiser: Node | null = null
  let condition: Node | null = null
  let increment: Node | null = null
  if (!parser.take('end')) {
    initialiser = parser.part('Failed to parse initialiser of for-loop')
    parser.expect('end', "Expected ';' after initialiser of for-loop")
  }
  if (!parser.take('end')) {
    condition = parser.part('Failed to parse condition of for-loop')
    parser.expect('end', "Expected ';' after condition section of for-loop")
  }
  if (!parser.take(')')) {
    increment = parser.part('Failed to parse incrementor of for-loop')
    parser.expect(')', "Expected ')' after incrementor section of for-loop")
  }
  const { body, breaks } = parseBody(parser, 'for-loop')
  const node = build.makeFor(initialiser, condition, increment, body, breaks)
  parser.scope.close()
  return node
}

export function parseBreak(parser: Parser): Node {
  if (parser.inBreak) throw parser.fail("Invoking 'break' within a break call is not allowed")
  const loop = parser.loops[0]
  if (loop === undefined) throw parser.fail("Invalid use of 'break', allowed only in the scope of a loop")
  parser.advance()
  loop.breaks = true
  let value: Node | null = null
  if (parser.take('[')) {
    parser.inBreak = true
    value = parser.part("Failed to parse return expression for 'break' statement")
    parser.inBreak = false
    parser.expect(']', "Expected ']' at the completion of break's return expression")
  }
  parser.sideEffect = true
  return { kind: 'break', value }
}

export function parseContinue(parser: Parser): Node {
  const loop = parser.loops[0]
  if (loop === undefined) throw parser.fail("Invalid use of 'continue', allowed only in the scope of a loop")
  parser.advance()
  loop.breaks = true
  parser.sideEffect = true
  return { kind: 'continue' }
}

/** `assert` is checked and then ignored. */
export function parseAssert(parser: Parser): Node {
  parser.advance()
  parser.expect('(', "Expected '(' at start of assert statement")
  parser.part('Failed to parse condition for assert statement')
  if (!parser.take(')')) {
    parser.expect(',', "Expected ',' between condition and message for assert statement")
    if (!isText(parser.expression())) throw parser.fail('Expected string for assert message')
    if (!parser.take(')')) {
      parser.expect(',', "Expected ',' between message and ID for assert statement")
      if (parser.expression().kind !== 'text') throw parser.fail('Expected literal string for assert ID')
      parser.expect(')', "Expected ')' at start of assert statement")
    }
  }
  return { kind: 'null' }
}
