/** Column types, as schemas name them. */
export type ColumnType = 'string' | 'date' | 'datetime' | 'integer' | 'float' | 'boolean'

/** A value in a filter, or a smallest or largest value. */
export type Scalar = number | string | boolean | null

/** How to read data handed to `table`, `update`, `replace` or `remove`. */
export type TableReadFormat = 'csv' | 'json' | 'columns' | 'arrow' | 'ndjson'

/** What becomes of lists in a row: one row per element, one per combination, or their JSON text. */
export type ListFlatten = 'zip' | 'cartesian' | 'stringify'

/** Rows, columns, CSV text, or Arrow bytes; other formats by the `format` option. */
export type TableData = string | ArrayBuffer | Uint8Array | Record<string, unknown[]> | Record<string, unknown>[]

/** Options of `Client.table`. At most one of `index` and `limit`. */
export interface TableInitOptions {
  /** Name under which others open the table. Default: 21 random letters. */
  name?: string | null | undefined
  /** How to read text or bytes. Default: `'csv'` for text, `'arrow'` for bytes. */
  format?: TableReadFormat | null | undefined
  /** Column whose values identify a row: a row with a known key updates the row that has it. */
  index?: string | null | undefined
  /** Number of rows kept: a new row then overwrites the oldest. */
  limit?: number | null | undefined
  /** Ask the server to keep the data on disk. */
  page_to_disk?: boolean | null | undefined
  /** What becomes of lists in the data. Default: `'zip'`. */
  list_flatten?: ListFlatten | null | undefined
}

/** Options of `Table.update`, `replace` and `remove`; only `update` uses `port_id`. */
export interface UpdateOptions {
  /** The port, from `Table.make_port`, that `on_update` callbacks see with this update. Default: 0. */
  port_id?: number | null | undefined
  /** How to read text or bytes. Default: `'csv'` for text, `'arrow'` for bytes. */
  format?: TableReadFormat | null | undefined
}

export interface DeleteOptions {
  /** Whether to wait until the table's last view is deleted. Without it, a table with views refuses. */
  lazy: boolean
}

export type JoinType = 'inner' | 'left' | 'outer'

export interface JoinOptions {
  /** Default: `'inner'`. */
  join_type?: JoinType | null | undefined
  /** Name of the joined table. Default: 21 random letters. */
  name?: string | null | undefined
  /** The right table's join column, when it is named otherwise than the left's. */
  right_on?: string | null | undefined
}

export type FilterReducer = 'and' | 'or'
export type GroupRollupMode = 'rollup' | 'flat' | 'total'
export type SplitRollupMode = 'flat' | 'rollup'
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
/** Column and direction. */
export type Sort = [string, SortDir]
export type FilterTerm = Scalar | Scalar[]
/** Column, operator and what to compare with. */
export type Filter = [string, string, FilterTerm]
/** An aggregate's name, or its name and its arguments. */
export type Aggregate = string | [string, string[]]
/** New columns by name, each computed by an expression. */
export type Expressions = Record<string, string>

/** A new column computed over the rows around each row. At most one of `rows`, `range` and `cumulative`. */
export interface WindowSpec {
  /** The column or expression to compute from. */
  column: string
  aggregate: string
  /** Rows with equal values in these columns form one partition. Default: all rows form one. */
  partition_by?: string[] | null | undefined
  /** The column, and direction, that orders the rows of a partition. Does not order the view. */
  order_by?: [string, 'asc' | 'desc'] | null | undefined
  /** The frame is each row and so many before it. */
  rows?: number | null | undefined
  /** The frame is the rows whose `order_by` value is so close to each row's. */
  range?: number | null | undefined
  /** The frame is all rows of the partition up to each row. */
  cumulative?: boolean | null | undefined
  /** Distance in rows, for `lag`, `lead` and `diff`. */
  offset?: number | null | undefined
  /** Smoothing factor, for `ema`: above 0, at most 1. */
  alpha?: number | null | undefined
}

