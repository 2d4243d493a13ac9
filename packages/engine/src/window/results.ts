import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'

/** Window values on their way into their column: computed first, compared with what is there, then written. */
export class Results {
  #slots = new Uint32Array(64)
  #values = new Float64Array(64)
  #valid = new Uint8Array(64)
  #count = 0

  clear(): void {
    this.#count = 0
  }

  put(slot: number, value: number): void {
    const at = this.#next(slot)
    this.#values[at] = value
    this.#valid[at] = 1
  }

  putNull(slot: number): void {
    const at = this.#next(slot)
    this.#values[at] = 0
    this.#valid[at] = 0
  }

  /** The slots whose value differs from the column's. */
  changed(column: Column): Uint32Array {
    const out = new Uint32Array(this.#count)
    let count = 0
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slots[i]!
      const wasValid = column.valid === null || getBit(column.valid, slot) ? 1 : 0
      if (wasValid === this.#valid[i] && Object.is(column.data[slot], this.#values[i])) continue
      out[count++] = slot
    }
    return out.slice(0, count)
  }

  write(column: Column): void {
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slots[i]!
      if (this.#valid[i] === 0) {
        column.setNull(slot)
        continue
      }
      column.data[slot] = this.#values[i]!
      if (column.valid !== null) column.valid[slot >> 3]! |= 1 << (slot & 7)
    }
  }

  #next(slot: number): number {
    const at = this.#count++
    if (at === this.#slots.length) this.#grow()
    this.#slots[at] = slot
    return at
  }

  #grow(): void {
    const size = this.#slots.length * 2
    const slots = new Uint32Array(size)
    slots.set(this.#slots)
    this.#slots = slots
    const values = new Float64Array(size)
    values.set(this.#values)
    this.#values = values
    const valid = new Uint8Array(size)
    valid.set(this.#valid)
    this.#valid = valid
  }
}
