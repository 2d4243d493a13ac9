import type { Column } from '../columns/column.js'
import type { ColumnType } from '../columns/storage.js'

/** A window on a view: rows `start_row` to `end_row` and data columns `start_col` to `end_col`, ends excluded and clamped. */
export interface Viewport {
  readonly start_row: number
  readonly end_row: number
  readonly start_col: number
  readonly end_col: number
}

/** All of a view. */
export const EVERYTHING: Viewport = { start_row: 0, end_row: Infinity, start_col: 0, end_col: Infinity }

/**
 * What a view yields and all that an emitter knows: the cells of one viewport or one delta, by column.
 * Its cells are its own, and stay what they are when the table moves on; dictionaries it shares, which only grow.
 */
export interface Slice {
  /** Rows. */
  readonly length: number
  /** Names of the data columns; a split column's is its path joined by `|`. A name may occur twice. */
  readonly names: readonly string[]
  /** One per name, each of `length` cells. Storages are those of the way out (a count is int64, a distinct count uint32…). */
  readonly columns: readonly Column[]
  /** Present when rows have paths (a grouped view, or one with split_by). */
  readonly rowPath: RowPath | null
  /** What `id` and `index` ask for; made only then. */
  readonly keys: RowKeys | null
}

/** The row paths of a grouped slice. */
export interface RowPath {
  /** Group-by column names, outermost first; empty for a split-only view. */
  readonly names: readonly string[]
  /** One column per group-by level: the value of that level, null below `depth`. */
  readonly levels: readonly Column[]
  /** Path length per row: 0 is the total. */
  readonly depth: Uint8Array
  /** True for a view with split_by alone: its rows have no path to show, but JSON is laid out as that of a grouped one. */
  readonly splitOnly: boolean
}

/** Row identities, for `id` and `index`. */
export interface RowKeys {
  /** Key cells (index values, or row numbers when the table has none). */
  readonly keys: Column
  /** Row `i` owns `keys[offsets[i] … offsets[i + 1])`: one for a flat row, all leaves below for a grouped one. */
  readonly offsets: Uint32Array
}

/** What `view.dimensions` answers. */
export interface Dimensions {
  readonly num_table_rows: number
  readonly num_table_columns: number
  readonly num_view_rows: number
  readonly num_view_columns: number
}

/** An ordered map of column name to type. */
export type TypedSchema = readonly { readonly name: string; readonly type: ColumnType }[]