/** What a view shows: the argument of `Table.view`. */
export interface ViewConfigUpdate {
  group_by?: string[] | null | undefined
  split_by?: string[] | null | undefined
  /** Columns in order. Default: all. Nulls are skipped. */
  columns?: (string | null)[] | null | undefined
  filter?: (Filter | [string, string])[] | null | undefined
  sort?: Sort[] | null | undefined
  /** New columns; those of a list are named after themselves. */
  expressions?: Expressions | string[] | null | undefined
  windows?: Record<string, WindowSpec> | null | undefined
  aggregates?: Record<string, Aggregate> | null | undefined
  group_by_depth?: number | null | undefined
  /** Whether rows pass all filters or any of them. Default: `'and'`. */
  filter_op?: FilterReducer | null | undefined
  group_rollup_mode?: GroupRollupMode | null | undefined
  split_rollup_mode?: SplitRollupMode | null | undefined
}

/** A view's complete configuration, from `View.get_config`. */
export interface ViewConfig {
  group_by: string[]
  split_by: string[]
  sort: Sort[]
  filter: Filter[]
  group_rollup_mode: GroupRollupMode
  split_rollup_mode: SplitRollupMode
  /** Only there when it is `'or'`. */
  filter_op?: FilterReducer
  expressions: Expressions
  /** Only there when the view has windows. */
  windows?: Record<string, WindowSpec>
  columns: (string | null)[]
  aggregates: Record<string, Aggregate>
  /** Only there when it was set. */
  group_by_depth?: number
}

/** The columns of `View.column_paths`: from `start_col` up to, not including, `end_col`. */
export interface ColumnWindow {
  start_col?: number | null | undefined
  end_col?: number | null | undefined
}

/** The part of a view to read, and how. Starts are included and rounded down, ends excluded and rounded up. */
export interface ViewWindow extends ColumnWindow {
  start_row?: number | null | undefined
  end_row?: number | null | undefined
  /** JSON: add an `__ID__` to each row. */
  id?: boolean | null | undefined
  /** JSON: add the keys of the table's rows behind each row, as `__INDEX__`. */
  index?: boolean | null | undefined
  /** JSON: dates and times as text instead of milliseconds. */
  formatted?: boolean | null | undefined
  /** Arrow: compress the buffers. */
  compression?: 'lz4' | 'zstd' | null | undefined
  /** Arrow: name group columns `col (Group by 1)` (default) or, when false, `__ROW_PATH_0__`. */
  emit_legacy_row_path_names?: boolean | null | undefined
}

export interface TypedArrayWindow extends ViewWindow {
  /** Give 64-bit numbers, other than dates and times, as `Float32Array`. */
  float32?: boolean | null | undefined
}

/** A column's values as `View.with_typed_arrays` gives them. */
export type TypedArrayColumn = Int32Array | Uint32Array | Float32Array | Float64Array

/**
 * Receives columns by position: names, values, validity bitmaps (bit set = value there; null = all there), and for
 * string columns the texts that the values are indices of.
 */
export type TypedArrayCallback = (
  names: string[],
  values: TypedArrayColumn[],
  validities: (Uint8Array | null)[],
  dictionaries: (string[] | null)[],
) => unknown

export interface OnUpdateOptions {
  /** `'row'`: also receive the changed rows, as Arrow. */
  mode?: 'row' | null | undefined
}

export interface OnUpdateData {
  /** The changed rows, complete, as an Arrow stream; null unless row mode was asked for. */
  delta: Uint8Array | null
  /** The port of the update; 0 if it had none. */
  port_id: number
}

export interface OnRemoveData {
  /** The removed keys, as an Arrow stream of one column named after the index. */
  indices: Uint8Array
  port_id: number
}

export interface Dimensions {
  num_table_rows: number
  num_table_columns: number
  num_view_rows: number
  num_view_columns: number
}

export interface ExpressionError {
  error_message: string
  /** Counted from 0. */
  line: number
  /** Counted from 0. */
  column: number
}

export interface ExpressionValidation {
  /** Type of each valid expression, by name. */
  expression_schema: Record<string, ColumnType>
  errors: Record<string, ExpressionError>
  /** Every expression that was asked about, by name. */
  expression_alias: Record<string, string>
}

export interface SystemInfo {
  /** Bytes the server's engine has reserved. */
  heap_size: number
  /** Bytes of them in use. */
  used_size: number
  /** Milliseconds spent on requests since the last call. */
  cpu_time: number
  /** Milliseconds since the last call. */
  cpu_time_epoch: number
  /** Milliseconds since the page was opened; null outside a page. */
  timestamp: number | null
  client_heap: number | null
  client_used: number | null
}
