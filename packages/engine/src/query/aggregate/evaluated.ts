import { setBit } from '../../columns/bitmap.js'
import { Column } from '../../columns/column.js'
import { Dictionary } from '../../columns/dictionary.js'
import type { Storage } from '../../columns/storage.js'
import type { NodeRows } from '../group/node-rows.js'
import type { EvaluatedAggregation } from './aggregation.js'
import type { Kernel } from './kernel.js'

/** Keeps what a kernel made of each node until the node's rows change. */
export class KernelAggregation implements EvaluatedAggregation {
  readonly kind = 'evaluated'
  readonly storage: Storage
  readonly anyOrder: boolean
  readonly #kernel: Kernel
  readonly #columns: () => readonly Column[]
  /** True when values are texts of the aggregated column, in its dictionary; else texts are of a dictionary of our own. */
  readonly #sharesTexts: boolean
  readonly #values: readonly Column[]
  /** Per level, one byte per node: 1 when its value is to be evaluated anew. */
  readonly #stale: Uint8Array[]

  constructor(kernel: Kernel, levels: number, columns: () => readonly Column[], sharesTexts: boolean) {
    this.storage = kernel.storage
    this.anyOrder = kernel.gather !== undefined
    this.#kernel = kernel
    this.#columns = columns
    this.#sharesTexts = sharesTexts
    this.#values = Array.from({ length: levels }, () => new Column(kernel.storage))
    this.#stale = Array.from({ length: levels }, () => new Uint8Array(0))
  }

  reserve(level: number, capacity: number): void {
    const values = this.#values[level]!
    if (capacity <= values.length) return
    values.extend(capacity)
    const stale = new Uint8Array(values.data.length).fill(1)
    stale.set(this.#stale[level]!)
    this.#stale[level] = stale
  }

  clear(level: number, ordinal: number): void {
    this.touch(level, ordinal)
    this.#values[level]!.setNull(ordinal)
  }

  reset(): void {
    for (const stale of this.#stale) stale.fill(1)
  }

  touch(level: number, ordinal: number): void {
    this.#stale[level]![ordinal] = 1
  }

  stale(level: number, nodes: Int32Array, count: number): number[] {
    const stale = this.#stale[level]!
    const found: number[] = []
    for (let i = 0; i < count; i++) {
      const node = nodes[i]!
      if (node < 0 || stale[node] === 0) continue
      // Marked at once, so that a node named twice is evaluated once.
      stale[node] = 0
      found.push(node)
    }
    return found
  }

  follow(): void {
    const columns = this.#columns()
    this.#kernel.begin(columns)
    if (this.storage !== 'string') return
    const own = this.#values[0]!.dictionary!
    if (!this.#sharesTexts) {
      this.#shed(own)
      return
    }
    const dictionary = columns[0]!.dictionary!
    if (dictionary === own) return
    for (const values of this.#values) recode(values, dictionary)
  }

  gather(rows: NodeRows, count: number): void {
    this.#kernel.gather?.(rows, count)
  }

  release(): void {
    this.#kernel.release?.()
  }

  evaluate(level: number, ordinal: number, rows: Uint32Array, from: number, to: number): void {
    const values = this.#values[level]!
    if (from === to) {
      values.setNull(ordinal)
      return
    }
    // Kernels may write the cell's number alone.
    if (values.valid !== null) setBit(values.valid, ordinal)
    if (values.fine !== null) values.fine[ordinal] = 0
    this.#kernel.evaluate(rows, from, to, values, ordinal, level)
  }

  emit(level: number, nodes: Int32Array, at: Int32Array, count: number, out: Column): void {
    const values = this.#values[level]!
    if (this.storage === 'string' && !this.#sharesTexts) {
      for (let i = 0; i < count; i++) if (nodes[i]! >= 0) out.set(at[i]!, values.get(nodes[i]!))
      return
    }
    if (out.dictionary !== null) out.dictionary = values.dictionary
    for (let i = 0; i < count; i++) {
      if (nodes[i]! >= 0) out.copyCell(at[i]!, values, nodes[i]!, values.data[nodes[i]!]!)
    }
  }

  /** Drops texts no value uses any more, once they are the most. */
  #shed(own: Dictionary): void {
    const cells = this.#values.reduce((sum, values) => sum + values.length, 0)
    const isShared = this.#values.every((values) => values.dictionary === own)
    if (isShared && own.size <= 2 * cells + 1024) return
    const fresh = new Dictionary()
    for (const values of this.#values) recode(values, fresh, true)
  }
}

/** Moves a column's texts to another dictionary; a text that is not there leaves its cell null, to be evaluated anew. */
function recode(values: Column, dictionary: Dictionary, adding = false): void {
  const old = values.dictionary!
  const map = new Int32Array(old.size).fill(-2)
  for (let cell = 0; cell < values.length; cell++) {
    if (!values.isValid(cell)) continue
    const code = values.data[cell]!
    if (code >= old.size) continue
    if (map[code] === -2) map[code] = adding ? dictionary.add(old.values[code]!) : dictionary.find(old.values[code]!)
    if (map[code]! < 0) values.setNull(cell)
    else values.data[cell] = map[code]!
  }
  values.dictionary = dictionary
}
