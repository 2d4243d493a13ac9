import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import { dateToText, datetimeToText } from './date-text.js'
import { distinctStrings } from './distinct.js'
import { floatToJson, integerToText } from './number-text.js'

const DAY_MS = 86_400_000

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

/** The JSON text of every cell from `from` (included) to `to` (excluded). `formatted` gives dates as text. */
export function cellsToJson(column: Column, from: number, to: number, formatted: boolean): string[] {
  const texts = validCells(column, from, to, formatted)
  const { valid } = column
  if (valid !== null) {
    for (let i = from; i < to; i++) if (!getBit(valid, i)) texts[i - from] = 'null'
  }
  return texts
}

function validCells(column: Column, from: number, to: number, formatted: boolean): string[] {
  const { data } = column
  const texts = new Array<string>(to - from)
  switch (column.storage) {
    case 'string': {
      const { codes, places } = distinctStrings(column, from, to)
      const values = column.dictionary!.values
      const distinct = codes.map((code) => stringToJson(values[code]!))
      for (let i = 0; i < texts.length; i++) texts[i] = distinct[places[i]!]!
      break
    }
    case 'boolean':
      for (let i = from; i < to; i++) texts[i - from] = data[i] === 1 ? 'true' : 'false'
      break
    case 'float32':
    case 'float64':
      for (let i = from; i < to; i++) texts[i - from] = floatToJson(data[i]!)
      break
    case 'int64':
    case 'uint64':
      for (let i = from; i < to; i++) texts[i - from] = integerToText(data[i]!, column.fine?.[i] ?? 0)
      break
    case 'date':
      if (formatted) for (let i = from; i < to; i++) texts[i - from] = `"${dateToText(data[i]!)}"`
      else for (let i = from; i < to; i++) texts[i - from] = String(data[i]! * DAY_MS)
      break
    case 'datetime':
      if (formatted) for (let i = from; i < to; i++) texts[i - from] = `"${datetimeToText(data[i]!)}"`
      else for (let i = from; i < to; i++) texts[i - from] = String(data[i]!)
      break
    default:
      for (let i = from; i < to; i++) texts[i - from] = String(data[i]!)
  }
  return texts
}
