import { isText, type Node, type Vector, type VectorFill } from '../ast.js'
import { Cell, VALID } from '../value/cell.js'
import * as build from './build.js'
import { parsePrimary } from './parse-primary.js'
import type { Parser } from './parser.js'
import { isReserved } from './reserved.js'

// Declarations and swaps.

/** Elements a vector may be declared with; the budget is far below it, but the message names this. */
const MAX_VECTOR = 2_000_000_000

/** The name of a new local. Throws when it is none or taken. */
function parseNewName(parser: Parser, what: string): string {
  const name = parser.token.value
  if (!parser.take('symbol')) throw parser.fail(`Expected a symbol for ${what} definition`)
  if (isReserved(name)) throw parser.fail(`Illegal redefinition of reserved keyword: '${name}'`)
  if (parser.symbol(name) !== null) throw parser.fail(`Illegal redefinition of variable '${name}'`)
  const local = parser.scope.find(name)
  if (local?.active && local.name === name) {
    throw parser.fail(`Illegal redefinition of local variable: '${name}'`)
  }
  return name
}

/** `var x`, `var x := …`, `var x{}`, `var v[n]`, `var v[n] := …`. */
export function parseDeclaration(parser: Parser): Node {
  parser.advance()
  const name = parseNewName(parser, 'variable')
  if (parser.is('[')) return parseVector(parser, name)
  if (parser.is('{')) return parseUninitialised(parser, name)
  const initial = parser.take(':=')
    ? parser.part(`Failed to parse initialisation expression for variable '${name}'`)
    : null
  if (!parser.is(')') && !parser.is('}') && !parser.is(']') && !parser.is('end')) {
    throw parser.fail(`Expected ';' after variable '${name}' definition`)
  }
  parser.sideEffect = true
  if (initial !== null && isText(initial)) {
    const variable = { name }
    redeclare(parser, name, 'text') ?? parser.scope.add(name, { kind: 'text', variable })
    const local = parser.scope.findActive(name)!.what
    const target = local.kind === 'text' ? local.variable : variable
    return { kind: 'textAssign', target, append: false, value: initial }
  }
  return {
    kind: 'assign',
    target: declareVariable(parser, name),
    operator: null,
    value: initial ?? build.literalOf(Cell.float(0)),
  }
}

/** Takes up a local of an ended block again; null when there is none of its kind. */
function redeclare(parser: Parser, name: string, kind: string): true | null {
  const local = parser.scope.find(name)
  if (local === null || local.name !== name || local.active || local.what.kind !== kind) return null
  local.active = true
  local.depth = parser.scope.depth
  return true
}

function declareVariable(parser: Parser, name: string): Node {
  if (redeclare(parser, name, 'variable') === null) {
    parser.scope.add(name, { kind: 'variable', variable: { name, column: null } })
  }
  const { what } = parser.scope.findActive(name)!
  if (what.kind !== 'variable') throw parser.fail(`Illegal redefinition of local variable: '${name}'`)
  return { kind: 'variable', variable: what.variable }
}

function parseUninitialised(parser: Parser, name: string): Node {
  if (!parser.take('{') || !parser.take('}')) {
    throw parser.fail("Expected a '{}' for uninitialised var definition")
  }
  if (!parser.is('end')) throw parser.fail("Expected ';' after uninitialised variable definition")
  declareVariable(parser, name)
  parser.sideEffect = true
  return build.literalOf(Cell.float(0))
}

/** `const var x := literal`. */
export function parseConstant(parser: Parser): Node {
  parser.advance()
  if (!parser.takeWord('var')) throw parser.fail("Expected 'var' keyword for const-variable definition")
  const name = parseNewName(parser, 'const-variable')
  if (!parser.take(':=')) throw parser.fail(`Expected a symbol for const-variable definition`)
  const value = parser.part(`Failed to parse initialisation expression for const-variable: '${name}'`)
  if (value.kind !== 'literal') {
    throw parser.fail(`initialisation expression for const-variable: '${name}' must be a constant/literal`)
  }
  parser.scope.add(name, { kind: 'constant', cell: value.cell })
  parser.sideEffect = true
  return build.literalOf(value.cell)
}

