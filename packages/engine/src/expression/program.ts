import { columnType, type Schema, type Storage } from '../columns/storage.js'
import type { Node, Variable } from './ast.js'
import { Budget, type ExpressionLimits, OverBudget } from './budget.js'
import { type ExpressionError, Failure, locate } from './failure.js'
import { type Token, tokenize } from './parse/lexer.js'
import { parseProgram } from './parse/parse-sequence.js'
import { Parser } from './parse/parser.js'
import { type Rewritten, rewrite } from './parse/rewrite.js'
import { checkTokens, joinTokens } from './parse/token-checks.js'
import { RowCompiler } from './row/row-compiler.js'
import type { RowSource } from './row-source.js'
import { faultMessage, placeFault, type TypeFault } from './type-fault.js'
import { Cell, CLEAR, INVALID, NONE, typeCode, typeOf } from './value/cell.js'

/** An expression that was parsed and typed. */
export interface Program {
  readonly root: Node
  /** The columns it names, each once. */
  readonly columns: readonly Variable[]
  readonly storage: Storage
  /** Canonical text: programs with equal keys give equal columns. */
  readonly key: string
  /** True when its value for a row depends on others. */
  readonly readsOtherRows: boolean
}

/** What an expression may know of its table before any data. */
export interface Context {
  readonly schema: Schema
  /** Name of the index column, or null. */
  readonly index: string | null
  readonly limits: ExpressionLimits
}

const TYPE_ERROR = 'Type Error - inputs do not resolve to a valid expression.'

/** Parses and types an expression; the error when it is none. */
export function compileProgram(context: Context, text: string): Program | ExpressionError {
  if (text.length > context.limits.maxSource) {
    const message = `Expression of ${text.length} characters; the most is ${context.limits.maxSource}`
    return { error_message: message, line: 0, column: 0 }
  }
  const rewritten = rewrite(text)
  const storages = new Map(context.schema.map(({ name, storage }) => [name, storage]))
  for (const name of rewritten.columns.values()) {
    if (!storages.has(name)) {
      return { error_message: `Value Error - Input column "${name}" does not exist.`, line: 0, column: 0 }
    }
  }
  try {
    return makeProgram(context, rewritten, storages)
  } catch (error) {
    if (error instanceof Failure) return locate(error.message, error.position, rewritten.text)
    if (error instanceof OverBudget) return { error_message: error.message, line: 0, column: 0 }
    throw error
  }
}

export function isError(result: Program | ExpressionError): result is ExpressionError {
  return 'error_message' in result
}

function makeProgram(context: Context, { text, columns }: Rewritten, storages: ReadonlyMap<string, Storage>): Program {
  const raw = tokenize(text)
  if (raw.length === 0) throw new Failure('Empty expression!', -1)
  const tokens = joinTokens(raw)
  checkTokens(tokens)
  const variables = new Map<string, Variable>()
  for (const [symbol, column] of columns) variables.set(symbol, { name: symbol, column })
  const parser = new Parser(tokens, text.length, variables)
  const root = parseProgram(parser)
  checkVectors(parser, context.limits)
  const storage = findType(context, raw, root, [...variables.values()], storages)
  return {
    root,
    columns: [...variables.values()],
    storage,
    key: keyOf(tokens, columns),
    readsOtherRows: tokens.some(({ type, value }) => type === 'symbol' && value.toLowerCase() === 'vlookup'),
  }
}

function checkVectors(parser: Parser, { maxVector }: ExpressionLimits): void {
  if (parser.scope.vectorElements > maxVector) {
    throw new Failure(`Vectors of ${parser.scope.vectorElements} elements; the most is ${maxVector}`, -1)
  }
}

/** Runs the expression once with every column null: the type of what comes out is the expression's. */
function findType(
  context: Context,
  tokens: readonly Token[],
  root: Node,
  columns: readonly Variable[],
  storages: ReadonlyMap<string, Storage>,
): Storage {
  let fault: TypeFault | null = null as TypeFault | null
  const environment = {
    validating: true,
    rows: nullRows(context, storages),
    budget: new Budget(context.limits),
    onTypeError: (met: TypeFault) => {
      fault ??= met
    },
  }
  const compiler = new RowCompiler(environment)
  const run = compiler.compile(root)
  for (const variable of columns) {
    compiler.variable(variable).clear(typeCode(storages.get(variable.column!)!), INVALID)
  }
  const result = new Cell()
  result.copy(run())
  if (fault !== null) {
    const position = placeFault(fault, tokens, (symbol) => {
      const column = columns.find(({ name }) => name === symbol.toUpperCase())
      return column === undefined ? null : columnType(storages.get(column.column!)!)
    })
    throw new Failure(faultMessage(fault), position)
  }
  if (result.status === CLEAR || result.type === NONE) throw new Failure(TYPE_ERROR, -1)
  return typeOf(result.type) as Storage
}

function nullRows({ schema, index }: Context, storages: ReadonlyMap<string, Storage>): RowSource {
  const key = index === null ? 'int32' : schema.find(({ name }) => name === index)!.storage
  return {
    slot: 0,
    storageOf: (name) => storages.get(name) ?? null,
    keyStorage: () => key,
    cell: () => null,
    key: () => null,
    lookup: () => null,
  }
}

/** The tokens one after the other, with columns by name and words in lower case. */
function keyOf(tokens: readonly Token[], columns: ReadonlyMap<string, string>): string {
  const parts = tokens.map(({ type, value }) => {
    if (type === 'string') return JSON.stringify(['', value])
    if (type !== 'symbol') return type === 'number' || type === 'other' ? value : type
    const column = columns.get(value.toUpperCase())
    return column === undefined ? value.toLowerCase() : JSON.stringify(column)
  })
  return `expression ${parts.join(' ')}`
}
