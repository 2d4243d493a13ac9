import type { Column } from '../../columns/column.js'

/** Rows taken through one loop after another while they are in the processor's cache. */
export const CHUNK = 4096

/** Some rows of a table and, when asked for, their cells side by side. */
export class RowChunk {
  readonly #slots = new Uint32Array(CHUNK)
  /** True when `#slots` is not written yet, since it would only count up from `#from`. */
  #isImplied = false
  /** The first slot when the slots count up from it, else -1. */
  #from = -1
  count = 0
  readonly #numbers: { column: Column | null; readonly cells: Float64Array }[] = []
  readonly #codes = new Int32Array(CHUNK)

  /** The cells of a column as doubles; valid until the chunk moves on. Not for columns of strings. */
  numbers(column: Column): Float64Array {
    const { data } = column
    if (this.#from >= 0 && data instanceof Float64Array) return data.subarray(this.#from, this.#from + this.count)
    for (const known of this.#numbers) if (known.column === column) return known.cells
    const free = this.#numbers.find((held) => held.column === null) ?? { column: null, cells: new Float64Array(CHUNK) }
    if (free.column === null && !this.#numbers.includes(free)) this.#numbers.push(free)
    free.column = column
    if (this.#from >= 0) free.cells.set(data.subarray(this.#from, this.#from + this.count))
    else if (data instanceof Float64Array) gatherDoubles(data, this.slots, this.count, free.cells)
    else if (data instanceof Int32Array) gatherInts(data, this.slots, this.count, free.cells)
    else gatherOthers(data, this.slots, this.count, free.cells)
    return free.cells
  }

  /** The cells of an int32 column where they stand side by side in it already; else null: take `numbers`. */
  ints(column: Column): Int32Array | null {
    const { data } = column
    if (this.#from < 0 || !(data instanceof Int32Array)) return null
    return data.subarray(this.#from, this.#from + this.count)
  }

  /** The codes of a string column's cells; valid until the next call. */
  codes(column: Column): Int32Array {
    const data = column.data as Int32Array
    if (this.#from >= 0) return data.subarray(this.#from, this.#from + this.count)
    gatherCodes(data, this.slots, this.count, this.#codes)
    return this.#codes
  }

  /** The slots of the rows, to be read after `move`, or written before it. */
  get slots(): Uint32Array {
    if (this.#isImplied) {
      const slots = this.#slots
      for (let i = 0; i < this.count; i++) slots[i] = this.#from + i
      this.#isImplied = false
    }
    return this.#slots
  }

  /** Holds the `count` rows whose slots were written into `slots`. */
  move(count: number): void {
    this.#take(count, -1)
  }

  /** Holds the `count` rows at slots from `from` on. */
  moveTo(from: number, count: number): void {
    this.#take(count, from)
    this.#isImplied = true
  }

  #take(count: number, from: number): void {
    this.count = count
    this.#from = from
    for (const held of this.#numbers) held.column = null
  }
}

// One loop for each kind of array: a loop that meets several is compiled for none of them.

function gatherDoubles(data: Float64Array, slots: Uint32Array, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = data[slots[i]!]!
}

function gatherInts(data: Int32Array, slots: Uint32Array, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = data[slots[i]!]!
}

function gatherOthers(data: ArrayLike<number>, slots: Uint32Array, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = data[slots[i]!]!
}

function gatherCodes(data: Int32Array, slots: Uint32Array, count: number, out: Int32Array): void {
  for (let i = 0; i < count; i++) out[i] = data[slots[i]!]!
}