function parseVector(parser: Parser, name: string): Node {
  parser.advance()
  const size = parser.part(`Failed to determine size of vector '${name}'`)
  if (size.kind !== 'literal') {
    throw parser.fail(`Expected a constant literal number as size of vector '${name}'`)
  }
  const count = size.cell.isNumeric && size.cell.status === VALID ? size.cell.value : 0
  if (!(count > 0) || !Number.isInteger(count) || count > MAX_VECTOR) {
    throw parser.fail(
      `Invalid vector size. Must be an integer in the range [0,${MAX_VECTOR}], size: ${Math.trunc(count)}`,
    )
  }
  const local = parser.scope.find(name)
  if (local?.name === name && local.active) {
    throw parser.fail(`Illegal redefinition of local vector: '${name}'`)
  }
  let vector: Vector = { name, size: count }
  if (local?.name === name && local.what.kind === 'vector' && local.what.vector.size === count) {
    vector = local.what.vector
    local.active = true
    local.depth = parser.scope.depth
  } else {
    parser.scope.add(name, { kind: 'vector', vector })
  }
  parser.sideEffect = true
  parser.expect(']', "Expected ']' as part of vector size definition")
  if (parser.is('end')) return fillVector(vector, { kind: 'list', values: [] })
  parser.expect(':=', "Expected ':=' as part of vector definition")
  const node = parseFill(parser, vector)
  if (!parser.is(')') && !parser.is('}') && !parser.is(']') && !parser.is('end')) {
    throw parser.fail("Expected ';' at end of vector definition")
  }
  if (node.kind === 'vectorFill' && node.fill.kind === 'list' && node.fill.values.length > count) {
    throw parser.fail(`Initialiser list larger than the number of elements in the vector: '${name}'`)
  }
  return node
}

function fillVector(vector: Vector, fill: VectorFill): Node {
  return { kind: 'vectorFill', vector, fill }
}

/** What follows `var v[n] :=`: `[value]`, `[first : step]`, `{a, b}` or another vector. */
function parseFill(parser: Parser, vector: Vector): Node {
  if (parser.take('[')) {
    const value = parser.part(`Failed to parse first component of vector initialiser for vector: ${vector.name}`)
    const step = parser.take(':')
      ? parser.part(`Failed to parse second component of vector initialiser for vector: ${vector.name}`)
      : null
    parser.expect(']', "Expected ']' to close single value vector initialiser")
    return fillVector(vector, step === null ? { kind: 'each', value } : { kind: 'steps', first: value, step })
  }
  if (!parser.take('{')) {
    const isLocalVector = parser.is('symbol') && parser.scope.findActive(parser.token.value)?.what.kind === 'vector'
    if (!isLocalVector) throw parser.fail("Expected '{' as part of vector initialiser list")
    const value = parser.expression()
    return build.makeAssignment(':=', { kind: 'vector', vector }, value, -1)
  }
  const values: Node[] = []
  if (parser.take('}')) return fillVector(vector, { kind: 'list', values })
  for (;;) {
    values.push(parser.part("Expected '{' as part of vector initialiser list"))
    if (parser.take('}')) break
    const closesNext = parser.nextToken.type === '}'
    if (!parser.take(',') && closesNext) throw parser.fail("Expected ',' between vector initialisers")
    if (parser.take('}')) break
  }
  return fillVector(vector, { kind: 'list', values })
}

/** `swap(a, b)` of variables or vector elements. */
export function parseSwap(parser: Parser): Node {
  parser.advance()
  parser.expect('(', "Expected '(' at start of swap statement")
  const left = parsePlace(parser, 'First')
  parser.expect(',', "Expected ',' between parameters to swap")
  const right = parsePlace(parser, 'Second')
  parser.expect(')', "Expected ')' at end of swap statement")
  parser.sideEffect = true
  return { kind: 'swap', left, right }
}

function parsePlace(parser: Parser, which: string): Node {
  const name = parser.token.value
  if (!parser.is('symbol')) {
    throw parser.fail('Expected a symbol for variable or vector element definition')
  }
  if (parser.nextToken.type === '[') {
    const node = parsePrimary(parser)
    if (node.kind === 'element' || node.kind === 'elementAt') return node
    throw parser.fail(`${which} parameter to swap is an invalid vector element: '${name}'`)
  }
  const column = parser.symbol(name)
  const local = parser.scope.find(name)
  const isLocal = local?.active && local.what.kind === 'variable'
  if (!isLocal && column?.kind !== 'variable') {
    throw parser.fail(`${which} parameter to swap is an invalid variable: '${name}'`)
  }
  parser.advance()
  return isLocal ? { kind: 'variable', variable: local.what.variable } : column!
}
