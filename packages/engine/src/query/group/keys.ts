import type { Column } from '../../columns/column.js'
import type { Scalar } from '../../columns/storage.js'
import type { RowChunk } from './row-chunk.js'

/** The key of null in every `Keys`. */
export const NULL_KEY = 0

/**
 * The distinct values of one grouped column under dense numbers, null being 0. A value keeps its number for as long as
 * `compact` is not called, also when no row has it any more.
 */
export interface Keys {
  /** Keys handed out. */
  readonly size: number
  /** Takes note of the column as it stands: it may have got another dictionary. Called before the others. */
  follow(column: Column): void
  /** Writes the keys of a chunk's cells into `out`; new values get new keys. */
  locate(column: Column, rows: RowChunk, out: Int32Array): void
  /** Per key a number that orders keys as their values order: null first, NaN next, strings by bytes. Not to be kept. */
  places(): Int32Array
  /** A column of the values of `keys`, of the storage of `column` and in its dictionary. */
  emit(column: Column, keys: Int32Array): Column
  /** The value of a key. */
  value(key: number): Scalar
  /** Forgets keys whose byte in `used` is 0; returns old key -> new key. */
  compact(used: Uint8Array): Int32Array
}

/** Gives the null key to rows whose cell is null: they were located by the 0 that such a cell holds. */
export function markNulls(valid: Uint8Array, { slots, count }: RowChunk, keys: Int32Array): void {
  for (let i = 0; i < count; i++) {
    const slot = slots[i]!
    if ((valid[slot >> 3]! & (1 << (slot & 7))) === 0) keys[i] = NULL_KEY
  }
}
