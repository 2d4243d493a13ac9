import { getTextEncoding } from '@bufbuild/protobuf/wire'
import { TablecastError } from '@tablecast/engine/error'
import type { MakeTableDataValue } from '../protocol/messages.js'
import { show, variant } from './arguments.js'
import { COLUMN_TYPES } from './names.js'
import type { TableReadFormat } from './types.js'

const FORMATS = { csv: 0, json: 1, columns: 2, arrow: 3, ndjson: 4 } as const

/**
 * What `Client.table` sends for its data. `format` decides for text and bytes only: arrays are rows, objects of
 * arrays are columns, objects of type names are a schema.
 *
 * @throws TablecastError `invalid-argument` when the data is none of these
 */
export function tableData(value: unknown, format: TableReadFormat | null | undefined): MakeTableDataValue {
  const as = format ?? undefined
  if (as !== undefined) variant(FORMATS, as)
  if (typeof value === 'string') return fromText(value, as ?? 'csv')
  if (value instanceof Uint8Array) return fromBytes(value, as ?? 'arrow')
  if (value instanceof ArrayBuffer) return fromBytes(new Uint8Array(value), as ?? 'arrow')
  if (Array.isArray(value)) return { data: { case: 'from_rows', value: JSON.stringify(value) } }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    if (entries.every(([, each]) => typeof each === 'string')) {
      const schema = entries.map(([name, type]) => ({ name, type: variant(COLUMN_TYPES, type) }))
      return { data: { case: 'from_schema', value: { schema } } }
    }
    if (entries.every(([, each]) => Array.isArray(each))) {
      return { data: { case: 'from_cols', value: JSON.stringify(value) } }
    }
  }
  throw new TablecastError(
    'invalid-argument',
    `Failed to construct table from ${show(value)}: expected rows, columns, a schema, text or bytes`,
  )
}

/** What `update`, `replace` and `remove` send for their data: a schema is none. */
export function updateData(value: unknown, format: TableReadFormat | null | undefined): MakeTableDataValue {
  const data = tableData(value, format)
  if (data.data?.case === 'from_schema') {
    throw new TablecastError('invalid-argument', 'Method cannot be called with `Schema` argument')
  }
  return data
}

function fromText(value: string, format: TableReadFormat): MakeTableDataValue {
  switch (format) {
    case 'csv':
      return { data: { case: 'from_csv', value } }
    case 'json':
      return { data: { case: 'from_rows', value } }
    case 'columns':
      return { data: { case: 'from_cols', value } }
    case 'ndjson':
      return { data: { case: 'from_ndjson', value } }
    case 'arrow':
      return { data: { case: 'from_arrow', value: getTextEncoding().encodeUtf8(value) } }
  }
}

function fromBytes(value: Uint8Array, format: TableReadFormat): MakeTableDataValue {
  if (format === 'arrow') return { data: { case: 'from_arrow', value } }
  let text: string
  try {
    text = getTextEncoding().decodeUtf8(value, true)
  } catch (cause) {
    throw new TablecastError('invalid-argument', `Bytes given as ${format} are not UTF-8 text`, { cause })
  }
  return fromText(text, format)
}
