import type { GroupTree } from './group/group-tree.js'
import type { TreeOrder } from './group/tree-order.js'
import type { TreeState } from './query.js'

let changes = 0

/** Row groups in view order. */
export interface GroupRows {
  /** Per row its level: the length of its path. */
  readonly levels: Uint8Array
  /** Per row its ordinal in its level of the main tree. */
  readonly nodes: Int32Array
}

/**
 * Which row groups a view has open. At first, and after `setDepth`, everything down to a depth, later groups too. Once a
 * row was opened or closed by hand, groups that come later come closed, and so does all of a table that is replaced.
 */
export class OpenGroups implements TreeState {
  /** Groups of this level and above are open, unless told otherwise. */
  #depth: number
  /** Groups made by a later sync come closed; null while everything follows the depth. */
  #until: number | null = null
  /** The emptying of the table that is seen to. */
  #emptied = 0
  /** By `groupCode`, what was told otherwise of a group, and the sync that made it. */
  readonly #told = new Map<number, { readonly open: boolean; readonly birth: number }>()
  #key: string

  constructor(depth: number) {
    this.#depth = depth
    this.#key = `d${depth}`
  }

  get key(): string {
    return this.#key
  }

  isOpen(tree: GroupTree, level: number, node: number): boolean {
    const birth = tree.levels[level]!.births[node]!
    const told = this.#told.size === 0 ? undefined : this.#told.get(groupCode(level, node))
    if (told !== undefined && told.birth === birth) return told.open
    if (level === 0 && this.#until !== null) return true
    return level <= this.#depth && (this.#until === null || birth <= this.#until)
  }

  setDepth(depth: number): void {
    this.#depth = depth
    this.#until = null
    this.#told.clear()
    this.#key = `d${depth}`
  }

  /** Stops following the depth, as any call by hand does. */
  holdStill(tree: GroupTree): void {
    if (this.#until !== null) return
    this.#stop(tree)
    this.#key = `t${++changes}`
  }

  /** Opens a closed group, whose children then are closed. */
  open(tree: GroupTree, order: TreeOrder, level: number, node: number): void {
    this.#tell(tree, level, node, true)
    if (level + 1 >= order.nodes.length) return
    const children = order.nodes[level + 1]!.subarray(order.from[level + 1]![node]!, order.to[level + 1]![node]!)
    for (const child of children) if (this.isOpen(tree, level + 1, child)) this.#tell(tree, level + 1, child, false)
  }

  close(tree: GroupTree, level: number, node: number): void {
    this.#tell(tree, level, node, false)
  }

  /** The rows of a tree down to `depth`, the total first. */
  rows(tree: GroupTree, order: TreeOrder, depth: number): GroupRows {
    if (this.#until !== null && this.#emptied !== tree.emptied) {
      this.#emptied = tree.emptied
      this.#until = -1
      this.#told.clear()
    }
    const levels: number[] = []
    const nodes: number[] = []
    const visit = (level: number, node: number) => {
      levels.push(level)
      nodes.push(node)
      if (level >= depth || !this.isOpen(tree, level, node)) return
      const below = order.nodes[level + 1]!
      const to = order.to[level + 1]![node]!
      for (let i = order.from[level + 1]![node]!; i < to; i++) visit(level + 1, below[i]!)
    }
    visit(0, 0)
    return { levels: Uint8Array.from(levels), nodes: Int32Array.from(nodes) }
  }

  #stop(tree: GroupTree): void {
    this.#until = tree.clock
    this.#emptied = tree.emptied
  }

  #tell(tree: GroupTree, level: number, node: number, open: boolean): void {
    if (this.#until === null) this.#stop(tree)
    this.#told.set(groupCode(level, node), { open, birth: tree.levels[level]!.births[node]! })
    this.#key = `t${++changes}`
  }
}

function groupCode(level: number, node: number): number {
  return level * 2 ** 32 + node
}
