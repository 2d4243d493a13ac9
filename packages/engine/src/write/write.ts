// The way out: emitters know slices and nothing else.

import { finish } from '../pieces.js'
import type { Slice } from '../query/slice.js'
import { arrowPieces } from './arrow.js'
import { csvPieces } from './csv.js'
import { jsonColumnsPieces, jsonRowsPieces, ndjsonPieces } from './json.js'

export { arrowPieces } from './arrow.js'
export { csvPieces } from './csv.js'
export { jsonColumnsPieces, jsonRowsPieces, ndjsonPieces } from './json.js'
export { Utf8Text } from './utf8-text.js'

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

/** A slice as CSV text: header and rows, each with a newline; empty when there are no columns. */
export function toCsv(slice: Slice): string {
  return finish(csvPieces(slice)).toString()
}

/** A slice as the text of a JSON array of row objects. */
export function toJsonRows(slice: Slice, options?: TextOptions): string {
  return finish(jsonRowsPieces(slice, options)).toString()
}

/** A slice as one JSON object a line. */
export function toNdjson(slice: Slice): string {
  return finish(ndjsonPieces(slice)).toString()
}

/** A slice as the text of a JSON object of column arrays. */
export function toJsonColumns(slice: Slice, options?: TextOptions): string {
  return finish(jsonColumnsPieces(slice, options)).toString()
}

/** A slice as an Arrow IPC stream. Throws as `arrowPieces` does. */
export function toArrow(slice: Slice, options?: ArrowOptions): Uint8Array {
  return finish(arrowPieces(slice, options))
}
