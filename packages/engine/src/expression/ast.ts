import type { FunctionDef } from './functions/registry.js'
import type { Cell } from './value/cell.js'
import type { Arithmetic, BinaryOperator, Comparison } from './value/operators.js'

/** A place that holds a value while a row is computed: a column's cell, or a local. */
export interface Variable {
  readonly name: string
  /** Name of the table's column it is loaded from, or null for a local. */
  readonly column: string | null
}

/** A local vector; its cells live from row to row but every declaration fills them anew. */
export interface Vector {
  readonly name: string
  readonly size: number
}

/** A local text: what the language calls a string, as against values of a string column. */
export interface TextVariable {
  readonly name: string
}

/**
 * How a binary operation was put together, which decides the simplifications around it: `v` a variable, `c` a constant,
 * `b` anything else, `t` operations on three of them and `f` four.
 */
export type Shape = 'vov' | 'voc' | 'cov' | 'vob' | 'bov' | 'cob' | 'boc' | 'bob' | 'three' | 'four' | 'other'

/** Three variables or constants in two operations: `(a o b) o c` when `left`, else `a o (b o c)`. */
export interface Three {
  /** Which of the three are variables: `vcv`. */
  readonly kinds: string
  readonly left: boolean
  /** The operators in reading order. */
  readonly operators: readonly [BinaryOperator, BinaryOperator]
  /** The reference has a fused operation for it, which takes no further part in fusing by kinds. */
  readonly fused: boolean
}

export interface Literal {
  readonly kind: 'literal'
  readonly cell: Cell
}

export interface VariableNode {
  readonly kind: 'variable'
  readonly variable: Variable
}

/** An element under a constant index, which is a variable to every rule. */
export interface ElementNode {
  readonly kind: 'element'
  readonly vector: Vector
  readonly index: number
}

export interface UnaryNode {
  readonly kind: 'unary'
  readonly operation: string
  readonly operand: Node
}

export interface BinaryNode {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Node
  readonly right: Node
  readonly shape: Shape
  readonly three: Three | null
}

/** A node that gives a value. */
export type Node =
  | Literal
  | VariableNode
  | ElementNode
  | UnaryNode
  | BinaryNode
  /** An empty block. */
  | { readonly kind: 'null' }
  /** `x == null` where null is an empty block. */
  | { readonly kind: 'isNull'; readonly operand: Node; readonly equal: boolean }
  /** `&` and `|`. */
  | { readonly kind: 'shortCircuit'; readonly and: boolean; readonly left: Node; readonly right: Node }
  | { readonly kind: 'clamp'; readonly inverse: boolean; readonly operands: readonly Node[] }
  /** `$f00` to `$f99`. */
  | { readonly kind: 'special'; readonly id: number; readonly operands: readonly Node[] }
  /** An operation of two operands that is written by name: `logn`, `root`, and those that give null. */
  | { readonly kind: 'named'; readonly name: string; readonly left: Node; readonly right: Node }
  | { readonly kind: 'vararg'; readonly operation: Vararg; readonly operands: readonly Node[] }
  | { readonly kind: 'reduce'; readonly operation: Vararg; readonly vector: VectorNode }
  | { readonly kind: 'sequence'; readonly statements: readonly Node[] }
  | {
      readonly kind: 'conditional'
      readonly condition: Node
      readonly consequent: Node
      readonly alternative: Node | null
    }
  | { readonly kind: 'while'; readonly condition: Node; readonly body: Node }
  | {
      readonly kind: 'for'
      readonly initialiser: Node | null
      readonly condition: Node
      readonly increment: Node | null
      readonly body: Node
    }
  | { readonly kind: 'switch'; readonly cases: readonly (readonly [Node, Node])[]; readonly fallback: Node }
  | { readonly kind: 'multiSwitch'; readonly cases: readonly (readonly [Node, Node])[] }
  | { readonly kind: 'break'; readonly value: Node | null }
  | { readonly kind: 'continue' }
  | { readonly kind: 'assign'; readonly target: Node; readonly operator: Arithmetic | null; readonly value: Node }
  | { readonly kind: 'swap'; readonly left: Node; readonly right: Node }
  | {
      readonly kind: 'compareTexts'
      readonly operator: Comparison
      readonly left: TextNode
      readonly right: TextNode
    }
  | { readonly kind: 'textLength'; readonly text: TextNode }
  | { readonly kind: 'call'; readonly def: FunctionDef; readonly args: readonly Node[] }
  | { readonly kind: 'elementAt'; readonly vector: VectorNode; readonly index: Node }
  | { readonly kind: 'vectorFill'; readonly vector: Vector; readonly fill: VectorFill }
  | VectorNode
  | TextNode

