import type { Scalar } from '../columns/storage.js'

/** Perspective's eight sort directions; the `col` ones order the columns of a split view. */
export type SortDir =
  | 'none'
  | 'asc'
  | 'desc'
  | 'col asc'
  | 'col desc'
  | 'asc abs'
  | 'desc abs'
  | 'col asc abs'
  | 'col desc abs'

export type FilterOp =
  | '=='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'begins with'
  | 'not begins with'
  | 'contains'
  | 'not contains'
  | 'ends with'
  | 'not ends with'
  | 'matches'
  | 'not matches'
  | 'in'
  | 'not in'
  | 'is null'
  | 'is not null'

/** One filter: a column, an operator, and its terms (none for the null tests, several for `in`). */
export interface Filter {
  readonly column: string
  readonly op: string
  readonly terms: readonly Scalar[]
}

/** An aggregate by name, with the columns some take as arguments: `['weighted mean', 'w']`. */
export type Aggregate = readonly [name: string, ...args: string[]]

export interface WindowConfig {
  readonly source: string
  readonly op: string
  readonly partition_by: readonly string[]
  readonly order_by: { readonly column: string; readonly desc: boolean } | null
  readonly frame: { readonly rows: number } | { readonly range: number } | 'cumulative' | null
  readonly offset: number | null
  readonly alpha: number | null
}

/**
 * What a view shows, complete: every field present, as the wire gives it, not yet validated against a table.
 * `columns: null` means all columns of the table.
 */
export interface ViewConfig {
  readonly columns: readonly string[] | null
  readonly group_by: readonly string[]
  readonly split_by: readonly string[]
  readonly filter: readonly Filter[]
  readonly filter_op: 'and' | 'or'
  readonly sort: readonly { readonly column: string; readonly dir: SortDir }[]
  readonly aggregates: Readonly<Record<string, Aggregate>>
  readonly expressions: Readonly<Record<string, string>>
  readonly windows: Readonly<Record<string, WindowConfig>>
  readonly group_by_depth: number | null
  readonly group_rollup_mode: 'rollup' | 'flat' | 'total'
  readonly split_rollup_mode: 'flat' | 'rollup'
}

/** A view of everything, unsorted. */
export const EMPTY_CONFIG: ViewConfig = {
  columns: null,
  group_by: [],
  split_by: [],
  filter: [],
  filter_op: 'and',
  sort: [],
  aggregates: {},
  expressions: {},
  windows: {},
  group_by_depth: null,
  group_rollup_mode: 'rollup',
  split_rollup_mode: 'flat',
}
