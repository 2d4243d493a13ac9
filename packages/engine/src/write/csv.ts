import type { Pieces } from '../pieces.js'
import type { Slice } from '../query/slice.js'
import type { CellFormat } from './cell-texts.js'
import { dateToText, datetimeToText } from './date-text.js'
import { float32ToCsv, floatToCsv } from './number-text.js'
import { rowPathNames } from './row-path-names.js'
import { RowTexts } from './row-texts.js'
import { TextBuffer } from './text-buffer.js'
import type { Utf8Text } from './utf8-text.js'

const CSV_CELLS: CellFormat = {
  null: '',
  string: quoted,
  double: floatToCsv,
  wholeDoubles: 'plain',
  float32: float32ToCsv,
  date: dateToText,
  datetime: datetimeToText,
}

/** A slice as CSV text: header and rows, each with a newline; empty when there are no columns. */
export function* csvPieces(slice: Slice): Pieces<Utf8Text> {
  const names = [...rowPathNames(slice, true), ...slice.names]
  const columns = [...(slice.rowPath?.levels ?? []), ...slice.columns]
  const out = new TextBuffer()
  if (names.length === 0) return out.finish()
  out.text(`${names.map(quoted).join(',')}\n`)
  const last = columns.length - 1
  const texts = columns.map((source, at) => ({ source, before: '', after: at < last ? ',' : '\n' }))
  yield* new RowTexts(texts, CSV_CELLS, slice.length).write(out)
  return out.finish()
}

function quoted(text: string): string {
  return `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`
}
