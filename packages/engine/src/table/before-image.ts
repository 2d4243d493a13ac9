import type { Before } from '../change.js'
import { Column } from '../columns/column.js'

/** Gathers how some slots are before they are written. */
export class BeforeImage {
  readonly #columns: readonly (Column | null)[]
  readonly #captured: (Column | null)[] = []
  #slots: Uint32Array
  #existed: Uint8Array

  /** `existed` has one byte per slot of `slots`: 1 when a row is there now. */
  constructor(columns: readonly (Column | null)[], slots: Uint32Array, existed: Uint8Array) {
    this.#columns = columns
    this.#slots = slots
    this.#existed = existed
  }

  /** Keeps the cells of the columns at `positions` (-1 is passed over); null for every column. */
  capture(positions: readonly number[] | null): void {
    const all = positions ?? this.#columns.map((_, position) => position)
    for (const position of all) {
      const column = this.#columns[position] ?? null
      if (column !== null) this.#captured[position] = gatherExisting(column, this.#slots)
    }
  }

  /** Adds live slots that nothing captured so far has changed. */
  addSlots(slots: Uint32Array): void {
    const known = new Set(this.#slots)
    const added = slots.filter((slot) => !known.has(slot))
    if (added.length === 0) return
    for (let position = 0; position < this.#captured.length; position++) {
      const captured = this.#captured[position]
      if (captured) this.#captured[position] = concat(captured, gatherExisting(this.#columns[position]!, added))
    }
    this.#slots = joined(this.#slots, added)
    const existed = new Uint8Array(this.#slots.length).fill(1)
    existed.set(this.#existed)
    this.#existed = existed
  }

  seal(): Before {
    const columns = this.#columns.map((_, position) => this.#captured[position] ?? null)
    return { slots: this.#slots, existed: this.#existed, columns }
  }
}

/** The cells at `slots`; those past the column's end are null. */
function gatherExisting(column: Column, slots: Uint32Array): Column {
  let last = -1
  for (let i = 0; i < slots.length; i++) if (slots[i]! > last) last = slots[i]!
  if (last < column.length) return column.gather(slots)
  const out = new Column(column.storage, slots.length, column.dictionary)
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    if (slot < column.length) out.copyCell(i, column, slot, column.data[slot]!)
    else out.setNull(i)
  }
  return out
}

function joined(left: Uint32Array, right: Uint32Array): Uint32Array {
  const out = new Uint32Array(left.length + right.length)
  out.set(left)
  out.set(right, left.length)
  return out
}

function concat(left: Column, right: Column): Column {
  const out = new Column(left.storage, left.length + right.length, left.dictionary)
  for (let i = 0; i < left.length; i++) out.copyCell(i, left, i, left.data[i]!)
  for (let i = 0; i < right.length; i++) out.copyCell(left.length + i, right, i, right.data[i]!)
  return out
}
