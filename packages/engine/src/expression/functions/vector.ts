import { BOOLEAN, Cell, CLEAR, FLOAT } from '../value/cell.js'
import { type Arithmetic, applyArithmetic } from '../value/operators.js'
import { type FunctionDef, vectorOf } from './function.js'

/** Functions of vectors in space; those that give one write it into their last argument. */
export const VECTORS: readonly FunctionDef[] = [
  ofVectors('diff3', 'VVV', BOOLEAN, ([a, b, target], out) => {
    for (let i = 0; i < 3; i++) store(target![i]!, of('-', a![i]!, b![i]!))
    out.setBoolean(true)
  }),
  ofVectors('norm3', 'V', FLOAT, ([a], out) => {
    const [x, y, z] = [a![0]!.toNumber(), a![1]!.toNumber(), a![2]!.toNumber()]
    out.setFloat(Math.sqrt(x ** 2 + y ** 2 + z ** 2))
  }),
  ofVectors('cross_product3', 'VVV', BOOLEAN, ([a, b, target], out) => {
    const part = (i: number, j: number): Cell => of('-', of('*', a![i]!, b![j]!), of('*', a![j]!, b![i]!))
    const parts = [part(1, 2), part(2, 0), part(0, 1)]
    for (let i = 0; i < 3; i++) store(target![i]!, parts[i]!)
    out.setBoolean(true)
  }),
  ofVectors('dot_product3', 'VV', FLOAT, ([a, b], out) => {
    const products = [0, 1, 2].map((i) => of('*', a![i]!, b![i]!))
    out.copy(of('+', of('+', products[0]!, products[1]!), products[2]!))
  }),
]

type Compute = (vectors: readonly (readonly Cell[])[], out: Cell) => void

function ofVectors(name: string, params: string, type: number, compute: Compute): FunctionDef {
  return {
    name,
    params,
    pure: false,
    make: (args, environment) => {
      const vectors = args.map(vectorOf)
      return (out) => {
        environment.budget.spend(3)
        const values = vectors.map((run) => run())
        if (values.some((cells) => cells.length < 3)) out.clear(type, CLEAR)
        else compute(values, out)
      }
    },
  }
}

function of(operator: Arithmetic, a: Cell, b: Cell): Cell {
  const cell = new Cell()
  applyArithmetic(operator, a, b, cell)
  return cell
}

function store(target: Cell, value: Cell): void {
  target.copy(value)
}
