import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import type { Slice } from '../query/slice.js'
import { dateToText, datetimeToText } from './date-text.js'
import { distinctStrings } from './distinct.js'
import { float32ToCsv, floatToCsv, integerToText } from './number-text.js'
import { rowPathNames } from './row-path-names.js'

/** Rows rendered at a time, so that the texts of their cells are still young when they are joined. */
const CHUNK = 4096

/** A slice as CSV text: header and rows, each with a newline; empty when there are no columns. */
export function toCsv(slice: Slice): string {
  const names = [...rowPathNames(slice, true), ...slice.names]
  const columns = [...(slice.rowPath?.levels ?? []), ...slice.columns]
  if (names.length === 0) return ''
  const lines = [names.map(quoted).join(',')]
  for (let from = 0; from < slice.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, slice.length)
    const cells = columns.map((column) => cellsToCsv(column, from, to))
    for (let i = 0; i < to - from; i++) {
      let line = cells[0]![i]!
      for (let at = 1; at < cells.length; at++) line += `,${cells[at]![i]!}`
      lines.push(line)
    }
  }
  lines.push('')
  return lines.join('\n')
}

function quoted(text: string): string {
  return `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`
}

function cellsToCsv(column: Column, from: number, to: number): string[] {
  const texts = validCells(column, from, to)
  const { valid } = column
  if (valid !== null) {
    for (let i = from; i < to; i++) if (!getBit(valid, i)) texts[i - from] = ''
  }
  return texts
}

function validCells(column: Column, from: number, to: number): string[] {
  const { data } = column
  const texts = new Array<string>(to - from)
  switch (column.storage) {
    case 'string': {
      const { codes, places } = distinctStrings(column, from, to)
      const values = column.dictionary!.values
      const distinct = codes.map((code) => quoted(values[code]!))
      for (let i = 0; i < texts.length; i++) texts[i] = distinct[places[i]!]!
      break
    }
    case 'boolean':
      for (let i = from; i < to; i++) texts[i - from] = data[i] === 1 ? 'true' : 'false'
      break
    case 'float32':
      for (let i = from; i < to; i++) texts[i - from] = float32ToCsv(data[i]!)
      break
    case 'float64':
      for (let i = from; i < to; i++) texts[i - from] = floatToCsv(data[i]!)
      break
    case 'int64':
    case 'uint64':
      for (let i = from; i < to; i++) texts[i - from] = integerToText(data[i]!, column.fine?.[i] ?? 0)
      break
    case 'date':
      for (let i = from; i < to; i++) texts[i - from] = dateToText(data[i]!)
      break
    case 'datetime':
      for (let i = from; i < to; i++) texts[i - from] = datetimeToText(data[i]!)
      break
    default:
      for (let i = from; i < to; i++) texts[i - from] = String(data[i]!)
  }
  return texts
}
