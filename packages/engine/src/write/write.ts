// The way out: emitters know slices and nothing else.

export { toArrow } from './arrow.js'
export { toCsv } from './csv.js'
export { toJsonColumns, toJsonRows, toNdjson } from './json.js'

export interface TextOptions {
  /** Adds `__ID__`; the slice must have `keys`. */
  readonly id?: boolean
  /** Adds `__INDEX__`; the slice must have `keys`. */
  readonly index?: boolean
  /** Dates and datetimes as text. */
  readonly formatted?: boolean
}

export interface ArrowOptions {
  /** `zstd` needs `loadZstd` to have been awaited once. */
  readonly compression?: 'lz4' | 'zstd' | null
  /** Row path columns as `col (Group by N)`; otherwise `__ROW_PATH_N__`. Default true. */
  readonly legacyRowPathNames?: boolean
  /** Leave row path columns out, as deltas do. Default false. */
  readonly dataOnly?: boolean
}
