import type { Node } from '../ast.js'
import { Cell } from '../value/cell.js'
import * as build from './build.js'
import { parseBlock } from './parse-sequence.js'
import type { Parser } from './parser.js'

/** `switch { case a : x; default : y; }`. */
export function parseSwitch(parser: Parser): Node {
  parser.advance()
  parser.expect('{', "Expected '{' for call to switch statement")
  const cases: (readonly [Node, Node])[] = []
  let fallback: Node | null = null
  while (!parser.is('}')) {
    if (parser.takeWord('case')) {
      const condition = parser.expression()
      parser.expect(':', "Expected ':' for case of switch statement")
      const consequent = parser.is('{') ? parseBlock(parser, 'switch-consequent') : parser.expression()
      parser.expect('end', "Expected ';' at end of case for switch statement")
      if (!isNever(condition)) cases.push([condition, consequent])
    } else if (parser.isWord('default')) {
      if (fallback !== null) throw parser.fail('Multiple default cases for switch statement')
      parser.advance()
      parser.expect(':', "Expected ':' for default of switch statement")
      fallback = parser.is('{') ? parseBlock(parser, 'switch-default') : parser.expression()
      parser.expect('end', "Expected ';' at end of default for switch statement")
    } else {
      throw parser.fail("Expected '}' at end of switch statement")
    }
  }
  parser.advance()
  if (fallback === null && cases.length === 0) throw parser.failNameless()
  return build.makeSwitch(cases, fallback ?? build.literalOf(Cell.none()))
}

/** `[*] { case a : x; case b : y; }`: every case that holds runs, and the last one's value counts. */
export function parseMultiSwitch(parser: Parser): Node {
  parser.advance()
  parser.expect('{', "Expected '{' for call to [*] statement")
  const cases: (readonly [Node, Node])[] = []
  do {
    if (!parser.takeWord('case')) throw parser.fail("Expected a 'case' statement for multi-switch")
    const condition = parser.expression()
    parser.expect(':', "Expected ':' for case of [*] statement")
    const consequent = parser.is('{') ? parseBlock(parser, 'multi-switch-consequent') : parser.expression()
    parser.expect('end', "Expected ';' at end of case for [*] statement")
    if (!isNever(condition)) cases.push([condition, consequent])
  } while (!parser.is('}'))
  parser.advance()
  return build.makeMultiSwitch(cases)
}

/** A constant condition that never holds; its case is dropped. */
function isNever(condition: Node): boolean {
  return condition.kind === 'literal' && !condition.cell.toBoolean()
}
