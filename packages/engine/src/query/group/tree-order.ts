import { sortByKey } from '../../sort/radix.js'
import type { GroupTree } from './group-tree.js'

/** The nodes of a tree in some order of siblings, level by level: depth first, so that children stand together. */
export interface TreeOrder {
  /** Per level the ordinals in order. */
  readonly nodes: readonly Uint32Array[]
  /** Per level, by the ordinal of a parent one level up, where its children begin in `nodes`. */
  readonly from: readonly Int32Array[]
  /** … and where they end. */
  readonly to: readonly Int32Array[]
}

/** Sorts nodes of a level, which come in the order of their values; must be stable. */
export type LevelSort = (level: number, nodes: Uint32Array) => void

/** Orders the nodes that have rows by value (null first), then by `sort`, always within their parents. */
export function arrange(tree: GroupTree, sort: LevelSort | null): TreeOrder {
  const nodes: Uint32Array[] = [Uint32Array.of(0)]
  const from: Int32Array[] = [Int32Array.of(0)]
  const to: Int32Array[] = [Int32Array.of(1)]
  for (let level = 1; level <= tree.depth; level++) {
    const { size, rows, keys, parents } = tree.levels[level]!
    const places = tree.keys[level - 1]!.places()
    const list = byPlace(rows.subarray(0, size), keys, places)
    const count = list.length
    sort?.(level, list)
    const above = tree.levels[level - 1]!.size
    const begins = new Int32Array(above)
    const ends = new Int32Array(above)
    for (let i = 0; i < count; i++) ends[parents[list[i]!]!]!++
    let at = 0
    const parentsInOrder = nodes[level - 1]!
    for (let i = 0; i < parentsInOrder.length; i++) {
      const parent = parentsInOrder[i]!
      const children = ends[parent]!
      begins[parent] = at
      ends[parent] = at
      at += children
    }
    const ordered = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      const ordinal = list[i]!
      ordered[ends[parents[ordinal]!]!++] = ordinal
    }
    nodes.push(ordered)
    from.push(begins)
    to.push(ends)
  }
  return { nodes, from, to }
}

/** The nodes that have rows, by the places of their keys. */
function byPlace(rows: Int32Array, keys: Int32Array, places: Int32Array): Uint32Array {
  const all = new Uint32Array(rows.length)
  let count = 0
  let last = 0
  for (let node = 0; node < rows.length; node++) {
    if (rows[node] === 0) continue
    all[count++] = node
    last = Math.max(last, places[keys[node]!]!)
  }
  const nodes = all.subarray(0, count)
  if (last > 4 * count + 1024) {
    sortByKey(
      nodes,
      Float64Array.from(nodes, (node) => places[keys[node]!]!),
    )
    return nodes
  }
  const starts = new Int32Array(last + 2)
  for (let i = 0; i < count; i++) starts[places[keys[nodes[i]!]!]! + 1]!++
  for (let place = 1; place < starts.length; place++) starts[place]! += starts[place - 1]!
  const sorted = new Uint32Array(count)
  for (let i = 0; i < count; i++) sorted[starts[places[keys[nodes[i]!]!]!]!++] = nodes[i]!
  return sorted
}
