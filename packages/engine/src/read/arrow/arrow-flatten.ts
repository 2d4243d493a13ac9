import { bitmapBytes, getBit } from '../../columns/bitmap.js'
import { Column } from '../../columns/column.js'
import { TablecastError } from '../../error.js'
import type { ListFlatten } from '../read.js'
import type { ArrowChunk } from './arrow-batch.js'
import { columnOf } from './arrow-column.js'
import type { ArrowField } from './arrow-type.js'
import { listToJson } from './list-json.js'

const MAX_ROWS = 0xffffffff
/** Cells that lists may expand to; a small file can ask for far more than any memory holds. */
const MAX_CELLS = 200_000_000

/** A column on its way to being flat. */
interface Part {
  readonly name: string
  readonly field: ArrowField
  readonly chunks: readonly ArrowChunk[]
  /** Which cell each row has (-1: null), or null for one after the other. */
  readonly rows: Int32Array | Uint32Array | Float64Array | null
  /** True when the column's values differ between the rows that a list made of one. */
  readonly perElement: boolean
}

export interface FlatColumn {
  readonly name: string
  readonly column: Column
  readonly perElement: boolean
  /** True for Arrow's type null, which any column takes. */
  readonly untyped: boolean
}

/**
 * Makes columns `a.b` of structs and rows of lists (or, with `stringify`, JSON text), as often as there is one left.
 * `expanded` is true when there were lists to make rows of.
 */
export function flatten(
  fields: readonly ArrowField[],
  batches: readonly (readonly ArrowChunk[])[],
  rows: number,
  mode: ListFlatten,
): { columns: FlatColumn[]; rows: number; expanded: boolean } {
  let parts = fields.map(
    (field, at): Part => ({
      name: field.name,
      field,
      chunks: batches.map((chunks) => chunks[at]!),
      rows: null,
      perElement: false,
    }),
  )
  let expanded = false
  for (;;) {
    const structs = parts.some((part) => part.field.type.kind === 'struct')
    if (structs) parts = parts.flatMap(hoistStruct)
    const lists = mode !== 'stringify' && parts.some((part) => part.field.type.kind === 'list')
    if (lists) {
      const exploded = explode(parts, rows, mode)
      parts = exploded.parts
      rows = exploded.rows
      expanded = true
    }
    if (!structs && !lists) break
  }
  const seen = new Set<string>()
  for (const { name } of parts) {
    if (seen.has(name) && parts.length !== fields.length) {
      throw new TablecastError('invalid-data', `Flattening produced duplicate column \`${name}\`\n`)
    }
    seen.add(name)
  }
  const columns = parts.map((part) => ({
    name: part.name,
    column: columnOfPart(part),
    perElement: part.perElement,
    untyped: part.field.type.kind === 'null',
  }))
  return { columns, rows, expanded }
}

function columnOfPart({ field, chunks, rows }: Part): Column {
  const column = field.type.kind === 'list' ? listToJson(chunks) : columnOf(chunks, field)
  return rows === null ? column : gathered(column, rows)
}

/** The cells at `rows`; -1 gives null. */
function gathered(column: Column, rows: ArrayLike<number>): Column {
  const picked = Uint32Array.from(rows, (row) => Math.max(row, 0))
  // A column without cells cannot be gathered from: then every row is null.
  const out = column.length === 0 ? new Column(column.storage, rows.length) : column.gather(picked)
  for (let i = 0; i < rows.length; i++) if (rows[i]! < 0) out.setNull(i)
  return out
}

/** The columns that a struct holds; where the struct is null, so are they. */
function hoistStruct(part: Part): Part[] {
  if (part.field.type.kind !== 'struct') return [part]
  return part.field.children.map((field, at) => ({
    ...part,
    name: `${part.name}.${field.name}`,
    field,
    chunks: part.chunks.map((chunk) => {
      const child = chunk.children[at]!
      // A child may be longer than its struct: what is beyond belongs to nobody.
      return { ...child, length: chunk.length, valid: bothValid(chunk.valid, child.valid, chunk.length) }
    }),
  }))
}

