import { shortNumber } from '../../write/short-number.js'
import { readNumber } from '../text/read-number.js'
import { calendarDate, dayNumber } from '../value/calendar.js'
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
} from '../value/cell.js'
import { toInt64 } from '../value/unary.js'
import { type Environment, type FunctionDef, ofCells } from './function.js'
import { setNonEmpty } from './string.js'

const DAY = 86_400_000
/** What Date, and so a page, can show. */
const MAX_YEAR = 275_759

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
      return shortNumber(value.value)
    case DATE: {
      const { year, month, day } = calendarDate(value.value)
      return `${year}-${pad(month + 1)}-${pad(day)}`
    }
    case DATETIME:
      return timeText(value.value)
    default:
      return String(value.value)
  }
}

function timeText(ms: number): string {
  const days = Math.floor(ms / DAY)
  if (Number.isNaN(new Date(ms).getTime())) return ''
  const { year, month, day } = calendarDate(days)
  const padded = year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')
  const rest = ms - days * DAY
  const clock = [rest / 3_600_000, (rest / 60_000) % 60, (rest / 1000) % 60].map((part) => pad(Math.floor(part)))
  return `${padded}-${pad(month + 1)}-${pad(day)} ${clock.join(':')}.${String(rest % 1000).padStart(3, '0')}`
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
  if (year <= MAX_YEAR) out.setNumber(DATE, dayNumber(year, month - 1, day))
}
