import type { Column } from '../columns/column.js'
import type { CellFormat } from './cell-texts.js'
import { dateToText, datetimeToText } from './date-text.js'
import { floatToJson } from './number-text.js'
import { RowTexts } from './row-texts.js'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones whose escape has a letter digit
const LETTERED_CONTROL = /[\u000b\u000e\u000f\u001a-\u001f]/
const LETTERED_ESCAPE = /(\\+)u00([01][a-f])/g

/** A string as JSON text. As `JSON.stringify`, but the reference writes hex digits in upper case. */
export function stringToJson(text: string): string {
  const json = JSON.stringify(text)
  if (!LETTERED_CONTROL.test(text)) return json
  // An even number of backslashes is text of its own, not an escape.
  return json.replace(LETTERED_ESCAPE, (found, slashes: string, hex: string) =>
    slashes.length % 2 === 0 ? found : `${slashes}u00${hex.toUpperCase()}`,
  )
}

/** Cells as JSON, dates as ms. */
export const JSON_CELLS: CellFormat = {
  null: 'null',
  string: stringToJson,
  double: floatToJson,
  wholeDoubles: 'point',
  float32: null,
  date: null,
  datetime: null,
}

/** Cells as JSON, dates as text. */
export const FORMATTED_JSON_CELLS: CellFormat = {
  ...JSON_CELLS,
  date: (days) => `"${dateToText(days, 1)}"`,
  datetime: (ms) => `"${datetimeToText(ms)}"`,
}

/** The JSON text of every cell from `from` (included) to `to` (excluded), as strings; for a few cells. */
export function cellsToJson(column: Column, from: number, to: number, format = JSON_CELLS): string[] {
  const cells = from === 0 && to === column.length ? column : column.range(from, to)
  return new RowTexts([{ source: cells, before: '', after: '' }], format, to - from).strings()
}
