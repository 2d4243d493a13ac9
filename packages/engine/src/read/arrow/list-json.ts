import { clearBit, createBitmap, getBit } from '../../columns/bitmap.js'
import { Column } from '../../columns/column.js'
import { cellsToJson, FORMATTED_JSON_CELLS, stringToJson } from '../../write/json-cells.js'
import type { ArrowChunk } from './arrow-batch.js'
import { columnOf } from './arrow-column.js'

/** A list column as a string column of JSON text. */
export function listToJson(chunks: readonly ArrowChunk[]): Column {
  const texts = chunks.flatMap((chunk) => jsonOf(chunk))
  const column = new Column('string', texts.length)
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!
    if (text === null) {
      column.valid ??= createBitmap(texts.length, true)
      clearBit(column.valid, i)
    } else {
      column.data[i] = column.dictionary!.add(text)
    }
  }
  return column
}

/** The JSON of every cell; null for a null one. */
function jsonOf(chunk: ArrowChunk): (string | null)[] {
  const { length, offsets, valid, field, children } = chunk
  if (field.type.kind === 'struct') {
    const members = children.map((child) => ({ name: stringToJson(child.field.name), cells: jsonOf(child) }))
    return Array.from({ length }, (_, i) =>
      valid !== null && !getBit(valid, i)
        ? null
        : `{${members.map(({ name, cells }) => `${name}:${cells[i] ?? 'null'}`).join(',')}}`,
    )
  }
  if (field.type.kind !== 'list') return cellsToJson(columnOf([chunk], field), 0, length, FORMATTED_JSON_CELLS)
  const elements = jsonOf(children[0]!)
  return Array.from({ length }, (_, i) => {
    if (valid !== null && !getBit(valid, i)) return null
    return `[${elements.slice(offsets![i]!, offsets![i + 1]!).map((text) => text ?? 'null')}]`
  })
}
