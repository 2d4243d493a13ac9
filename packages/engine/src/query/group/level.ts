import { PairIndex } from './pair-index.js'

/**
 * The nodes of one depth of a group tree. A node is known by its ordinal, which stays its own until it has lost all
 * rows; then it is given to another.
 */
export class Level {
  /** Ordinals in use are below this. */
  size = 0
  /** Per node the ordinal of its parent, one level up. */
  parents = new Int32Array(0)
  /** Per node its key among those of its parent's children. */
  keys = new Int32Array(0)
  /** Per node the table rows below it; 0 for an ordinal that is free. */
  rows = new Int32Array(0)
  /** Per node the number of the sync that made it, which tells a node from an earlier one of the same ordinal. */
  births = new Int32Array(0)
  readonly #index = new PairIndex()
  readonly #free: number[] = []

  /** The child of `parent` under `key`, or -1. */
  find(parent: number, key: number): number {
    return this.#index.get(parent, key)
  }

  /**
   * Writes the children of parents (null: all of them the total) under `keys`, -1 where there is none, for the first
   * `count`; true when all are there. Parents are below `parentsEnd`, keys below `keysEnd`.
   */
  findAll(
    parents: Int32Array | null,
    parentsEnd: number,
    keys: Int32Array,
    keysEnd: number,
    count: number,
    out: Int32Array,
  ): boolean {
    if (parents === null) return this.#index.getRow(keys, keysEnd, count, out)
    return this.#index.getAll(parents, parentsEnd, keys, keysEnd, count, out)
  }

  /** Makes the child of `parent` under `key`, which is not there yet. */
  make(parent: number, key: number, birth: number): number {
    const ordinal = this.#free.pop() ?? this.size++
    if (ordinal >= this.parents.length) this.#grow()
    this.parents[ordinal] = parent
    this.keys[ordinal] = key
    this.births[ordinal] = birth
    this.#index.set(parent, key, ordinal)
    return ordinal
  }

  /** Gives up a node without rows. */
  free(ordinal: number): void {
    this.#index.delete(this.parents[ordinal]!, this.keys[ordinal]!)
    this.#free.push(ordinal)
    this.births[ordinal] = -1
  }

  /** True for an ordinal that is a node, also while it has no rows. */
  isNode(ordinal: number): boolean {
    return this.births[ordinal]! >= 0
  }

  /** Sets the byte of every key that a node has. */
  markKeys(used: Uint8Array): void {
    for (let ordinal = 0; ordinal < this.size; ordinal++) if (this.isNode(ordinal)) used[this.keys[ordinal]!] = 1
  }

  /** Renames keys: `map` is old key -> new key. */
  renameKeys(map: Int32Array): void {
    this.#index.clear()
    for (let ordinal = 0; ordinal < this.size; ordinal++) {
      if (!this.isNode(ordinal)) continue
      const key = map[this.keys[ordinal]!]!
      this.keys[ordinal] = key
      this.#index.set(this.parents[ordinal]!, key, ordinal)
    }
  }

  #grow(): void {
    const capacity = Math.max(this.parents.length * 2, 16)
    this.parents = grown(this.parents, capacity)
    this.keys = grown(this.keys, capacity)
    this.rows = grown(this.rows, capacity)
    this.births = grown(this.births, capacity)
  }
}

/** A copy of `array` with room for `capacity` numbers, the new ones 0. */
export function grown(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(capacity)
  out.set(array)
  return out
}
