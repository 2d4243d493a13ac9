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
    this.#births = nodes.map((list, level) => {
      const { births } = tree.tree.levels[level]!
      const out = new Int32Array(list.length)
      for (let i = 0; i < out.length; i++) out[i] = births[list[i]!]!
      return out
    })
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
      const old = this.#births[level]!
      const fresh = now[level]!
      const changed = new Int32Array(list.length + fresh.length)
      let count = 0
      for (let i = 0; i < list.length; i++) {
        const node = list[i]!
        if (differs[i] === 1 && births[node] === old[i] && births[node] !== clock) changed[count++] = node
      }
      for (let i = 0; i < fresh.length; i++) {
        const node = fresh[i]!
        if (births[node] === clock && rows[node] !== 0) changed[count++] = node
      }
      return changed.slice(0, count)
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
