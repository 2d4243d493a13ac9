import { type SortKey, sortSlots } from '../../sort/sort-slots.js'
import type { SortDir } from '../config.js'
import type { Cube } from './cube.js'
import type { CubeTree } from './cube-tree.js'
import { arrange, type TreeOrder } from './tree-order.js'

/** One key of a sort of groups. */
export interface GroupSort {
  /** Place among the cube's measures. */
  readonly measure: number
  readonly dir: SortDir
}

/** The sorts of rows, or of columns, as far as they order anything: `none` ends the list. */
export function sortsOf<Sort extends { readonly dir: SortDir }>(
  sorts: readonly Sort[],
  axis: 'rows' | 'columns',
): Sort[] {
  const chosen = sorts.filter(({ dir }) => dir.startsWith('col') === (axis === 'columns'))
  const none = chosen.findIndex(({ dir }) => dir === 'none')
  return none < 0 ? chosen : chosen.slice(0, none)
}

/** The nodes of a tree with siblings sorted by aggregates, ties by value; down to `depth`, below it by value. */
export function sortedOrder(cube: Cube, each: CubeTree, sorts: readonly GroupSort[], depth: number): TreeOrder {
  if (sorts.length === 0) return each.tree.order()
  return arrange(each.tree, (level, nodes) => {
    if (level > depth) return
    const all = new Int32Array(each.tree.levels[level]!.size)
    for (let node = 0; node < all.length; node++) all[node] = node
    const shown = Int32Array.from(nodes)
    const keys = sorts.map(({ measure, dir }): SortKey => {
      cube.evaluate(each, level, shown, measure)
      return {
        column: each.values(measure, level, all),
        descending: dir.includes('desc'),
        absolute: dir.endsWith('abs'),
      }
    })
    sortSlots(nodes, keys)
  })
}
