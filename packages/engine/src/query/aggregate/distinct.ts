import type { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import { createKeys } from '../group/create-keys.js'
import type { Keys } from '../group/keys.js'
import { NULL_KEY } from '../group/keys.js'
import { CHUNK, RowChunk } from '../group/row-chunk.js'
import type { Kernel } from './kernel.js'

/** The distinct values among some rows, null being one. */
export class DistinctValues {
  readonly #storage: Storage
  #column!: Column
  #keys: Keys
  readonly #rows = new RowChunk()
  #found = new Int32Array(0)
  /** Per key the stamp of the run that met it last, and what that run counted. */
  #stamps = new Uint32Array(0)
  #counts = new Uint32Array(0)
  #stamp = 0

  constructor(storage: Storage) {
    this.#storage = storage
    this.#keys = createKeys(storage)
  }

  begin(column: Column): void {
    this.#column = column
    if (this.#keys.size > 2 * column.length + 1024) this.#keys = createKeys(this.#storage)
    this.#keys.follow(column)
  }

  get keys(): Keys {
    return this.#keys
  }

  get column(): Column {
    return this.#column
  }

  /** Finds the keys of rows, in order; valid until the next call. */
  locate(rows: Uint32Array, from: number, to: number): Int32Array {
    const count = to - from
    if (count > this.#found.length) this.#found = new Int32Array(Math.max(count, this.#found.length * 2))
    for (let start = from; start < to; start += CHUNK) {
      const end = Math.min(start + CHUNK, to)
      this.#rows.slots.set(rows.subarray(start, end))
      this.#rows.move(end - start)
      this.#keys.locate(this.#column, this.#rows, this.#found.subarray(start - from))
    }
    const { size } = this.#keys
    if (size > this.#stamps.length) {
      const room = Math.max(size, this.#stamps.length * 2)
      this.#stamps = new Uint32Array(room)
      this.#counts = new Uint32Array(room)
      this.#stamp = 0
    }
    this.#stamp++
    return this.#found
  }

  /** How often this run has met `key`, now included. */
  meet(key: number): number {
    if (this.#stamps[key] !== this.#stamp) {
      this.#stamps[key] = this.#stamp
      this.#counts[key] = 0
    }
    return ++this.#counts[key]!
  }
}

/** The number of distinct values, null being one. */
export class DistinctCountKernel implements Kernel {
  readonly storage = 'uint32'
  readonly #values: DistinctValues

  constructor(source: Storage) {
    this.#values = new DistinctValues(source)
  }

  begin(columns: readonly Column[]): void {
    this.#values.begin(columns[0]!)
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const values = this.#values
    const keys = values.locate(rows, from, to)
    const count = to - from
    let distinct = 0
    for (let i = 0; i < count; i++) if (values.meet(keys[i]!) === 1) distinct++
    out.data[at] = distinct
  }
}

/** The most frequent valid value, the first to be so frequent; null when all are null. */
export class DominantKernel implements Kernel {
  readonly storage: Storage
  readonly #values: DistinctValues

  constructor(source: Storage) {
    this.storage = source
    this.#values = new DistinctValues(source)
  }

  begin(columns: readonly Column[]): void {
    this.#values.begin(columns[0]!)
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const values = this.#values
    const keys = values.locate(rows, from, to)
    const count = to - from
    let most = 0
    let best = -1
    for (let i = 0; i < count; i++) {
      if (keys[i]! === NULL_KEY) continue
      const times = values.meet(keys[i]!)
      if (times <= most) continue
      most = times
      best = rows[from + i]!
    }
    if (best < 0) out.setNull(at)
    else out.copyCell(at, values.column, best, values.column.data[best]!)
  }
}
