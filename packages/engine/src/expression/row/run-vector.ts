import { isVector, type Node, type NodeOf, type VectorNode, vectorSize } from '../ast.js'
import { Cell, FLOAT } from '../value/cell.js'
import { applyArithmetic, applyBinary } from '../value/operators.js'
import { UNARY } from '../value/unary.js'
import { placeOf } from './place.js'
import type { RowCompiler, Run } from './row-compiler.js'

/** A compiled vector: `cells` computes it and gives its elements, `run` computes it and gives the first. */
export interface CompiledVector {
  readonly size: number
  readonly cells: () => readonly Cell[]
  readonly run: Run
}

export function compileVector(compiler: RowCompiler, node: VectorNode): CompiledVector {
  const cells = compileCells(compiler, node)
  return { size: vectorSize(node), cells, run: () => cells()[0]! }
}

function compileCells(compiler: RowCompiler, node: VectorNode): () => readonly Cell[] {
  switch (node.kind) {
    case 'vector': {
      const cells = compiler.vector(node.vector)
      return () => cells
    }
    case 'vectorUnary': {
      const operand = compileVector(compiler, node.operand)
      const apply = UNARY.get(node.operation)!
      return each(compiler, operand.size, (out, i, values) => apply(values[i]!, out), operand.cells)
    }
    case 'vectorBinary':
      return binary(compiler, node)
    case 'vectorAssign':
      return assign(compiler, node)
    case 'vectorSwap': {
      const left = compileVector(compiler, node.left)
      const right = compileVector(compiler, node.right)
      const size = Math.min(left.size, right.size)
      const scratch = new Cell()
      return () => {
        const a = left.cells()
        const b = right.cells()
        compiler.environment.budget.spend(size)
        for (let i = 0; i < size; i++) {
          scratch.copy(a[i]!)
          a[i]!.copy(b[i]!)
          b[i]!.copy(scratch)
        }
        return b
      }
    }
    case 'vectorConditional': {
      const condition = compiler.compile(node.condition)
      const then = compileVector(compiler, node.consequent)
      const otherwise = compileVector(compiler, node.alternative)
      const { holds } = compiler
      return () => (holds(condition()) ? then.cells() : otherwise.cells())
    }
  }
}

/** Computes `size` elements into cells of its own. */
function each(
  compiler: RowCompiler,
  size: number,
  compute: (out: Cell, index: number, values: readonly Cell[]) => void,
  operand: () => readonly Cell[],
): () => readonly Cell[] {
  const out = Array.from({ length: size }, () => new Cell())
  const { budget } = compiler.environment
  return () => {
    const values = operand()
    budget.spend(size)
    for (let i = 0; i < size; i++) compute(out[i]!, i, values)
    return out
  }
}

function binary(compiler: RowCompiler, node: NodeOf<'vectorBinary'>): () => readonly Cell[] {
  const report = compiler.environment.onTypeError
  const size = vectorSize(node)
  const left = operandOf(compiler, node.left)
  const right = operandOf(compiler, node.right)
  const out = Array.from({ length: size }, () => new Cell())
  const { budget } = compiler.environment
  return () => {
    const a = left()
    const b = right()
    budget.spend(size)
    for (let i = 0; i < size; i++) {
      applyBinary(node.operator, a[i] ?? a[0]!, b[i] ?? b[0]!, out[i]!, report)
    }
    return out
  }
}

/** The elements of a vector, or a value as the only one. */
function operandOf(compiler: RowCompiler, node: Node): () => readonly Cell[] {
  if (isVector(node)) return compileVector(compiler, node).cells
  const run = compiler.compile(node)
  const only: Cell[] = [new Cell()]
  return () => {
    only[0]!.copy(run())
    return only
  }
}

function assign(compiler: RowCompiler, node: NodeOf<'vectorAssign'>): () => readonly Cell[] {
  const target = compiler.vector(node.target)
  const value = operandOf(compiler, node.value)
  const single = !isVector(node.value)
  const scratch = new Cell()
  const { budget } = compiler.environment
  return () => {
    const values = value()
    budget.spend(target.length)
    const count = single ? target.length : Math.min(target.length, values.length)
    for (let i = 0; i < count; i++) {
      const from = single ? values[0]! : values[i]!
      if (node.operator === null) {
        target[i]!.copy(from)
      } else {
        applyArithmetic(node.operator, target[i]!, from, scratch)
        target[i]!.copy(scratch)
      }
    }
    return target
  }
}

/** `vector[index]`, where the index is computed. */
export function compileElementAt(compiler: RowCompiler, node: NodeOf<'elementAt'>): Run {
  const { cells } = compileVector(compiler, node.vector)
  const index = compiler.compile(node.index)
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

/** What a vector's declaration does to its elements. */
export function compileFill(compiler: RowCompiler, node: NodeOf<'vectorFill'>): Run {
  const cells = compiler.vector(node.vector)
  const { budget } = compiler.environment
  const { fill } = node
  if (fill.kind === 'list') {
    const values = fill.values.map((value) => compiler.compile(value))
    return () => {
      budget.spend(cells.length)
      for (let i = 0; i < values.length; i++) cells[i]!.copy(values[i]!())
      for (let i = values.length; i < cells.length; i++) cells[i]!.setFloat(0)
      return cells[0]!
    }
  }
  if (fill.kind === 'each') {
    const value = compiler.compile(fill.value)
    return () => {
      budget.spend(cells.length)
      for (const cell of cells) cell.copy(value())
      return cells[0]!
    }
  }
  const first = compiler.compile(fill.first)
  const step = compiler.compile(fill.step)
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

/** The sum, product or mean of a vector's elements. */
export function compileReduce(compiler: RowCompiler, { operation, vector }: NodeOf<'reduce'>): Run {
  const { cells } = compileVector(compiler, vector)
  const out = new Cell()
  const next = new Cell()
  const count = new Cell()
  const { budget } = compiler.environment
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
