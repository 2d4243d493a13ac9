import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch'
import { MessageHeader } from 'apache-arrow/fb/message-header'
import { RecordBatch } from 'apache-arrow/fb/record-batch'
import { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import { TablecastError } from '../../error.js'
import { ADDRESS, type Read, type Target } from '../cell-table.js'
import { coerceColumn } from '../coerce.js'
import type { ListFlatten } from '../read.js'
import { type ArrowChunk, readBatch } from './arrow-batch.js'
import { columnOf, stringsOf } from './arrow-column.js'
import { type FlatColumn, flatten } from './arrow-flatten.js'
import { type ArrowMessage, readMessages } from './arrow-messages.js'
import { type ArrowField, malformed, readFields } from './arrow-type.js'

/** The columns of an Arrow stream or file, flat, in arrays of their own. Repeated names get stars, as in the reference. */
export interface ArrowData {
  readonly columns: readonly FlatColumn[]
  readonly rows: number
  /** True when lists were made into rows. */
  readonly expanded: boolean
}

/** Reads an Arrow IPC stream or file for a table to be made or to be updated. */
export function readArrow(bytes: Uint8Array, target: Target, mode: ListFlatten): Read {
  const data = decodeArrow(bytes, mode)
  checkIndex(data, target)
  return target.schema === null ? newTable(data, target) : update(data, target)
}

/** Decodes an Arrow IPC stream or file. Throws `invalid-data` for bytes that are none, or lie. */
export function decodeArrow(bytes: Uint8Array, mode: ListFlatten): ArrowData {
  try {
    return decode(bytes, mode)
  } catch (error) {
    // The metadata's own reader goes by the lengths it finds, and ends outside with these.
    if (error instanceof RangeError || error instanceof TypeError)
      throw malformed(`its metadata is broken (${error.message})`)
    throw error
  }
}

function decode(bytes: Uint8Array, mode: ListFlatten): ArrowData {
  const { schema, size, messages } = readMessages(bytes)
  const fields = readFields(schema, size)
  const dictionaries = new Map<number, readonly (string | null)[]>()
  const valueFields = dictionaryFields(fields)
  const batches: ArrowChunk[][] = []
  let rows = 0
  for (const message of messages) {
    if (message.type === MessageHeader.DictionaryBatch) readDictionary(message, valueFields, dictionaries)
    if (message.type !== MessageHeader.RecordBatch) continue
    const batch: RecordBatch | null = message.header.header(new RecordBatch())
    if (batch === null) throw malformed('a batch has no header')
    const { length, chunks } = readBatch(batch, message.size, message.body, fields, dictionaries)
    rows += length
    batches.push(chunks)
  }
  const nested = fields.some(({ type }) => type.kind === 'struct' || type.kind === 'list')
  const flat = nested
    ? flatten(fields, batches, rows, mode)
    : {
        columns: fields.map((field, at) => ({
          name: field.name,
          column: columnOf(
            batches.map((chunks) => chunks[at]!),
            field,
          ),
          perElement: false,
          untyped: field.type.kind === 'null',
        })),
        rows,
        expanded: false,
      }
  return { ...flat, columns: withUniqueNames(flat.columns) }
}

/** The field that a dictionary's own batch has, by dictionary id. */
function dictionaryFields(fields: readonly ArrowField[]): Map<number, ArrowField> {
  const found = new Map<number, ArrowField>()
  const visit = (field: ArrowField) => {
    if (field.dictionary !== null) found.set(field.dictionary.id, { ...field, dictionary: null })
    field.children.forEach(visit)
  }
  fields.forEach(visit)
  return found
}

function readDictionary(
  message: ArrowMessage,
  fields: ReadonlyMap<number, ArrowField>,
  dictionaries: Map<number, readonly (string | null)[]>,
): void {
  const header: DictionaryBatch | null = message.header.header(new DictionaryBatch())
  const batch = header?.data() ?? null
  const id = header === null ? -1 : Number(header.id())
  const field = fields.get(id)
  if (header === null || batch === null || field === undefined) throw malformed(`no column has the dictionary ${id}`)
  const { chunks } = readBatch(batch, message.size, message.body, [field], dictionaries)
  const strings = stringsOf(chunks[0]!)
  // A new array either way: batches before this one keep theirs.
  dictionaries.set(id, header.isDelta() ? [...(dictionaries.get(id) ?? []), ...strings] : strings)
}

function withUniqueNames(columns: readonly FlatColumn[]): FlatColumn[] {
  const seen = new Set<string>()
  return columns.map((column) => {
    let { name } = column
    while (seen.has(name)) name += '*'
    seen.add(name)
    return { ...column, name }
  })
}

/** Rows made of one share what does not come from a list; that must not be their key. */
function checkIndex({ columns, expanded }: ArrowData, { schema, index }: Target): void {
  if (!expanded) return
  const repeats = (name: string) => !columns.some((column) => column.name === name && column.perElement)
  const hasAddress = columns.some((column) => column.name === ADDRESS)
  const repeated = index !== null && repeats(index) ? index : hasAddress && repeats(ADDRESS) ? ADDRESS : null
  if (repeated === null) return
  const advice =
    ', as that index repeats across the rows of an expansion and would silently collide. Index on a column drawn from the list itself, or use the `stringify` list flatten mode.\n'
  throw new TablecastError(
    'invalid-data',
    `Cannot ${schema === null ? 'create' : 'update'} a Table indexed on \`${repeated}\` from an expanded list column${schema === null ? advice : '.\n'}`,
  )
}

function newTable({ columns, rows }: ArrowData, { index }: Target): Read {
  // Rows of a new table have nothing to be addressed by yet.
  const own = columns.filter(({ name }) => name !== ADDRESS)
  // As in a new table of JSON: a null clears nothing.
  const given = own.map(({ column }) => (index !== null && column.valid !== null ? column.valid.slice() : null))
  return {
    schema: own.map(({ name, column }) => ({ name, storage: column.storage })),
    batch: {
      names: own.map(({ name }) => name),
      columns: own.map(({ column }) => column),
      length: rows,
      given,
      address: null,
    },
  }
}

function update({ columns, rows }: ArrowData, { schema, index }: Target): Read {
  const storages = new Map(schema!.map((field) => [field.name, field.storage]))
  const names: string[] = []
  const coerced: Column[] = []
  let address: Column | null = null
  for (const flat of columns) {
    const { name } = flat
    const storage = storages.get(name)
    if (name === ADDRESS) {
      address = inStorage(flat, index === null ? 'int32' : storages.get(index)!)
    } else if (storage !== undefined) {
      names.push(name)
      coerced.push(inStorage(flat, storage))
    }
  }
  return { schema: schema!, batch: { names, columns: coerced, length: rows, given: names.map(() => null), address } }
}

/** A column of Arrow's type null has no type to get in the way. */
function inStorage({ name, column, untyped }: FlatColumn, storage: Storage): Column {
  if (!untyped) return coerceColumn(column, storage, name)
  const nulls = new Column(storage)
  nulls.extend(column.length)
  return nulls
}
