import type { Column } from '../columns/column.js'

/** Stands for null among cells; no column holds it. */
const NULL = -4.9e-324 * 3

/** Gives every combination of values of some columns a number, from 0. */
export class PartitionKeys {
  /** One level per column: number of the combination so far -> cell -> number of the longer combination. */
  #levels: Map<number, Map<number, number>>[] = []
  /** Combinations met, by level. */
  #counts: number[] = []

  /** The number of the combination at `slot`; null is a value like any other. */
  of(columns: readonly Column[], slot: number): number {
    let id = 0
    for (let level = 0; level < columns.length; level++) {
      const column = columns[level]!
      const cell = column.isValid(slot) ? column.data[slot]! : NULL
      id = this.#step(level, id, cell)
    }
    return id
  }

  clear(): void {
    this.#levels = []
    this.#counts = []
  }

  #step(level: number, from: number, cell: number): number {
    this.#levels[level] ??= new Map()
    const parents = this.#levels[level]
    let children = parents.get(from)
    if (children === undefined) {
      children = new Map()
      parents.set(from, children)
    }
    let id = children.get(cell)
    if (id === undefined) {
      id = this.#counts[level] ?? 0
      this.#counts[level] = id + 1
      children.set(cell, id)
    }
    return id
  }
}
