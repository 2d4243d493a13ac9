import { isText, isVariable, type Node } from '../ast.js'
import type { TokenType } from './lexer.js'
import type { Parser } from './parser.js'

// Statements one after the other: the whole program, or a block.

/** A whole program. */
export function parseProgram(parser: Parser): Node {
  const statements: Node[] = []
  const effects: boolean[] = []
  for (;;) {
    parser.sideEffect = false
    statements.push(parser.expression())
    effects.push(parser.sideEffect)
    if (parser.is('end')) {
      if (parser.isLast) break
      parser.advance()
    } else if (STARTS.has(parser.token.type)) {
      throw parser.failOperator()
    }
  }
  return sequence(parser, statements, effects, false)
}

/** What begins a statement, so that the one before it was not ended. */
const STARTS: ReadonlySet<TokenType> = new Set(['symbol', 'number', 'string', '(', ')', '[', ']', '{', '}'])

/** `{ a; b }`, or `( a, b )` unless braces are asked for. `what` names the construct in messages. */
export function parseBlock(parser: Parser, what: string, bracesOnly = false): Node {
  let close: TokenType = '}'
  let separator: TokenType = 'end'
  if (!parser.take('{')) {
    if (bracesOnly || !parser.take('(')) {
      const section = what === '' ? '' : ` section of ${what}`
      throw parser.fail(`Expected '{' for call to multi-sequence${section}`)
    }
    close = ')'
    separator = ','
  } else if (parser.take('}')) {
    return { kind: 'null' }
  }
  const statements: Node[] = []
  const effects: boolean[] = []
  const outer = parser.sideEffect
  parser.scope.open()
  for (;;) {
    parser.sideEffect = false
    statements.push(parser.expression())
    effects.push(parser.sideEffect)
    if (parser.take(close)) break
    const closesNext = parser.nextToken.type === close
    if (!parser.take(separator) && closesNext) {
      const expected = separator === 'end' ? ';' : ','
      throw parser.fail(`Expected '${expected}' for call to multi-sequence section of ${what}`)
    }
    if (parser.take(close)) break
  }
  const node = sequence(parser, statements, effects, what === '')
  parser.scope.close()
  parser.sideEffect = parser.sideEffect || outer
  return node
}

/** Statements as one node, without those that do nothing. `keepText`: its value may be a text. */
function sequence(parser: Parser, statements: readonly Node[], effects: readonly boolean[], keepText: boolean): Node {
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
  if (jumps || effects.at(-1) || kept.length > 1) parser.sideEffect = true
  if (kept.length === 1) return kept[0]!
  const last = kept.at(-1)!
  if (keepText && isText(last)) return { kind: 'textSequence', before: kept.slice(0, -1), text: last }
  return { kind: 'sequence', statements: kept }
}
