import { isText, isVector, type Node, type NodeOf, type TextVariable, type Variable, type Vector } from '../ast.js'
import type { Arg, Environment } from '../functions/function.js'
import { Cell, VALID } from '../value/cell.js'
import { compileAssign, compileSwap } from './run-assign.js'
import { compileConditional, compileMultiSwitch, compileSwitch } from './run-choice.js'
import { compileBreak, compileContinue, compileLoop } from './run-loop.js'
import { compileClamp, compileVararg } from './run-operands.js'
import { compileBinary, compileIsNull, compileNamed, compileShortCircuit, compileUnary } from './run-operation.js'
import { compileCompareTexts, compileText, compileTextLength, compileTextValue } from './run-text.js'
import { compileElementAt, compileFill, compileReduce, compileVector } from './run-vector.js'
import { compileSpecial } from './special.js'

/** Computes a node for the row at hand; the cell is the node's own, good until its next run. */
export type Run = () => Cell

/**
 * Turns nodes into closures that compute one row at a time with values of any type. Everything can be computed this way;
 * what is well typed and has no loops is computed much faster by blocks. Each kind of node is a function of the compiler in
 * a file of its kind; the compiler itself keeps the cells of variables.
 */
export class RowCompiler {
  readonly environment: Environment
  readonly #variables = new Map<Variable, Cell>()
  readonly #vectors = new Map<Vector, Cell[]>()
  readonly #texts = new Map<TextVariable, { text: string }>()

  constructor(environment: Environment) {
    this.environment = environment
  }

  /** Whether a condition holds; while the type is found out, unknown ones do. */
  get holds(): (cell: Cell) => boolean {
    return this.environment.validating
      ? (cell) => cell.status !== VALID || cell.toBoolean()
      : (cell) => cell.toBoolean()
  }

  /** The cell of a column or local. */
  variable(variable: Variable): Cell {
    return known(this.#variables, variable, () => Cell.float(0))
  }

  vector(vector: Vector): Cell[] {
    return known(this.#vectors, vector, () => Array.from({ length: vector.size }, () => Cell.float(0)))
  }

  /** What holds a text local. */
  textLocal(variable: TextVariable): { text: string } {
    return known(this.#texts, variable, () => ({ text: '' }))
  }

  /** Sets every local to what it is before a row. */
  resetLocals(): void {
    for (const [variable, cell] of this.#variables) if (variable.column === null) cell.setFloat(0)
    for (const holder of this.#texts.values()) holder.text = ''
  }

  compile(node: Node): Run {
    if (isText(node)) return compileTextValue(this, node)
    if (isVector(node)) return compileVector(this, node).run
    switch (node.kind) {
      case 'literal':
        return always(node.cell)
      case 'null':
        return always(Cell.none())
      case 'variable':
        return always(this.variable(node.variable))
      case 'element': {
        const cells = this.vector(node.vector)
        return () => cells[node.index]!
      }
      case 'unary':
        return compileUnary(this, node)
      case 'binary':
        return compileBinary(this, node)
      case 'named':
        return compileNamed(this, node)
      case 'isNull':
        return compileIsNull(this, node)
      case 'shortCircuit':
        return compileShortCircuit(this, node)
      case 'clamp':
        return compileClamp(this, node)
      case 'special':
        return compileSpecial(node.id, this.compileAll(node.operands), this.holds)
      case 'vararg':
        return compileVararg(this, node)
      case 'reduce':
        return compileReduce(this, node)
      case 'sequence':
        return this.#sequence(node)
      case 'conditional':
        return compileConditional(this, node)
      case 'while':
      case 'for':
        return compileLoop(this, node)
      case 'switch':
        return compileSwitch(this, node)
      case 'multiSwitch':
        return compileMultiSwitch(this, node)
      case 'break':
        return compileBreak(this, node)
      case 'continue':
        return compileContinue()
      case 'assign':
        return compileAssign(this, node)
      case 'swap':
        return compileSwap(this, node)
      case 'call':
        return this.#call(node)
      case 'elementAt':
        return compileElementAt(this, node)
      case 'vectorFill':
        return compileFill(this, node)
      case 'compareTexts':
        return compileCompareTexts(this, node)
      case 'textLength':
        return compileTextLength(this, node)
    }
  }

  compileAll(nodes: readonly Node[]): Run[] {
    return nodes.map((node) => this.compile(node))
  }

  #sequence({ statements }: NodeOf<'sequence'>): Run {
    const runs = this.compileAll(statements)
    const last = runs.pop()!
    return () => {
      for (const run of runs) run()
      return last()
    }
  }

  #call({ def, args }: NodeOf<'call'>): Run {
    const compute = def.make(
      args.map((arg) => this.#argument(arg)),
      this.environment,
    )
    const out = new Cell()
    return () => {
      compute(out)
      return out
    }
  }

  #argument(node: Node): Arg {
    if (isText(node)) return { kind: 'text', run: compileText(this, node) }
    if (isVector(node)) {
      const { cells, size } = compileVector(this, node)
      return { kind: 'vector', size, run: cells }
    }
    return { kind: 'scalar', run: this.compile(node) }
  }
}

function always(cell: Cell): Run {
  return () => cell
}

function known<K, V>(values: Map<K, V>, key: K, make: () => V): V {
  let value = values.get(key)
  if (value === undefined) {
    value = make()
    values.set(key, value)
  }
  return value
}
