import type { Column } from '../../columns/column.js'
import type { CubeTree, NodeLists } from './cube-tree.js'

/** How some nodes of a tree were, to tell later which have changed. */
export class TreeSnapshot {
  readonly tree: CubeTree
  readonly nodes: NodeLists
  readonly #measures: readonly number[]
  readonly #columns: readonly (readonly Column[])[]

  /** `measures` are those that count; the nodes must have been evaluated. */
  constructor(tree: CubeTree, measures: readonly number[], nodes: NodeLists) {
    this.tree = tree
    this.nodes = nodes
    this.#measures = measures
    this.#columns = nodes.map((list, level) => measures.map((measure) => tree.values(measure, level, list)))
  }

  /**
   * By level, the nodes that have another value now, those included that went in this sync and had one. All must have been
   * evaluated anew.
   */
  changed(): NodeLists {
    return this.nodes.map((list, level) => {
      const { births } = this.tree.tree.levels[level]!
      const differs = new Uint8Array(list.length)
      this.#columns[level]!.forEach((before, place) => {
        markDifferences(before, this.tree.values(this.#measures[place]!, level, list), differs)
      })
      return list.filter((node, i) => {
        return births[node]! < 0 ? this.#columns[level]!.some((before) => before.isValid(i)) : differs[i] === 1
      })
    })
  }
}

function markDifferences(before: Column, after: Column, differs: Uint8Array): void {
  if (before.valid === null && after.valid === null && before.fine === null && after.fine === null) {
    if (before.data instanceof Float64Array && after.data instanceof Float64Array) {
      for (let i = 0; i < differs.length; i++) if (!Object.is(before.data[i]!, after.data[i]!)) differs[i] = 1
      return
    }
  }
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
