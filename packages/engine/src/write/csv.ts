import type { Slice } from '../query/slice.js'
import { type CellFormat, CellTexts, writeRows } from './cell-texts.js'
import { dateToText, datetimeToText } from './date-text.js'
import { float32ToCsv, floatToCsv } from './number-text.js'
import { rowPathNames } from './row-path-names.js'
import { TextBuffer } from './text-buffer.js'

/** Rows rendered at a time, so that the texts of their cells are still near when they are put together. */
const CHUNK = 4096

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
export function toCsv(slice: Slice): string {
  const names = [...rowPathNames(slice, true), ...slice.names]
  const columns = [...(slice.rowPath?.levels ?? []), ...slice.columns]
  if (names.length === 0) return ''
  const out = new TextBuffer()
  out.text(`${names.map(quoted).join(',')}\n`)
  const texts = columns.map((_, at) => new CellTexts(at < columns.length - 1 ? ',' : '\n'))
  for (let from = 0; from < slice.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, slice.length)
    columns.forEach((column, at) => {
      texts[at]!.render(column, from, to, CSV_CELLS)
    })
    writeRows(out, null, texts, to - from)
  }
  return out.toString()
}

function quoted(text: string): string {
  return `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`
}
