import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import { compareText } from '../columns/text-order.js'

/** A column as windows read it: numbers by slot, with an order. */
export class Source {
  readonly data: Column['data']
  readonly #valid: Uint8Array | null
  readonly #texts: readonly string[] | null

  constructor(column: Column) {
    this.data = column.data
    this.#valid = column.valid
    this.#texts = column.dictionary?.values ?? null
  }

  isValid(slot: number): boolean {
    return this.#valid === null || getBit(this.#valid, slot)
  }

  /** Whether the valid cell at `a` is below the one at `b`. */
  less(a: number, b: number): boolean {
    return this.lessValues(this.data[a]!, this.data[b]!)
  }

  /** Whether value (or code) `x` is below `y`. */
  lessValues(x: number, y: number): boolean {
    return this.#texts === null ? x < y : x !== y && compareText(this.#texts[x]!, this.#texts[y]!) < 0
  }
}
