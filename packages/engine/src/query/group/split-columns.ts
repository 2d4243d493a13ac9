import type { Cube } from './cube.js'
import type { CubeTree } from './cube-tree.js'
import { pathOf } from './cube-tree.js'
import { scalarText } from './scalar-text.js'
import type { TreeOrder } from './tree-order.js'

/** A group of columns of a split view: those under one path of split values. */
export interface SplitGroup {
  /** The keys of the path, outermost first. */
  readonly path: readonly number[]
  /** The values of the path as text, each followed by `|`: what the names of its columns begin with. */
  readonly prefix: string
}

/** The paths of a split view's columns, in order: the deepest only, or with `rollup` every one, totals first. */
export function splitGroups(cube: Cube, each: CubeTree, order: TreeOrder, rollup: boolean): SplitGroup[] {
  const { tree } = each
  const groups: SplitGroup[] = []
  const visit = (level: number, node: number, prefix: string) => {
    if (rollup || level === tree.depth) groups.push({ path: pathOf(tree, level, node), prefix })
    if (level === tree.depth) return
    const binding = cube.levels[cube.depth + level]!
    const below = order.nodes[level + 1]!
    for (let i = order.from[level + 1]![node]!; i < order.to[level + 1]![node]!; i++) {
      const value = tree.keys[level]!.value(tree.levels[level + 1]!.keys[below[i]!]!)
      visit(level + 1, below[i]!, `${prefix}${scalarText(binding.storage, value)}|`)
    }
  }
  visit(0, 0, '')
  return groups
}
