import type { Node, TextNode, VectorNode } from '../ast.js'
import { Cell } from '../value/cell.js'
import { toInt64 } from '../value/unary.js'
import * as build from './build.js'
import type { Parser } from './parser.js'

// What follows in square brackets: an element of a vector, a range of a text.

/** The element behind `vector[`, which has been read. */
export function parseVectorElement(parser: Parser, vector: VectorNode, name: string, size: number): Node {
  const index = parser.part(`Failed to parse index for vector: '${name}'`)
  parser.expect(']', `Expected ']' for index of vector: '${name}'`)
  if (index.kind !== 'literal') return { kind: 'elementAt', vector, index }
  const place = placeOf(index.cell)
  if (place < 0 || place >= size) {
    throw parser.fail(`Index of ${place} out of range for vector '${name}' of size ${size}`)
  }
  if (vector.kind !== 'vector') return { kind: 'elementAt', vector, index }
  const { node, isNew } = parser.scope.element(vector.vector, place)
  if (isNew) parser.sideEffect = true
  return node
}

/** The place an index names: cut to a whole number; anything but a number is 0. */
function placeOf(cell: Cell): number {
  return cell.isNumeric && cell.isValid ? toInt64(cell.value) : 0
}

/** `text[]` is its length, `text[a:b]` its characters from a to b. */
export function parseTextRange(parser: Parser, text: TextNode): Node {
  parser.advance()
  if (parser.take(']')) {
    return text.kind === 'text' ? build.literalOf(Cell.float(text.text.length)) : { kind: 'textLength', text }
  }
  let from: Node | null = null
  let to: Node | null = null
  if (!parser.take(':')) {
    from = parser.expression()
    checkBound(parser, from, 'Range lower bound less than zero! Constraint: r0 >= 0')
    parser.expect(':', "Expected ':' for break  in range")
  }
  if (!parser.take(']')) {
    to = parser.expression()
    checkBound(parser, to, 'Range upper bound less than zero! Constraint: r1 >= 0')
    parser.expect(']', "Expected ']' for start of range")
  }
  checkRange(parser, text, from, to)
  return { kind: 'textRange', text, from, to }
}

function checkBound(parser: Parser, bound: Node, message: string): void {
  if (bound.kind === 'literal' && bound.cell.value < 0) throw parser.fail(message)
}

function checkRange(parser: Parser, text: TextNode, from: Node | null, to: Node | null): void {
  const first = from === null ? 0 : from.kind === 'literal' ? Math.trunc(from.cell.value) : null
  const last = to === null ? null : to.kind === 'literal' ? Math.trunc(to.cell.value) : null
  if (first !== null && last !== null && first > last) {
    throw parser.fail('Invalid range, Constraint: r0 <= r1')
  }
  if (text.kind !== 'text') return
  const end = to === null ? text.text.length - 1 : last
  if ((first !== null && first >= text.text.length) || (end !== null && end >= text.text.length)) {
    throw parser.fail(`Overflow in range for string: '${text.text}'[${first ?? '?'}:${end ?? '?'}]`)
  }
}
