import type { Batch } from '../batch.js'
import type { Column } from '../columns/column.js'
import type { Schema } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Table } from '../table/table.js'

/** Data on its way in, in any of the formats of the wire (`MakeTableData`) or as plain JavaScript values. */
export type TableData =
  | { readonly format: 'schema'; readonly schema: Schema }
  /** Text of a JSON array of objects, or the array itself. */
  | { readonly format: 'rows'; readonly rows: string | readonly unknown[] }
  /** Text of a JSON object of arrays, or the object itself. */
  | { readonly format: 'columns'; readonly columns: string | Readonly<Record<string, readonly unknown[]>> }
  | { readonly format: 'ndjson'; readonly text: string }
  | { readonly format: 'csv'; readonly text: string }
  | { readonly format: 'arrow'; readonly bytes: Uint8Array }

/** How nested lists become rows. */
export type ListFlatten = 'zip' | 'cartesian' | 'stringify'

export interface ReadOptions {
  /** The index column's name, for the checks and texts that depend on it. */
  readonly index?: string
  /** Default `zip`. */
  readonly listFlatten?: ListFlatten
}

/** Reads data for a table to be made: infers the schema. The batch's names and storages are the schema's. */
export function readNew(_data: TableData, _options: ReadOptions = {}): { schema: Schema; batch: Batch } {
  throw new TablecastError('not-supported', 'This format is not served yet')
}

/** Reads data for an existing table: every column coerced to the table's storage, unknown columns left out. */
export function readUpdate(_data: TableData, _table: Table, _options: ReadOptions = {}): Batch {
  throw new TablecastError('not-supported', 'This format is not served yet')
}

/** Reads the keys of rows to remove, in the storage of the table's index column. */
export function readKeys(_data: TableData, _table: Table): Column {
  throw new TablecastError('not-supported', 'This format is not served yet')
}