/** The node of a kind. */
export type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>

export type Vararg = 'sum' | 'mul' | 'avg' | 'mand' | 'mor'

/** How a vector's declaration fills it. */
export type VectorFill =
  | { readonly kind: 'list'; readonly values: readonly Node[] }
  | { readonly kind: 'each'; readonly value: Node }
  | { readonly kind: 'steps'; readonly first: Node; readonly step: Node }

/** A node whose value is that of its first element, but which is a vector where one is asked for. */
export type VectorNode =
  | { readonly kind: 'vector'; readonly vector: Vector }
  | { readonly kind: 'vectorUnary'; readonly operation: string; readonly operand: VectorNode }
  | {
      readonly kind: 'vectorBinary'
      readonly operator: BinaryOperator
      readonly left: Node
      readonly right: Node
    }
  | {
      readonly kind: 'vectorAssign'
      readonly target: Vector
      readonly operator: Arithmetic | null
      readonly value: Node
    }
  | { readonly kind: 'vectorSwap'; readonly left: VectorNode; readonly right: VectorNode }
  | {
      readonly kind: 'vectorConditional'
      readonly condition: Node
      readonly consequent: VectorNode
      readonly alternative: VectorNode
    }

/** A node that is text: the empty literal, a pattern, a text local. It has no value of its own. */
export type TextNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'textVariable'; readonly variable: TextVariable }
  | { readonly kind: 'textJoin'; readonly left: TextNode; readonly right: TextNode }
  | {
      readonly kind: 'textAssign'
      readonly target: TextVariable
      readonly append: boolean
      readonly value: TextNode
    }
  | {
      readonly kind: 'textConditional'
      readonly condition: Node
      readonly consequent: TextNode
      readonly alternative: TextNode
    }
  | { readonly kind: 'textSequence'; readonly before: readonly Node[]; readonly text: TextNode }
  | {
      readonly kind: 'textRange'
      readonly text: TextNode
      /** First and last character, both included; null for an open end. */
      readonly from: Node | null
      readonly to: Node | null
    }

export function isText(node: Node): node is TextNode {
  return node.kind.startsWith('text') && node.kind !== 'textLength'
}

export function isVector(node: Node): node is VectorNode {
  switch (node.kind) {
    case 'vector':
    case 'vectorUnary':
    case 'vectorBinary':
    case 'vectorAssign':
    case 'vectorSwap':
    case 'vectorConditional':
      return true
    default:
      return false
  }
}

/** True for what every rule takes for a variable. */
export function isVariable(node: Node): node is VariableNode | ElementNode {
  return node.kind === 'variable' || node.kind === 'element'
}

/** The size of a vector node. */
export function vectorSize(node: VectorNode): number {
  switch (node.kind) {
    case 'vector':
      return node.vector.size
    case 'vectorUnary':
      return vectorSize(node.operand)
    case 'vectorAssign':
      return node.target.size
    case 'vectorSwap':
      return Math.min(vectorSize(node.left), vectorSize(node.right))
    case 'vectorConditional':
      return Math.max(vectorSize(node.consequent), vectorSize(node.alternative))
    case 'vectorBinary': {
      const sizes = [node.left, node.right].filter(isVector).map(vectorSize)
      return Math.min(...sizes)
    }
  }
}
