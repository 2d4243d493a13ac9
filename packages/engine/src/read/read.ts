import { type Batch, createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Schema } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Table } from '../table/table.js'
import { readArrow } from './arrow/arrow.js'
import { readArrowKeys } from './arrow/arrow-keys.js'
import type { Read, Target } from './cell-table.js'
import { readCsv } from './csv/csv.js'
import { readJsonColumns, readJsonRows, readNdjson } from './json.js'
import { readJsonKeys } from './json-keys.js'

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

/**
 * Reads data for a table to be made: infers the schema. The batch's names and storages are the schema's.
 * Throws `invalid-data` when the data cannot be a table, or has no column `index`.
 */
export function readNew(data: TableData, options: ReadOptions = {}): { schema: Schema; batch: Batch } {
  const index = options.index ?? null
  const found = read(data, { schema: null, index }, options.listFlatten ?? 'zip')
  if (index !== null && !found.schema.some((field) => field.name === index)) {
    throw new TablecastError('invalid-argument', missingIndex(data, index))
  }
  return found
}

/**
 * Reads data for an existing table: every column coerced to the table's storage, unknown columns left out.
 * Throws `invalid-data`, with nothing changed, when a value does not fit.
 */
export function readUpdate(data: TableData, table: Table, options: ReadOptions = {}): Batch {
  if (data.format === 'schema') throw new TablecastError('invalid-argument', 'MakeTableReq malformed')
  return read(data, { schema: table.schema, index: table.index }, options.listFlatten ?? 'zip').batch
}

/** Reads the keys of rows to remove, in the storage of the table's index column. */
export function readKeys(data: TableData, table: Table): Column {
  if (data.format === 'rows') return readJsonKeys(asText(data.rows), table)
  if (data.format === 'columns') return readJsonKeys(asText(data.columns), table)
  if (data.format === 'arrow') return readArrowKeys(data.bytes, table)
  throw new TablecastError('invalid-argument', 'remove malformed')
}

function read(data: TableData, target: Target, flatten: ListFlatten): Read {
  switch (data.format) {
    case 'schema':
      return { schema: data.schema, batch: emptyBatch(data.schema) }
    case 'rows':
      return readJsonRows(asText(data.rows), target, flatten)
    case 'columns':
      return readJsonColumns(asText(data.columns), target, flatten)
    case 'ndjson':
      return readNdjson(data.text, target, flatten)
    case 'arrow':
      return readArrow(data.bytes, target, flatten)
    case 'csv':
      return readCsv(data.text, target)
  }
}

/** JavaScript values go through JSON, as they do in the reference's client: so they mean the same on every way in. */
function asText(json: string | readonly unknown[] | Readonly<Record<string, readonly unknown[]>>): string {
  return typeof json === 'string' ? json : JSON.stringify(json)
}

function emptyBatch(schema: Schema): Batch {
  const names = schema.map((field) => field.name)
  return createBatch(
    names,
    schema.map((field) => new Column(field.storage)),
    0,
  )
}

function missingIndex(data: TableData, index: string): string {
  switch (data.format) {
    case 'schema':
      return `Specified index \`${index}\` does not appear in the Table.\n`
    case 'csv':
    case 'arrow':
      return `Specified index \`${index}\` is invalid as it does not appear in the Table.\n`
    default:
      return `Specified index \`${index}\` does not exist in dataset.`
  }
}
