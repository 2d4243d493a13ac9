import { TablecastError } from '../error.js'
import type { Slice } from '../query/slice.js'

export interface TextOptions {
  /** Adds `__ID__`. */
  readonly id?: boolean
  /** Adds `__INDEX__`. */
  readonly index?: boolean
  /** Dates and datetimes as text. */
  readonly formatted?: boolean
}

export interface ArrowOptions {
  readonly compression?: 'lz4' | 'zstd' | null
  /** Row path columns as `col (Group by N)`; otherwise `__ROW_PATH_N__`. Default true. */
  readonly legacyRowPathNames?: boolean
  /** Leave row path columns out, as deltas do. Default false. */
  readonly dataOnly?: boolean
}

/** A slice as the text of a JSON array of row objects. */
export function toJsonRows(_slice: Slice, _options: TextOptions = {}): string {
  throw new TablecastError('not-supported', 'This format is not served yet')
}

/** A slice as the text of a JSON object of column arrays. */
export function toJsonColumns(_slice: Slice, _options: TextOptions = {}): string {
  throw new TablecastError('not-supported', 'This format is not served yet')
}

/** A slice as one JSON object a line. */
export function toNdjson(_slice: Slice): string {
  throw new TablecastError('not-supported', 'This format is not served yet')
}

/** A slice as CSV text. */
export function toCsv(_slice: Slice): string {
  throw new TablecastError('not-supported', 'This format is not served yet')
}

/** A slice as an Arrow IPC stream. */
export function toArrow(_slice: Slice, _options: ArrowOptions = {}): Uint8Array {
  throw new TablecastError('not-supported', 'This format is not served yet')
}
