import type { Storage } from '../columns/storage.js'

const OPS = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'stddev',
  'var',
  'first',
  'last',
  'lag',
  'lead',
  'diff',
  'rate',
  'ema',
] as const

export type WindowOp = (typeof OPS)[number]

export function isWindowOp(text: string): text is WindowOp {
  return (OPS as readonly string[]).includes(text)
}

/** Which rows an aggregate looks back on: so many rows, an interval of the order key, or all before. */
export type Frame = { readonly rows: number } | { readonly range: number } | 'cumulative'

/** A validated window; columns by their positions in the table. */
export interface WindowSpec {
  readonly source: number
  readonly storage: Storage
  readonly op: WindowOp
  readonly partition: readonly number[]
  /** The order column, or -1 for the table's own order. */
  readonly order: number
  readonly descending: boolean
  readonly frame: Frame
  /** Rows back or ahead, for lag, lead and diff. */
  readonly offset: number
  readonly alpha: number
}
