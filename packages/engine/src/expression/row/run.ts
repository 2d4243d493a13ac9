import { compareText } from '../../columns/text-order.js'
import { isText, isVariable, isVector, type Node, type TextNode, type Variable, type Vector } from '../ast.js'
import { Budget, DEFAULT_LIMITS } from '../budget.js'
import type { Arg, Environment } from '../functions/function.js'
import { sliceBytes } from '../text/utf8.js'
import { BOOLEAN, Cell, CLEAR, FLOAT, VALID } from '../value/cell.js'
import {
  applyArithmetic,
  applyBinary,
  compareOrder,
  compareRaw,
  power,
  sameRaw,
  startFloat,
} from '../value/operators.js'
import { UNARY } from '../value/unary.js'
import { compileLoop, Jump } from './run-loop.js'
import { compileVector } from './run-vector.js'
import { compileSpecial } from './special.js'

/** Computes a node for the row at hand; the cell is the node's own, good until its next run. */
export type Run = () => Cell

/**
 * Turns nodes into closures that compute one row at a time with values of any type. Everything can be computed this way;
 * what is well typed and has no loops is computed much faster by blocks.
 */
export class RowCompiler {
  readonly environment: Environment
  readonly #variables = new Map<Variable, Cell>()
  readonly #vectors = new Map<Vector, Cell[]>()
  readonly #texts = new Map<object, { text: string }>()

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
    let cell = this.#variables.get(variable)
    if (cell === undefined) {
      cell = Cell.float(0)
      this.#variables.set(variable, cell)
    }
    return cell
  }

  vector(vector: Vector): Cell[] {
    let cells = this.#vectors.get(vector)
    if (cells === undefined) {
      cells = Array.from({ length: vector.size }, () => Cell.float(0))
      this.#vectors.set(vector, cells)
    }
    return cells
  }

  /** Sets every local to what it is before a row. */
  resetLocals(): void {
    for (const [variable, cell] of this.#variables) if (variable.column === null) cell.setFloat(0)
    for (const holder of this.#texts.values()) holder.text = ''
  }

  compile(node: Node): Run {
    if (isText(node)) return this.#textValue(node)
    if (isVector(node)) return compileVector(this, node).run
    switch (node.kind) {
      case 'literal':
        return () => node.cell
      case 'null': {
        const none = Cell.none()
        return () => none
      }
      case 'variable': {
        const cell = this.variable(node.variable)
        return () => cell
      }
      case 'element': {
        const cells = this.vector(node.vector)
        return () => cells[node.index]!
      }
      case 'unary':
        return this.#unary(node.operation, this.compile(node.operand))
      case 'binary':
        return this.#binary(node)
      case 'named':
        return this.#named(node.name, this.compile(node.left), this.compile(node.right))
      case 'isNull':
        return this.#isNull(this.compile(node.operand), node.equal)
      case 'shortCircuit':
        return this.#shortCircuit(node.and, this.compile(node.left), this.compile(node.right))
      case 'clamp':
        return clamp(
          node.inverse,
          node.operands.map((operand) => this.compile(operand)),
        )
      case 'special':
        return compileSpecial(
          node.id,
          node.operands.map((operand) => this.compile(operand)),
          this.holds,
        )
      case 'vararg':
        return vararg(
          node.operation,
          node.operands.map((operand) => this.compile(operand)),
        )
      case 'reduce': {
        const vector = compileVector(this, node.vector)
        return this.#reduce(node.operation, vector.cells)
      }
      case 'sequence': {
        const runs = node.statements.map((statement) => this.compile(statement))
        const last = runs.pop()!
        return () => {
          for (const run of runs) run()
          return last()
        }
      }
      case 'conditional':
        return this.#conditional(node.condition, node.consequent, node.alternative)
      case 'while':
      case 'for':
        return compileLoop(this, node)
      case 'switch':
        return this.#switch(node.cases, node.fallback)
      case 'multiSwitch':
        return this.#multiSwitch(node.cases)
      case 'break': {
        const value = node.value === null ? null : this.compile(node.value)
        const none = Cell.none()
        return () => {
          throw new Jump(value === null ? none : value())
        }
      }
      case 'continue':
        return () => {
          throw new Jump(null)
        }
      case 'assign':
        return this.#assign(node.target, node.operator, node.value)
      case 'swap':
        return this.#swap(node.left, node.right)
      case 'call':
        return this.#call(node)
      case 'elementAt':
        return this.#elementAt(node)
      case 'vectorFill':
        return this.#fill(node)
      case 'compareTexts': {
        const left = this.text(node.left)
        const right = this.text(node.right)
        const out = new Cell()
        return () => {
          out.setBoolean(compareOrder(node.operator, compareText(left(), right())))
          return out
        }
      }
      case 'textLength': {
        const text = this.text(node.text)
        const out = new Cell()
        return () => {
          out.setFloat(text().length)
          return out
        }
      }
    }
  }

  #unary(operation: string, operand: Run): Run {
    const apply = UNARY.get(operation)!
    const out = new Cell()
    if (operation === 'not' && !this.environment.validating) {
      return () => {
        out.setBoolean(!operand().toBoolean())
        return out
      }
    }
    return () => {
      apply(operand(), out)
      return out
    }
  }

  #binary(node: Extract<Node, { kind: 'binary' }>): Run {
    const left = this.compile(node.left)
    const right = this.compile(node.right)
    const out = new Cell()
    const report = this.environment.onTypeError
    // A variable's cell may be changed by the other operand, but the other's own cell not by this one.
    return () => {
      const a = left()
      const b = right()
      applyBinary(node.operator, a, b, out, report)
      return out
    }
  }

  #named(name: string, left: Run, right: Run): Run {
    const out = new Cell()
    return () => {
      const a = left()
      const b = right()
      if (name !== 'logn' && name !== 'root') {
        out.setNone()
        return out
      }
      if (!startFloat(a, b, out)) return out
      const x = a.toNumber()
      const y = b.toNumber()
      if (name === 'logn') {
        if (!(y < 0)) out.setFloat(Math.log(x) / Math.log(y))
      } else {
        const whole = Math.trunc(y) || 0
        if (whole < 0 || (x < 0 && whole % 2 === 0)) out.setNone()
        else out.setFloat(power(x, 1 / y))
      }
      return out
    }
  }

  #isNull(operand: Run, equal: boolean): Run {
    const out = new Cell()
    return () => {
      const cell = operand()
      const isNull = cell.type === FLOAT && cell.status === VALID && !Number.isFinite(cell.value)
      out.setFloat(isNull === equal ? 1 : 0)
      return out
    }
  }

  #shortCircuit(and: boolean, left: Run, right: Run): Run {
    const zero = Cell.float(0)
    const out = new Cell()
    return () => {
      const first = !sameRaw(zero, left())
      out.setFloat((and ? first && !sameRaw(zero, right()) : first || !sameRaw(zero, right())) ? 1 : 0)
      return out
    }
  }

  #conditional(condition: Node, consequent: Node, alternative: Node | null): Run {
    const test = this.compile(condition)
    const then = this.compile(consequent)
    const none = Cell.none()
    const otherwise = alternative === null ? () => none : this.compile(alternative)
    const { holds } = this
    return () => (holds(test()) ? then() : otherwise())
  }

  #switch(cases: readonly (readonly [Node, Node])[], fallback: Node): Run {
    const compiled = cases.map(
      ([condition, consequent]) => [this.compile(condition), this.compile(consequent)] as const,
    )
    const otherwise = this.compile(fallback)
    const { holds } = this
    return () => {
      for (const [condition, consequent] of compiled) if (holds(condition())) return consequent()
      return otherwise()
    }
  }

  #multiSwitch(cases: readonly (readonly [Node, Node])[]): Run {
    const compiled = cases.map(
      ([condition, consequent]) => [this.compile(condition), this.compile(consequent)] as const,
    )
    const out = new Cell()
    const { holds } = this
    return () => {
      out.setFloat(0)
      for (const [condition, consequent] of compiled) if (holds(condition())) out.copy(consequent())
      return out
    }
  }

  /** What gives the cell that an assignment or swap changes. */
  place(node: Node): Run {
    if (isVariable(node)) return this.compile(node)
    if (node.kind === 'elementAt') return this.#elementAt(node)
    throw new Error(`Cannot assign to ${node.kind}`)
  }

  #assign(target: Node, operator: Extract<Node, { kind: 'assign' }>['operator'], value: Node): Run {
    const place = this.place(target)
    const compute = this.compile(value)
    const scratch = new Cell()
    return () => {
      const result = compute()
      if (operator === null) {
        const cell = place()
        if (cell !== result) cell.copy(result)
        return cell
      }
      const cell = place()
      applyArithmetic(operator, cell, result, scratch)
      cell.copy(scratch)
      return cell
    }
  }

  #swap(left: Node, right: Node): Run {
    const first = this.place(left)
    const second = this.place(right)
    const scratch = new Cell()
    return () => {
      const a = first()
      const b = second()
      scratch.copy(a)
      a.copy(b)
      b.copy(scratch)
      return b
    }
  }

  #call(node: Extract<Node, { kind: 'call' }>): Run {
    const args = node.args.map((arg) => this.argument(arg))
    const compute = node.def.make(args, this.environment)
    const out = new Cell()
    return () => {
      compute(out)
      return out
    }
  }

  /** A call's argument. A scalar is copied, since a later argument may change the variable it comes from. */
  argument(node: Node): Arg {
    if (isText(node)) return { kind: 'text', run: this.text(node) }
    if (isVector(node)) {
      const { cells, size } = compileVector(this, node)
      return { kind: 'vector', size, run: cells }
    }
    return { kind: 'scalar', run: this.compile(node) }
  }

  #elementAt(node: Extract<Node, { kind: 'elementAt' }>): Run {
    const { cells } = compileVector(this, node.vector)
    const index = this.compile(node.index)
    const outside = new Cell()
    return () => {
      const values = cells()
      const at = placeOf(index())
      const cell = values[at]
      if (cell !== undefined) return cell
      // The reference reads and writes memory that is not the vector's.
      outside.clear(FLOAT)
      return outside
    }
  }

  #fill(node: Extract<Node, { kind: 'vectorFill' }>): Run {
    const cells = this.vector(node.vector)
    const { budget } = this.environment
    const { fill } = node
    if (fill.kind === 'list') {
      const values = fill.values.map((value) => this.compile(value))
      return () => {
        budget.spend(cells.length)
        for (let i = 0; i < values.length; i++) cells[i]!.copy(values[i]!())
        for (let i = values.length; i < cells.length; i++) cells[i]!.setFloat(0)
        return cells[0]!
      }
    }
    if (fill.kind === 'each') {
      const value = this.compile(fill.value)
      return () => {
        budget.spend(cells.length)
        for (const cell of cells) cell.copy(value())
        return cells[0]!
      }
    }
    const first = this.compile(fill.first)
    const step = this.compile(fill.step)
    const current = new Cell()
    const next = new Cell()
    return () => {
      budget.spend(cells.length)
      current.copy(first())
      for (const cell of cells) {
        cell.copy(current)
        applyArithmetic('+', current, step(), next)
        current.copy(next)
      }
      return cells[0]!
    }
  }

  #reduce(operation: string, cells: () => readonly Cell[]): Run {
    const out = new Cell()
    const next = new Cell()
    const count = new Cell()
    const { budget } = this.environment
    return () => {
      const values = cells()
      budget.spend(values.length)
      out.setFloat(operation === 'mul' ? 1 : 0)
      for (const value of values) {
        applyArithmetic(operation === 'mul' ? '*' : '+', out, value, next)
        out.copy(next)
      }
      if (operation === 'avg') {
        count.setFloat(values.length)
        applyArithmetic('/', next, count, out)
      }
      return out
    }
  }

  // --- texts ---

  /** What gives a text node's text. */
  text(node: TextNode): () => string {
    switch (node.kind) {
      case 'text':
        return () => node.text
      case 'textVariable': {
        const holder = this.#holder(node.variable)
        return () => holder.text
      }
      case 'textJoin': {
        const left = this.text(node.left)
        const right = this.text(node.right)
        const { budget } = this.environment
        return () => {
          const text = left() + right()
          budget.text(text.length)
          return text
        }
      }
      case 'textAssign': {
        const holder = this.#holder(node.target)
        const value = this.text(node.value)
        const { budget } = this.environment
        return () => {
          const text = value()
          holder.text = node.append ? holder.text + text : text
          budget.text(holder.text.length)
          return holder.text
        }
      }
      case 'textConditional': {
        const test = this.compile(node.condition)
        const then = this.text(node.consequent)
        const otherwise = this.text(node.alternative)
        const { holds } = this
        return () => (holds(test()) ? then() : otherwise())
      }
      case 'textSequence': {
        const before = node.before.map((statement) => this.compile(statement))
        const text = this.text(node.text)
        return () => {
          for (const run of before) run()
          return text()
        }
      }
      case 'textRange': {
        const text = this.text(node.text)
        const from = node.from === null ? null : this.compile(node.from)
        const to = node.to === null ? null : this.compile(node.to)
        return () => {
          const whole = text()
          const first = from === null ? 0 : placeOf(from())
          // As in the reference, an open end leaves out the last character of a literal.
          const open = node.text.kind === 'text' ? whole.length - 1 : whole.length
          return sliceBytes(whole, first, to === null ? open : placeOf(to()))
        }
      }
    }
  }

  #holder(variable: object): { text: string } {
    let holder = this.#texts.get(variable)
    if (holder === undefined) {
      holder = { text: '' }
      this.#texts.set(variable, holder)
    }
    return holder
  }

  /** A text where a value is wanted: it has none. */
  #textValue(node: TextNode): Run {
    const text = this.text(node)
    const none = Cell.none()
    return () => {
      text()
      return none
    }
  }
}

