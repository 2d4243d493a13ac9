import {
  BOOLEAN,
  type Cell,
  CLEAR,
  DATE,
  DATETIME,
  FLOAT,
  FLOAT32,
  INT32,
  INT64,
  NONE,
  STRING,
  VALID,
} from '../cell.js'
import { formatNumber } from '../format.js'
import { readNumber } from '../read-number.js'
import { toInt64 } from '../unary.js'
import { type Environment, type FunctionDef, ofCells } from './function.js'
import { setNonEmpty } from './string.js'

const DAY = 86_400_000

/** Functions named after the type they give. */
export const CONVERSIONS: readonly FunctionDef[] = [
  ofCells('integer', 'T', ([value], out) => {
    out.clear(INT32)
    const number = numberOf(value!)
    if (number === null || number > 2_147_483_647 || number < -2_147_483_648) return
    out.setNumber(INT32, Number.isNaN(number) ? 0 : Math.trunc(number) + 0)
  }),
  ofCells('float', 'T', ([value], out) => {
    out.clear(FLOAT)
    const number = numberOf(value!)
    if (number !== null && !Number.isNaN(number)) out.setFloat(number)
  }),
  ofCells('boolean', 'T', ([value], out) => {
    if (value!.type === NONE) out.clear(BOOLEAN)
    else out.setBoolean(value!.toBoolean())
  }),
  ofCells('string', 'T', toText),
  ofCells('date', 'TTT', makeDate),
  ofCells('datetime', 'T', ([value], out) => {
    out.clear(DATETIME)
    if (value!.type === NONE) return
    if (value!.type !== FLOAT && value!.type !== INT64) out.status = CLEAR
    else if (value!.status === VALID) out.setNumber(DATETIME, toInt64(value!.value))
  }),
]

function numberOf(value: Cell): number | null {
  if (value.status !== VALID || value.type === NONE) return null
  return value.type === STRING ? readNumber(value.text) : value.toNumber()
}

function toText(cells: readonly Cell[], out: Cell, environment: Environment): void {
  const value = cells[0]!
  out.clear(STRING)
  if (value.status !== VALID || value.type === NONE || environment.validating) return
  setNonEmpty(textOf(value), out, environment)
}

function textOf(value: Cell): string {
  switch (value.type) {
    case STRING:
      return value.text
    case BOOLEAN:
      return value.value === 1 ? 'true' : 'false'
    case FLOAT:
    case FLOAT32:
      return formatNumber(value.value)
    case DATE: {
      const date = new Date(value.value * DAY)
      return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`
    }
    case DATETIME: {
      const date = new Date(value.value)
      if (Number.isNaN(date.getTime())) return ''
      const year = date.getUTCFullYear()
      const padded = year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')
      return `${padded}-${date.toISOString().slice(-19, -1).replace('T', ' ')}`
    }
    default:
      return String(value.value)
  }
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}

/** `date(year, month, day)`, month from 1; null when one is out of range. A day past its month rolls over. */
function makeDate(cells: readonly Cell[], out: Cell): void {
  out.clear(DATE)
  const parts = [0, 0, 0]
  for (let i = 0; i < 3; i++) {
    const cell = cells[i]!
    if (!cell.isNumeric) {
      out.status = CLEAR
      return
    }
    if (cell.status !== VALID) return
    parts[i] = Math.trunc(cell.value) || 0
  }
  const [year, month, day] = parts as [number, number, number]
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return
  const time = new Date(0).setUTCFullYear(year, month - 1, day)
  if (!Number.isNaN(time)) out.setNumber(DATE, time / DAY)
}
