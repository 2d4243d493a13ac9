import { type BinaryNode, isVariable, type Node, type Shape, type Three } from '../ast.js'
import { Cell } from '../value/cell.js'
import { applyBinary, type BinaryOperator } from '../value/operators.js'

export function binary(
  operator: BinaryOperator,
  left: Node,
  right: Node,
  shape: Shape,
  three: Three | null = null,
): BinaryNode {
  return { kind: 'binary', operator, left, right, shape, three }
}

/** What stands in a shape: `v`, `c`, `b`, a pair in brackets such as `(vov)`, `three` or `fused`. */
export function kindOf(node: Node): string {
  if (node.kind === 'literal') return 'c'
  if (isVariable(node)) return 'v'
  if (node.kind !== 'binary') return 'b'
  if (node.shape === 'vov' || node.shape === 'voc' || node.shape === 'cov') return `(${node.shape})`
  return node.shape === 'three' ? (node.three!.fused ? 'fused' : 'three') : 'b'
}

export function constant(node: Node): Cell | null {
  return node.kind === 'literal' ? node.cell : null
}

/** The cell of `a operator b`. */
export function compute(operator: BinaryOperator, a: Cell, b: Cell): Cell {
  const cell = new Cell()
  applyBinary(operator, a, b, cell, null)
  return cell
}
