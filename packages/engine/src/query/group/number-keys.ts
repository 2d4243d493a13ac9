import { Column } from '../../columns/column.js'
import type { Scalar, Storage } from '../../columns/storage.js'
import { sortByKey } from '../../sort/radix.js'
import { type Keys, markNulls, NULL_KEY } from './keys.js'
import type { RowChunk } from './row-chunk.js'

const DOUBLE = new Float64Array(1)
const WORDS = new Uint32Array(DOUBLE.buffer)

/** Keys of any column but a string one: an open hash of the values. 0 and -0 are one key, and so is every NaN. */
export class NumberKeys implements Keys {
  readonly #storage: Storage
  size = 1
  #values = new Float64Array(16)
  /** What the doubles lack of 64-bit integers; null while nothing is lacking. */
  #fine: Int16Array | null = null
  /** Keys by hash; 0 is an empty place. A power of two, at most half full. */
  #table = new Int32Array(64)
  #places = new Int32Array(0)

  constructor(storage: Storage) {
    this.#storage = storage
  }

  follow(): void {}

  locate(column: Column, rows: RowChunk, out: Int32Array): void {
    const values = rows.numbers(column)
    const { fine } = column
    const { count, slots } = rows
    for (let i = 0; i < count; i++) out[i] = this.#find(values[i]!, fine === null ? 0 : fine[slots[i]!]!)
    if (column.valid !== null) markNulls(column.valid, rows, out)
  }

  places(): Int32Array {
    if (this.#places.length === this.size) return this.#places
    const order = new Uint32Array(this.size - 1)
    const values = new Float64Array(order.length)
    for (let i = 0; i < order.length; i++) {
      order[i] = i + 1
      values[i] = this.#values[i + 1]!
    }
    sortByKey(order, values)
    const fine = this.#fine
    if (fine !== null) order.sort((a, b) => this.#values[a]! - this.#values[b]! || fine[a]! - fine[b]!)
    const places = new Int32Array(this.size)
    // Sorting left NaN last; it goes between null and the values.
    for (let i = 0; i < order.length; i++) places[order[i]!] = Number.isNaN(this.#values[order[i]!]!) ? 1 : i + 2
    this.#places = places
    return places
  }

  emit(column: Column, keys: Int32Array): Column {
    const out = new Column(column.storage, keys.length)
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!
      if (key <= NULL_KEY) out.setNull(i)
      else if (this.#fine !== null) out.set(i, this.value(key))
      else out.data[i] = this.#values[key]!
    }
    return out
  }

  value(key: number): Scalar {
    if (key === NULL_KEY) return null
    const value = this.#values[key]!
    if (this.#storage === 'boolean') return value === 1
    const rest = this.#fine === null ? 0 : this.#fine[key]!
    return rest === 0 ? value : BigInt(value) + BigInt(rest)
  }

  compact(used: Uint8Array): Int32Array {
    const map = new Int32Array(this.size)
    let size = 1
    for (let key = 1; key < map.length; key++) {
      map[key] = used[key] === 0 ? -1 : size
      if (used[key] === 0) continue
      this.#values[size] = this.#values[key]!
      if (this.#fine !== null) this.#fine[size] = this.#fine[key]!
      size++
    }
    this.size = size
    this.#places = new Int32Array(0)
    this.#values = this.#values.slice(0, size + 16)
    this.#fine = this.#fine?.slice(0, size + 16) ?? null
    this.#rehash()
    return map
  }

  #find(value: number, rest: number): number {
    const table = this.#table
    const mask = table.length - 1
    const values = this.#values
    let at = hash(value) & mask
    for (;;) {
      const key = table[at]!
      if (key === 0) break
      const known = values[key]!
      // biome-ignore lint/suspicious/noSelfCompare: NaN is a value of its own
      if (known === value || (known !== known && value !== value)) {
        if ((this.#fine === null ? 0 : this.#fine[key]!) === rest) return key
      }
      at = (at + 1) & mask
    }
    const key = this.size++
    if (key >= values.length) this.#grow()
    this.#values[key] = value
    if (rest !== 0 && this.#fine === null) this.#fine = new Int16Array(this.#values.length)
    if (this.#fine !== null) this.#fine[key] = rest
    table[at] = key
    if (this.size * 2 > table.length) this.#rehash()
    return key
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2)
    values.set(this.#values)
    this.#values = values
    if (this.#fine === null) return
    const fine = new Int16Array(values.length)
    fine.set(this.#fine)
    this.#fine = fine
  }

  #rehash(): void {
    let length = 64
    while (length < this.size * 4) length *= 2
    const table = new Int32Array(length)
    for (let key = 1; key < this.size; key++) {
      let at = hash(this.#values[key]!) & (length - 1)
      while (table[at] !== 0) at = (at + 1) & (length - 1)
      table[at] = key
    }
    this.#table = table
  }
}

function hash(value: number): number {
  const whole = value | 0
  let bits = whole
  if (whole !== value) {
    DOUBLE[0] = value
    bits = WORDS[0]! ^ WORDS[1]!
  }
  bits = Math.imul(bits, 0x9e3779b1)
  return bits ^ (bits >>> 15)
}
