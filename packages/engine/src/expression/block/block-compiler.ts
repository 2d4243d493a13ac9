import type { Storage } from '../../columns/storage.js'
import { isText, type Node, type NodeOf, type Variable } from '../ast.js'
import type { Budget } from '../budget.js'
import type { Arg, Environment } from '../functions/function.js'
import type { Program } from '../program.js'
import type { TableRows } from '../table-rows.js'
import {
  Cell,
  CLEAR,
  FLOAT,
  FLOAT32,
  INT32,
  INT64,
  isNumericCode,
  NONE,
  STRING,
  typeCode,
  VALID,
} from '../value/cell.js'
import { type BinaryOperator, isComparison, isLogic, wrapInteger } from '../value/operators.js'
import { fractionOf, NUMERIC_UNARY, toInt64 } from '../value/unary.js'
import { type Block, ConstantBlock, LiteralBlock, NullBlock } from './block.js'
import type { BlockPlan } from './block-program.js'
import { type BlockArg, CallBlock } from './call-block.js'
import { ColumnBlock } from './column-block.js'
import {
  ArithmeticBlock,
  ComparisonBlock,
  LogicBlock,
  NotBlock,
  NullTestBlock,
  SelectBlock,
  ShortCircuitBlock,
  UnaryBlock,
} from './operator-block.js'
import { StringPool } from './string-pool.js'

/** Thrown where a program does what blocks cannot; it is then computed row by row. */
class Unsupported extends Error {}

/**
 * The blocks of a program, or null when it is not of this kind: every node of one type whatever the data, no loops, no
 * vectors, assignments only as statements of the program itself.
 */
export function planBlocks(
  program: Program,
  storages: ReadonlyMap<string, Storage>,
  rows: TableRows,
  budget: Budget,
): BlockPlan | null {
  const compiler = new BlockCompiler(storages, rows, budget)
  try {
    const root = compiler.program(program.root)
    return root.type === typeCode(program.storage) ? compiler.plan(root) : null
  } catch (error) {
    if (error instanceof Unsupported) return null
    throw error
  }
}

class BlockCompiler {
  readonly #storages: ReadonlyMap<string, Storage>
  readonly #environment: Environment & { rows: TableRows }
  readonly #pool = new StringPool()
  readonly #blocks: Block[] = []
  readonly #inputs = new Map<string, ColumnBlock>()
  readonly #constants = new Set<Block>()
  /** What locals, and columns that were assigned to, hold at this point of the program. */
  readonly #values = new Map<Variable, Block>()

  constructor(storages: ReadonlyMap<string, Storage>, rows: TableRows, budget: Budget) {
    this.#storages = storages
    this.#environment = { validating: false, rows, budget, onTypeError: null }
  }

  plan(root: Block): BlockPlan {
    const { rows, budget } = this.#environment
    return { inputs: [...this.#inputs.values()], blocks: this.#blocks, root, pool: this.#pool, rows, budget }
  }

  /** A program: statements, the last of which gives its value. */
  program(node: Node): Block {
    if (node.kind !== 'sequence') return this.#statement(node)
    const blocks = node.statements.map((statement) => this.#statement(statement))
    return blocks.at(-1)!
  }

  #statement(node: Node): Block {
    if (node.kind !== 'assign') return this.#root(node)
    if (node.target.kind !== 'variable') throw new Unsupported()
    const value = this.#compile(node.value)
    const { variable } = node.target
    const result = node.operator === null ? value : this.#arithmetic(node.operator, this.#compile(node.target), value)
    this.#values.set(variable, result)
    return result
  }

  /** A node whose value leaves the expression, where the null literal is a null of the other branch's type. */
  #root(node: Node): Block {
    if (node.kind !== 'conditional') return this.#compile(node)
    const { condition, consequent, alternative } = node
    const then = this.#compile(consequent)
    const isNone = alternative === null || (alternative.kind === 'literal' && alternative.cell.type === NONE)
    const otherwise = isNone ? this.#add(new NullBlock(then.type)) : this.#root(alternative)
    return this.#select(this.#compile(condition), then, otherwise)
  }

  #add<B extends Block>(block: B): B {
    this.#blocks.push(block)
    return block
  }