function bothValid(left: Uint8Array | null, right: Uint8Array | null, length: number): Uint8Array | null {
  if (left === null || right === null) return left ?? right
  const bits = left.slice(0, bitmapBytes(length))
  for (let i = 0; i < bits.length; i++) bits[i]! &= right[i]!
  return bits
}

/** Where the elements of a list column's rows are among all elements of its chunks. */
interface Lists {
  readonly starts: Float64Array
  readonly lengths: Float64Array
}

function listsOf({ chunks, rows }: Part, count: number): Lists {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const starts = new Float64Array(total)
  const lengths = new Float64Array(total)
  let at = 0
  let base = 0
  for (const { length, offsets, valid, children } of chunks) {
    for (let i = 0; i < length; i++) {
      const isList = valid === null || getBit(valid, i)
      starts[at + i] = base + offsets![i]!
      lengths[at + i] = isList ? offsets![i + 1]! - offsets![i]! : 0
    }
    at += length
    base += children[0]!.length
  }
  if (rows === null) return { starts, lengths }
  const picked = { starts: new Float64Array(count), lengths: new Float64Array(count) }
  for (let i = 0; i < count; i++) {
    if (rows[i]! < 0) continue
    picked.starts[i] = starts[rows[i]!]!
    picked.lengths[i] = lengths[rows[i]!]!
  }
  return picked
}

/** Makes a row of every element of the list columns, beside which all other columns repeat. */
function explode(parts: readonly Part[], rows: number, mode: ListFlatten): { parts: Part[]; rows: number } {
  const listParts = parts.filter((part) => part.field.type.kind === 'list')
  const lists = listParts.map((part) => listsOf(part, rows))
  const widths = mode === 'cartesian' ? cartesianWidths(lists, rows) : zipWidths(listParts, lists, rows)
  let total = 0
  for (let row = 0; row < rows; row++) total += widths[row]!
  if (total > MAX_ROWS || total * parts.length > MAX_CELLS) {
    throw new TablecastError(
      'limit-exceeded',
      `List expansion produced ${total} rows, which exceeds the maximum supported size\n`,
    )
  }
  const parents = new Float64Array(total)
  const elements = lists.map(() => new Float64Array(total))
  for (let row = 0, at = 0; row < rows; at += widths[row++]!) {
    const width = widths[row]!
    parents.fill(row, at, at + width)
    // The last list varies fastest.
    let stride = 1
    for (let l = lists.length - 1; l >= 0; l--) {
      const length = lists[l]!.lengths[row]!
      const start = lists[l]!.starts[row]!
      const out = elements[l]!
      for (let k = 0; k < width; k++) {
        out[at + k] = length === 0 ? -1 : start + (mode === 'cartesian' ? Math.floor(k / stride) % length : k)
      }
      stride *= Math.max(length, 1)
    }
  }
  const perElement = mode !== 'cartesian' || lists.length === 1
  const out = parts.map((part): Part => {
    const l = listParts.indexOf(part)
    if (l < 0)
      return { ...part, rows: part.rows === null ? parents : parents.map((row) => part.rows![row]!), perElement: false }
    const chunks = part.chunks.map((chunk) => chunk.children[0]!)
    return { ...part, field: part.field.children[0]!, chunks, rows: elements[l]!, perElement }
  })
  return { parts: out, rows: total }
}

function cartesianWidths(lists: readonly Lists[], rows: number): Float64Array {
  const widths = new Float64Array(rows).fill(1)
  for (const { lengths } of lists) for (let row = 0; row < rows; row++) widths[row]! *= Math.max(lengths[row]!, 1)
  return widths
}

function zipWidths(parts: readonly Part[], lists: readonly Lists[], rows: number): Float64Array {
  const widths = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    let width = 0
    let witness = -1
    for (let l = 0; l < lists.length; l++) {
      const length = lists[l]!.lengths[row]!
      if (length === 0) continue
      if (witness < 0) witness = l
      else if (length !== width) {
        throw new TablecastError(
          'invalid-data',
          `Cannot zip list columns \`${parts[witness]!.name}\` (${width}) and \`${parts[l]!.name}\` (${length}) of differing length in row ${row}; use the \`cartesian\` list flatten mode.\n`,
        )
      }
      width = length
    }
    widths[row] = Math.max(width, 1)
  }
  return widths
}