function placeOf(cell: Cell): number {
  return cell.isNumeric && cell.status === VALID ? Math.trunc(cell.value) : 0
}

function clamp(inverse: boolean, operands: readonly Run[]): Run {
  const [low, value, high] = [new Cell(), new Cell(), new Cell()]
  const [a, b, c] = operands as [Run, Run, Run]
  const two = Cell.float(2)
  const doubled = new Cell()
  const sum = new Cell()
  return () => {
    low.copy(a())
    value.copy(b())
    high.copy(c())
    if (!inverse) {
      // The reference gives one end or the other for a null, depending on how the null came about.
      if (value.status !== VALID && value.type === low.type) return value
      if (compareRaw('<', value, low)) return low
      return compareRaw('>', value, high) ? high : value
    }
    if (compareRaw('<=', value, low) || compareRaw('>=', value, high)) return value
    applyArithmetic('*', two, value, doubled)
    applyArithmetic('+', high, low, sum)
    return compareRaw('<=', doubled, sum) ? low : high
  }
}

function vararg(operation: string, operands: readonly Run[]): Run {
  const out = new Cell()
  if (operation === 'mand' || operation === 'mor') return all(operation === 'mand', operands, out)
  const next = new Cell()
  const count = Cell.float(operands.length)
  const operator = operation === 'mul' ? '*' : '+'
  const start = operands.length > 5 && operator === '+'
  return () => {
    if (start) out.setFloat(0)
    else out.copy(operands[0]!())
    for (let i = start ? 0 : 1; i < operands.length; i++) {
      applyArithmetic(operator, out, operands[i]!(), next)
      out.copy(next)
    }
    if (operation === 'avg') {
      applyArithmetic('/', out, count, next)
      out.copy(next)
    }
    return out
  }
}

/** All, or any, of the operands; each must be a boolean with a value. */
function all(every: boolean, operands: readonly Run[], out: Cell): Run {
  return () => {
    for (const operand of operands) {
      const cell = operand()
      if (cell.status !== VALID || cell.type !== BOOLEAN) {
        out.clear(BOOLEAN, CLEAR)
        return out
      }
      if ((cell.value === 1) !== every) {
        out.setBoolean(!every)
        return out
      }
    }
    out.setBoolean(every)
    return out
  }
}

/** The value of a node of constants. */
export function evaluateConstant(node: Node): Cell {
  const environment: Environment = {
    validating: false,
    rows: {
      slot: 0,
      storageOf: () => null,
      keyStorage: () => 'int32',
      cell: () => null,
      key: () => null,
      lookup: () => null,
    },
    budget: new Budget(DEFAULT_LIMITS),
    onTypeError: null,
  }
  const cell = new Cell()
  cell.copy(new RowCompiler(environment).compile(node)())
  return cell
}
