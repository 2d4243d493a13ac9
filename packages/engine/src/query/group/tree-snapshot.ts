import type { Column } from '../../columns/column.js'
import type { CubeTree, NodeLists } from './cube-tree.js'

/** How some nodes of a tree were, to tell later which have changed. */
export class TreeSnapshot {
  readonly tree: CubeTree
  readonly nodes: NodeLists
  readonly #measures: readonly number[]
  readonly #columns: readonly (readonly Column[])[]
  readonly #births: readonly Int32Array[]

  /** `measures` are those that count; the nodes must have been evaluated. */
  constructor(tree: CubeTree, measures: readonly number[], nodes: NodeLists) {
    this.tree = tree
    this.nodes = nodes
    this.#measures = measures
    this.#columns = nodes.map((list, level) => measures.map((measure) => tree.values(measure, level, list)))
    this.#births = nodes.map((list, level) => list.map((node) => tree.tree.levels[level]!.births[node]!))
  }

  /**
   * By level, the nodes that are still there with another value, and those among `now` that are new since. All must have
   * been evaluated anew.
   */
  changed(now: NodeLists): NodeLists {
    const { levels, clock } = this.tree.tree
    return this.nodes.map((list, level) => {
      const { births, rows } = levels[level]!
      const differs = new Uint8Array(list.length)
      this.#columns[level]!.forEach((before, place) => {
        markDifferences(before, this.tree.values(this.#measures[place]!, level, list), differs)
      })
      const changed: number[] = []
      list.forEach((node, i) => {
        if (differs[i] === 1 && births[node] === this.#births[level]![i] && births[node] !== clock) changed.push(node)
      })
      for (const node of now[level]!) if (births[node] === clock && rows[node] !== 0) changed.push(node)
      return Int32Array.from(changed)
    })
  }
}

function markDifferences(before: Column, after: Column, differs: Uint8Array): void {
  const shareTexts = before.dictionary === after.dictionary
  for (let i = 0; i < differs.length; i++) {
    if (differs[i] === 1) continue
    const isValid = before.isValid(i)
    if (isValid !== after.isValid(i)) {
      differs[i] = 1
    } else if (isValid) {
      const equal = shareTexts
        ? Object.is(before.data[i], after.data[i]) && (before.fine?.[i] ?? 0) === (after.fine?.[i] ?? 0)
        : before.get(i) === after.get(i)
      if (!equal) differs[i] = 1
    }
  }
}
