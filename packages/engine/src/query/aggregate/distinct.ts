import type { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import { createKeys } from '../group/create-keys.js'
import type { Keys } from '../group/keys.js'
import { NULL_KEY } from '../group/keys.js'
import type { NodeRows } from '../group/node-rows.js'
import type { Kernel } from './kernel.js'
import { NodeCells } from './node-cells.js'

/** The distinct values among some rows, null being one. */
export class DistinctValues {
  readonly #storage: Storage
  #column!: Column
  #keys: Keys
  readonly #cells = new NodeCells<Int32Array>(
    (length) => new Int32Array(length),
    (rows, out) => this.#keys.locate(this.#column, rows, out),
  )
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
    if (this.#keys.size > 2 * column.length + 1024) {
      this.#keys = createKeys(this.#storage)
      this.#cells.forget()
    }
    this.#keys.follow(column)
  }

  get keys(): Keys {
    return this.#keys
  }

  get column(): Column {
    return this.#column
  }

  gather(rows: NodeRows, count: number): void {
    this.#cells.gather(rows, count)
  }

  release(): void {
    this.#cells.release()
  }

  /** Finds the keys of a node's rows, in order; valid until the next call. */
  locate(rows: Uint32Array, from: number, to: number): Int32Array {
    this.#cells.seek(rows, from, to)
    const { size } = this.#keys
    if (size > this.#stamps.length) {
      const room = Math.max(size, this.#stamps.length * 2)
      this.#stamps = new Uint32Array(room)
      this.#counts = new Uint32Array(room)
      this.#stamp = 0
    }
    this.#stamp++
    const { cells, start } = this.#cells
    return cells.subarray(start, start + to - from)
  }

  /** How often this run has met `key`, now included. */
  meet(key: number): number {
    if (this.#stamps[key] !== this.#stamp) {
      this.#stamps[key] = this.#stamp
      this.#counts[key] = 0
    }
    return ++this.#counts[key]!
  }

  /** How many different keys there are among some; instead of `meet`. */
  countDistinct(keys: Int32Array): number {
    const stamps = this.#stamps
    const stamp = this.#stamp
    let distinct = 0
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!
      if (stamps[key] === stamp) continue
      stamps[key] = stamp
      distinct++
    }
    return distinct
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

  gather(rows: NodeRows, count: number): void {
    this.#values.gather(rows, count)
  }

  release(): void {
    this.#values.release()
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const values = this.#values
    out.data[at] = values.countDistinct(values.locate(rows, from, to))
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
