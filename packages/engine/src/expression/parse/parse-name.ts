import type { Node } from '../ast.js'
import { findFunction } from '../functions/registry.js'
import { Cell } from '../value/cell.js'
import * as build from './build.js'
import { parseCall } from './parse-call.js'
import { parseVectorElement } from './parse-range.js'
import type { Parser } from './parser.js'
import { isReserved } from './reserved.js'

/** A column, constant, local or function. */
export function parseName(parser: Parser): Node {
  const { value } = parser.token
  const known = parser.symbol(value)
  if (known !== null) {
    checkBracketAfter(parser)
    parser.advance()
    return known
  }
  const local = parser.scope.findActive(value)
  switch (local?.what.kind) {
    case 'variable':
    case 'constant': {
      checkBracketAfter(parser)
      parser.advance()
      return local.what.kind === 'variable'
        ? { kind: 'variable', variable: local.what.variable }
        : build.literalOf(local.what.cell)
    }
    case 'vector': {
      const { vector } = local.what
      parser.advance()
      if (!parser.take('[')) return { kind: 'vector', vector }
      if (parser.take(']')) return build.literalOf(Cell.float(vector.size))
      return parseVectorElement(parser, { kind: 'vector', vector }, value, vector.size)
    }
    case 'text':
      parser.advance()
      return parser.textRanges({ kind: 'textVariable', variable: local.what.variable })
  }
  const def = findFunction(value)
  if (def !== null) return parseCall(parser, def)
  if (isReserved(value)) throw parser.fail(`Invalid use of reserved symbol '${value}'`)
  throw parser.fail(`Undefined symbol: '${value}'`)
}

function checkBracketAfter(parser: Parser): void {
  if (['(', '{', '['].includes(parser.nextToken.type)) {
    throw parser.fail(`Invalid sequence of variable '${parser.token.value}' and bracket`)
  }
}
