import type { Column } from '../columns/column.js'

/**
 * Finds the slot of a key: the index column itself holds the keys, this holds only where they are.
 * String keys go through their dictionary code; all others through an open-addressing hash of slots.
 */
export interface KeyIndex {
  /** The slot of key `at` of `keys` (same storage; `code` is a string's code in the index column), or -1. */
  find(keys: Column, at: number, code: number): number
  /** Enters the key that the index column now holds at `slot`. It must not be there already. */
  insert(slot: number): void
  /** Forgets the key that the index column still holds at `slot`. */
  remove(slot: number): void
  /** Makes room for `count` more keys. */
  reserve(count: number): void
  clear(): void
}

/** A key index over `column`, the table's index column. */
export function createKeyIndex(column: Column): KeyIndex {
  return column.storage === 'string' ? new CodeIndex(column) : new HashIndex(column)
}

class CodeIndex implements KeyIndex {
  readonly #column: Column
  /** Slot + 1 by code, 0 for none. */
  #slots = new Int32Array(16)
  #nullSlot = -1

  constructor(column: Column) {
    this.#column = column
  }

  find(keys: Column, at: number, code: number): number {
    if (!keys.isValid(at)) return this.#nullSlot
    return code < this.#slots.length && code >= 0 ? this.#slots[code]! - 1 : -1
  }

  insert(slot: number): void {
    if (!this.#column.isValid(slot)) {
      this.#nullSlot = slot
      return
    }
    const code = this.#column.data[slot]!
    if (code >= this.#slots.length) {
      const slots = new Int32Array(Math.max(code + 1, this.#slots.length * 2))
      slots.set(this.#slots)
      this.#slots = slots
    }
    this.#slots[code] = slot + 1
  }

  remove(slot: number): void {
    if (!this.#column.isValid(slot)) this.#nullSlot = -1
    else this.#slots[this.#column.data[slot]!] = 0
  }

  reserve(): void {}

  clear(): void {
    this.#slots = new Int32Array(16)
    this.#nullSlot = -1
  }
}

const scratch = new Float64Array(1)
const scratchWords = new Uint32Array(scratch.buffer)

function hash(value: number): number {
  // `+ 0` folds -0 into 0: they are one key.
  scratch[0] = value + 0
  let h = Math.imul(scratchWords[0]!, 0x9e3779b1) ^ Math.imul(scratchWords[1]!, 0x85ebca77)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  return (h ^ (h >>> 13)) >>> 0
}

class HashIndex implements KeyIndex {
  readonly #column: Column
  /** Slot + 1, 0 for a free place. Its length is a power of two, at most half full. */
  #table = new Int32Array(16)
  #count = 0
  #nullSlot = -1
  /** The slot after the last one found, where the next key asked for often is: looking there first spares the search. */
  #next = 0
  /** True once keys have gone: the column still holds theirs. */
  #hasGaps = false

  constructor(column: Column) {
    this.#column = column
  }

  find(keys: Column, at: number): number {
    if (!keys.isValid(at)) return this.#nullSlot
    const value = keys.data[at]!
    const fine = keys.fine === null ? 0 : keys.fine[at]!
    const table = this.#table
    const mask = table.length - 1
    const { data, fine: fines, valid, length } = this.#column
    const next = this.#next
    if (next < length && data[next] === value && valid === null && fines === null && fine === 0 && !this.#hasGaps) {
      this.#next++
      return next
    }
    for (let place = hash(value) & mask; ; place = (place + 1) & mask) {
      const slot = table[place]! - 1
      if (slot < 0) return -1
      const other = data[slot]!
      // NaN is one key, as any other value.
      // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself
      const same = other === value || (other !== other && value !== value)
      if (same && (fines === null ? 0 : fines[slot]!) === fine) {
        this.#next = slot + 1
        return slot
      }
    }
  }

  insert(slot: number): void {
    if (!this.#column.isValid(slot)) {
      this.#nullSlot = slot
      return
    }
    if (++this.#count * 2 > this.#table.length) this.#grow(this.#table.length * 2)
    this.#place(slot)
  }

  remove(slot: number): void {
    if (!this.#column.isValid(slot)) {
      this.#nullSlot = -1
      return
    }
    const table = this.#table
    const mask = table.length - 1
    const { data } = this.#column
    let hole = hash(data[slot]!) & mask
    while (table[hole] !== slot + 1) hole = (hole + 1) & mask
    this.#count--
    this.#hasGaps = true
    // Backward shift: what was pushed past the hole moves into it, so no tombstones pile up under churn.
    for (let next = (hole + 1) & mask; table[next] !== 0; next = (next + 1) & mask) {
      const home = hash(data[table[next]! - 1]!) & mask
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        table[hole] = table[next]!
        hole = next
      }
    }
    table[hole] = 0
  }

  reserve(count: number): void {
    let length = this.#table.length
    while ((this.#count + count) * 2 > length) length *= 2
    if (length > this.#table.length) this.#grow(length)
  }

  clear(): void {
    this.#table = new Int32Array(16)
    this.#count = 0
    this.#nullSlot = -1
    this.#hasGaps = false
  }

  #grow(length: number): void {
    const old = this.#table
    this.#table = new Int32Array(length)
    for (let i = 0; i < old.length; i++) if (old[i] !== 0) this.#place(old[i]! - 1)
  }

  #place(slot: number): void {
    const table = this.#table
    const mask = table.length - 1
    let place = hash(this.#column.data[slot]!) & mask
    while (table[place] !== 0) place = (place + 1) & mask
    table[place] = slot + 1
  }
}
