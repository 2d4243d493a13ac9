import { bitmapBytes } from './bitmap.js'
import type { Column } from './column.js'
import type { Disk, DiskPage } from './disk.js'
import { allocate } from './storage.js'

/** Columns of fewer bytes stay: a file each would save nothing. */
const SMALLEST = 64 * 1024
/** The longest that a column which is used again and again is left alone, in sweeps. */
const LONGEST = 64

interface State {
  /** Where its cells are; null while they are in memory. */
  page: DiskPage | null
  /** The sweep after which it was put away or came back. */
  since: number
  /** How many sweeps it may be in memory. Doubles each time it is needed again soon. */
  patience: number
}

/** What has columns that may be put away; a null is a place without one. */
interface Paged {
  readonly columns: readonly (Column | null)[]
}

/**
 * Puts columns that are not in use away on a disk, cells and validity; the strings of a dictionary stay in memory. Whoever
 * looks at a column that is away gets it back, without knowing of it.
 */
export class Pager {
  readonly #disk: Disk
  readonly #tables = new Set<Paged>()
  readonly #states = new WeakMap<Column, State>()
  #sweeps = 0

  constructor(disk: Disk) {
    this.#disk = disk
  }

  add(table: Paged): void {
    this.#tables.add(table)
  }

  /** Frees what a table has on disk. The table is not used any more. */
  remove(table: Paged): void {
    if (!this.#tables.delete(table)) return
    for (const column of table.columns) if (column !== null) this.#states.get(column)?.page?.free()
  }

  /** Puts away what was not used since it came. Call it when no column is being worked on. */
  sweep(): void {
    this.#sweeps++
    for (const { columns } of this.#tables) {
      for (const column of columns) {
        if (column === null) continue
        const state = this.#stateOf(column)
        if (state.page !== null || this.#sweeps - state.since < state.patience) continue
        if (column.data.byteLength >= SMALLEST) this.#putAway(column, state)
      }
    }
  }

  #stateOf(column: Column): State {
    let state = this.#states.get(column)
    if (state === undefined) {
      state = { page: null, since: this.#sweeps - 1, patience: 1 }
      this.#states.set(column, state)
    }
    return state
  }

  #putAway(column: Column, state: State): void {
    const { data, valid, fine, length } = column
    const parts = [bytesOf(data.subarray(0, length))]
    if (valid !== null) parts.push(valid.subarray(0, bitmapBytes(length)))
    if (fine !== null) parts.push(bytesOf(fine.subarray(0, length)))
    const page = this.#disk.write(parts)
    state.page = page
    state.since = this.#sweeps
    const has = { valid: valid !== null, fine: fine !== null }
    const bringBack = () => {
      bring(column, page.read(), has)
      page.free()
      const soon = this.#sweeps - state.since <= state.patience
      state.patience = soon ? Math.min(state.patience * 2, LONGEST) : Math.max(state.patience / 2, 1)
      state.page = null
      state.since = this.#sweeps
    }
    for (const name of ['data', 'valid', 'fine'] as const) {
      Object.defineProperty(column, name, {
        configurable: true,
        enumerable: true,
        get() {
          bringBack()
          return column[name]
        },
        set(value) {
          bringBack()
          Object.assign(column, { [name]: value })
        },
      })
    }
  }
}

/** Gives a column its cells again, as fields like those of any other. */
function bring(column: Column, bytes: Uint8Array, has: { readonly valid: boolean; readonly fine: boolean }): void {
  const { length } = column
  let at = 0
  const take = <A extends ArrayBufferView>(to: A): A => {
    bytesOf(to).set(bytes.subarray(at, at + to.byteLength))
    at += to.byteLength
    return to
  }
  const fields = {
    data: take(allocate(column.storage, length)),
    valid: has.valid ? take(new Uint8Array(bitmapBytes(length))) : null,
    fine: has.fine ? take(new Int16Array(length)) : null,
  }
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(column, name, { configurable: true, enumerable: true, writable: true, value })
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
