import { isText, isVector, type Node, type Vararg } from '../ast.js'
import type { FunctionDef } from '../functions/registry.js'
import type { BinaryOperator } from '../value/operators.js'
import * as build from './build.js'
import type { Parser } from './parser.js'
import { BASE_OPERATIONS } from './reserved.js'

// Everything called by name: operations of the grammar, functions of any number of values, registered functions, `$f` ones.

const MAX_OPERANDS = 4
/** Operations that are operators, and how errors write these. */
const OPERATORS: Readonly<Record<string, readonly [BinaryOperator, spelled: string]>> = {
  mod: ['%', '%'],
  pow: ['^', '^'],
  equal: ['==', '='],
  not_equal: ['!=', '<>'],
}

/** An operation of the grammar: `abs(x)`, `pow(x, y)`, `clamp(a, x, b)`. */
export function parseOperation(parser: Parser, name: string): Node {
  const start = parser.token
  const operands = parseOperands(parser, start.value)
  if (BASE_OPERATIONS.get(name) !== operands.length) {
    throw parser.fail(invalidCount(start.value), start)
  }
  const node = makeOperation(name, operands)
  if (node === null) throw parser.failNameless()
  return node
}

function invalidCount(name: string): string {
  return `Invalid number of input parameters for call to function: '${name}'`
}

function parseOperands(parser: Parser, name: string): Node[] {
  const start = parser.token
  parser.advance()
  parser.expect('(', `Expected a '(' at start of function call to '${name}', instead got: '${parser.token.value}'`)
  if (parser.is(')')) throw parser.fail(`Expected at least one input parameter for function call '${name}'`)
  const operands: Node[] = []
  for (let i = 0; i < MAX_OPERANDS; i++) {
    operands.push(parser.part(invalidCount(name), undefined, start))
    if (parser.take(')')) return operands
    parser.expect(',', `Expected a ',' between function input parameters, instead got: '${parser.token.value}'`)
  }
  throw parser.fail(`Invalid number of input parameters passed to function '${name}'`)
}

function makeOperation(name: string, operands: readonly Node[]): Node | null {
  const [first, second] = operands
  if (operands.length === 1) return build.makeUnary(name, first!)
  if (operands.length === 3) return build.makeClamp(name === 'iclamp', operands, name)
  const operator = OPERATORS[name]
  if (operator !== undefined) return build.makeInfix(operator[0], first!, second!, -1, operator[1])
  return build.makeNamed(name, first!, second!)
}

/** `sum(…)`, `mul(…)`, `avg(…)`, `mand(…)`, `mor(…)`. */
export function parseVararg(parser: Parser, operation: Vararg): Node {
  const name = parser.token.value
  parser.advance()
  parser.expect('(', `Expected '(' for call to vararg function: ${name}`)
  if (parser.take(')')) throw parser.fail(`vararg function: ${name} requires at least one input parameter`)
  const operands: Node[] = []
  for (;;) {
    operands.push(parser.expression())
    if (parser.take(')')) break
    parser.expect(',', `Expected ',' for call to vararg function: ${name}`)
  }
  return build.makeVararg(operation, operands)
}

/** A registered function. */
export function parseCall(parser: Parser, def: FunctionDef): Node {
  const name = parser.token.value
  parser.advance()
  if (def.niladic) {
    parser.sideEffect = true
    if (parser.take('(') && !parser.take(')')) {
      throw parser.fail(`Expecting '()' to proceed call to function: '${name}'`)
    }
    return { kind: 'call', def, args: [] }
  }
  const args: Node[] = []
  if (parser.take('(')) {
    if (parser.take(')')) {
      if (def.params !== 'Z') throw parser.fail(`Zero parameter call to generic function: ${name} not allowed`)
    } else {
      for (;;) {
        args.push(parser.part(`Failed to generate node for generic function: '${name}'`))
        if (parser.take(')')) break
        parser.expect(',', `Expected ',' for call to generic function: ${name}`)
      }
    }
  }
  checkParams(parser, def.params, args, name)
  parser.sideEffect = true
  return { kind: 'call', def, args }
}

function checkParams(parser: Parser, params: string, args: readonly Node[], name: string): void {
  if (params === '' || (params === 'Z' && args.length === 0)) return
  const given = args.map((arg) => (isVector(arg) ? 'V' : isText(arg) ? 'S' : 'T')).join('')
  const fits = params.length === given.length && [...params].every((kind, i) => kind === '?' || kind === given[i])
  if (!fits) {
    throw parser.fail(`Failed parameter type check for function '${name}', Expected '${params}' call set: '${given}'`)
  }
}

/** `$f00` to `$f99`: fixed formulas of three or four operands. */
export function parseSpecial(parser: Parser): Node {
  const name = parser.token.value
  const id = Number(name.slice(2))
  const count = id < 48 ? 3 : 4
  parser.advance()
  parser.expect('(', `Expected '(' for special function '${name}'`)
  const operands: Node[] = []
  for (let i = 0; i < count; i++) {
    operands.push(parser.expression())
    if (i < count - 1) parser.expect(',', `Expected ',' before next parameter of special function '${name}'`)
  }
  parser.expect(')', `Invalid number of parameters for special function '${name}'`)
  return build.makeSpecial(id, operands)
}
