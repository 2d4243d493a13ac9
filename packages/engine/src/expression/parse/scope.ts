import type { ElementNode, TextVariable, Variable, Vector } from '../ast.js'
import type { Cell } from '../value/cell.js'

/** A local that was declared. It stays on the list when its block ends, so that a later block may take it up again. */
export interface Local {
  readonly name: string
  depth: number
  active: boolean
  readonly what:
    | { readonly kind: 'variable'; readonly variable: Variable }
    | { readonly kind: 'constant'; readonly cell: Cell }
    | { readonly kind: 'vector'; readonly vector: Vector }
    | { readonly kind: 'text'; readonly variable: TextVariable }
}

/** The locals of an expression by block. Names are the same in any case. */
export class Scope {
  depth = 0
  /** Elements of all vectors ever declared. */
  vectorElements = 0
  readonly #locals: Local[] = []
  readonly #elements = new Map<Vector, Map<number, ElementNode>>()

  /** Declared at this depth or above, active or not. */
  find(name: string): Local | null {
    return this.#locals.find((local) => local.depth <= this.depth && same(local.name, name)) ?? null
  }

  findActive(name: string): Local | null {
    return this.#locals.find((local) => local.active && local.depth <= this.depth && same(local.name, name)) ?? null
  }

  add(name: string, what: Local['what']): void {
    if (what.kind === 'vector') this.vectorElements += what.vector.size
    const local: Local = { name, depth: this.depth, active: true, what }
    const at = this.#locals.findIndex((other) => other.depth > local.depth)
    this.#locals.splice(at < 0 ? this.#locals.length : at, 0, local)
  }

  open(): void {
    this.depth++
  }

  close(): void {
    for (const local of this.#locals) if (local.depth >= this.depth) local.active = false
    this.depth--
  }

  /** The node of a vector's element, the same one every time; `isNew` the first time. */
  element(vector: Vector, index: number): { node: ElementNode; isNew: boolean } {
    let elements = this.#elements.get(vector)
    if (elements === undefined) {
      elements = new Map()
      this.#elements.set(vector, elements)
    }
    const known = elements.get(index)
    if (known !== undefined) return { node: known, isNew: false }
    const node: ElementNode = { kind: 'element', vector, index }
    elements.set(index, node)
    return { node, isNew: true }
  }
}

export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