  #compile(node: Node): Block {
    switch (node.kind) {
      case 'literal':
        return this.#constant(node.cell)
      case 'variable':
        return this.#variable(node.variable)
      case 'unary':
        return this.#unary(node.operation, this.#compile(node.operand))
      case 'binary':
        return this.#binary(node.operator, node.left, node.right)
      case 'shortCircuit':
        return this.#add(new ShortCircuitBlock(node.and, this.#compile(node.left), this.#compile(node.right)))
      case 'conditional':
        if (node.alternative === null) throw new Unsupported()
        return this.#select(
          this.#compile(node.condition),
          this.#compile(node.consequent),
          this.#compile(node.alternative),
        )
      case 'switch':
        return node.cases.reduceRight(
          (otherwise, [condition, consequent]) =>
            this.#select(this.#compile(condition), this.#compile(consequent), otherwise),
          this.#compile(node.fallback),
        )
      case 'vararg':
        return this.#vararg(node.operation, node.operands)
      case 'call':
        return this.#call(node)
      default:
        throw new Unsupported()
    }
  }

  #constant(cell: Cell): Block {
    if (cell.status !== VALID || cell.type === NONE || cell.type === STRING) throw new Unsupported()
    const block = this.#add(new ConstantBlock(cell.type, cell.value))
    this.#constants.add(block)
    return block
  }

  #variable(variable: Variable): Block {
    const known = this.#values.get(variable)
    if (known !== undefined) return known
    if (variable.column === null) throw new Unsupported()
    let block = this.#inputs.get(variable.column)
    if (block === undefined) {
      block = this.#add(new ColumnBlock(variable.column, this.#storages.get(variable.column)!, this.#pool))
      this.#inputs.set(variable.column, block)
    }
    return block
  }

  #unary(operation: string, operand: Block): Block {
    if (operation === 'not') return this.#add(new NotBlock(operand))
    if (!isNumericCode(operand.type)) throw new Unsupported()
    const float = operand.type === FLOAT || operand.type === FLOAT32
    const numeric = NUMERIC_UNARY.get(operation)
    if (numeric !== undefined) {
      if (numeric.floatOnly && !float) return this.#add(new NullBlock(FLOAT))
      return this.#add(new UnaryBlock(FLOAT, operand, numeric.of))
    }
    switch (operation) {
      case 'neg':
        return this.#add(new UnaryBlock(operand.type, operand, negation(operand.type)))
      case 'sgn':
        return this.#add(new UnaryBlock(INT32, operand, (x) => (x > 0 ? 1 : x < 0 ? -1 : 0)))
      case 'trunc':
        return this.#add(new UnaryBlock(INT64, operand, toInt64))
      case 'frac':
        return this.#add(new UnaryBlock(FLOAT, operand, float ? fractionOf : zero))
      default:
        throw new Unsupported()
    }
  }

  #binary(operator: BinaryOperator, left: Node, right: Node): Block {
    if (isComparison(operator)) {
      const none = isNone(left) ? right : isNone(right) ? left : null
      if (none !== null && (operator === '==' || operator === '!=')) {
        return this.#add(new NullTestBlock(this.#compile(none), operator === '=='))
      }
      const a = this.#compile(left)
      const b = this.#compile(right)
      if (!ComparisonBlock.comparable(a.type, b.type)) throw new Unsupported()
      return this.#add(new ComparisonBlock(operator, a, b, this.#pool))
    }
    const a = this.#compile(left)
    const b = this.#compile(right)
    if (isLogic(operator)) return this.#add(new LogicBlock(operator, a, b))
    return this.#arithmetic(operator, a, b)
  }

  #arithmetic(operator: BinaryOperator, a: Block, b: Block): Block {
    if (isComparison(operator) || isLogic(operator)) throw new Unsupported()
    if (!isNumericCode(a.type) || !isNumericCode(b.type)) throw new Unsupported()
    return this.#add(new ArithmeticBlock(operator, a, b))
  }

  #select(condition: Block, then: Block, otherwise: Block): Block {
    if (then.type !== otherwise.type) throw new Unsupported()
    return this.#add(new SelectBlock(condition, then, otherwise))
  }

  #vararg(operation: string, operands: readonly Node[]): Block {
    if (operation === 'mand' || operation === 'mor') throw new Unsupported()
    const blocks = operands.map((operand) => this.#compile(operand))
    const start = operands.length > 5 && operation !== 'mul' ? [this.#constant(Cell.float(0))] : []
    const total = [...start, ...blocks].reduce((sum, block) =>
      this.#arithmetic(operation === 'mul' ? '*' : '+', sum, block),
    )
    return operation === 'avg' ? this.#arithmetic('/', total, this.#constant(Cell.float(operands.length))) : total
  }

  #call(node: NodeOf<'call'>): Block {
    const constant = this.#constantCall(node)
    if (constant !== null) return constant
    const args = node.args.map((arg): BlockArg => {
      if (isText(arg)) {
        if (arg.kind !== 'text') throw new Unsupported()
        return { text: arg.text }
      }
      return { block: this.#compile(arg) }
    })
    const type = this.#typeOf(node, args)
    return this.#add(new CallBlock(type, node.def, args, this.#constants, this.#environment, this.#pool))
  }

  /** `intern('…')`, which is how a string literal arrives. */
  #constantCall(node: NodeOf<'call'>): Block | null {
    const [only] = node.args
    if (node.def.name !== 'intern' || only?.kind !== 'text') return null
    const block = this.#add(new LiteralBlock(only.text, this.#pool))
    this.#constants.add(block)
    return block
  }

  /** The type a call gives for arguments of these types. */
  #typeOf(node: NodeOf<'call'>, args: readonly BlockArg[]): number {
    const typed = args.map((arg): Arg => {
      if ('text' in arg) return { kind: 'text', run: () => arg.text }
      const cell = new Cell()
      if (arg.block instanceof LiteralBlock) cell.setString(arg.block.literal)
      else if (this.#constants.has(arg.block)) cell.setNumber(arg.block.type, arg.block.data[0]!)
      else cell.clear(arg.block.type)
      return { kind: 'scalar', run: () => cell }
    })
    const out = new Cell()
    let fault = false
    const onTypeError = (): void => {
      fault = true
    }
    node.def.make(typed, { ...this.#environment, validating: true, onTypeError })(out)
    if (fault || out.status === CLEAR || out.type === NONE) throw new Unsupported()
    return out.type
  }
}

const zero = (): number => 0

function isNone(node: Node): boolean {
  return node.kind === 'literal' && node.cell.type === NONE
}

function negation(type: number): (x: number) => number {
  return type === FLOAT || type === FLOAT32 ? (x) => -x : (x) => wrapInteger(type, -x)
}
