/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Perspective's six column types. */
export type ColumnType = 'integer' | 'float' | 'string' | 'boolean' | 'date' | 'datetime'

/** One Arrow column as plain data; numbers that JSON cannot hold are text: 'NaN', '-0', 'Infinity', '9007199254740993'. */
export interface ArrowColumn {
  name: string
  /** A name of `arrow-data.ts`: 'int8' … 'uint64', 'float32', 'utf8', 'dictionary', 'timestamp_us', … */
  type: string
  values: Json[]
}

/**
 * Data for a table. Text formats keep every row as its own text, so that a case can say exactly what goes over the wire
 * and the shrinker can still drop rows.
 */
export type Data =
  | { format: 'schema'; schema: [name: string, type: ColumnType][] }
  | { format: 'json' | 'ndjson'; rows: string[] }
  | { format: 'columns'; columns: [name: string, values: string[]][] }
  | { format: 'csv'; header: string; rows: string[]; eol?: string }
  | { format: 'arrow'; columns: ArrowColumn[]; batches?: number; file?: boolean }
  /** Anything else, sent as it is. */
  | { format: 'text'; as: 'json' | 'columns' | 'csv' | 'ndjson'; text: string }
  | { format: 'bytes'; base64: string }
  | { format: 'view'; view: string }

/** How a view is read. `typed` is the client's `with_typed_arrays`. */
export type ReadFormat = 'json' | 'columns' | 'csv' | 'ndjson' | 'arrow' | 'typed'

type Plain = { [key: string]: Json }

/** One call of a client. Tables, views and subscriptions are named by labels of the case; `on` picks the client (0 or 1). */
export type Step = { on?: number } & (
  | { do: 'table'; table: string; data: Data; options?: Plain }
  | { do: 'open'; table: string }
  | { do: 'join'; table: string; left: string; right: string; column: string; options?: Plain }
  | { do: 'update'; table: string; data: Data; port?: number }
  | { do: 'remove' | 'replace'; table: string; data: Data }
  | { do: 'clear' | 'size' | 'schema' | 'columns' | 'port'; table: string }
  | { do: 'delete_table'; table: string; lazy?: boolean }
  | { do: 'validate'; table: string; expressions: Plain }
  | { do: 'hosted' }
  | { do: 'view'; table: string; view: string; config?: Plain }
  | { do: 'read'; view: string; as: ReadFormat; window?: Plain }
  | { do: 'view_schema' | 'expression_schema' | 'dimensions' | 'config' | 'delete_view'; view: string }
  | { do: 'column_paths'; view: string; window?: Plain }
  | { do: 'min_max'; view: string; column: string }
  | { do: 'expand' | 'collapse'; view: string; row: number }
  | { do: 'set_depth'; view: string; depth: number }
  | { do: 'on_update'; view: string; label: string; mode?: 'row' }
  | { do: 'on_remove' | 'on_view_delete'; view: string; label: string }
  | { do: 'on_table_delete'; table: string; label: string }
  | { do: 'on_hosted'; label: string }
  /** Ends the subscription of that label. */
  | { do: 'off'; label: string }
  /** All of these are sent before the server polls. */
  | { do: 'batch'; steps: Step[] }
  /** Ends the session of the client. */
  | { do: 'close' }
)

/** A test case: everything that is sent, as plain data. */
export interface Case {
  category: string
  seed: number
  steps: Step[]
  /** Relative tolerance for floats, where the order of a summation may differ. Absent: exact. */
  tolerance?: number
}

/** What one step showed to its clients. */
export interface Entry {
  /** The answer as text, `error: …`, or `pending` while the server has not answered. */
  answer: string
  /** Callbacks that ran, in order, each with its content. */
  events: string[]
  /** Every frame the clients got, in order: `tag@step of the request`. */
  frames: string[]
}

/** What a case showed on one server, step by step. */
export interface Trace {
  entries: Entry[]
  /** The server itself failed (a trap in its WebAssembly): nothing after it counts. */
  crash?: string
}
