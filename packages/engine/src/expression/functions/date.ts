import { type Cell, CLEAR, DATE, DATETIME, FLOAT, INVALID, STRING, VALID } from '../cell.js'
import { type Environment, type FunctionDef, ofCells } from './function.js'

const DAY = 86_400_000
const DAYS = ['1 Sunday', '2 Monday', '3 Tuesday', '4 Wednesday', '5 Thursday', '6 Friday', '7 Saturday']
const MONTHS = [
  '01 January',
  '02 February',
  '03 March',
  '04 April',
  '05 May',
  '06 June',
  '07 July',
  '08 August',
  '09 September',
  '10 October',
  '11 November',
  '12 December',
]

/** Functions of dates and datetimes, all in UTC. */
export const DATES: readonly FunctionDef[] = [
  ofCells('hour_of_day', 'T', ([at], out) => {
    if (!start(at!, out, FLOAT)) return
    out.setFloat(at!.type === DATETIME ? new Date(at!.value).getUTCHours() : 0)
  }),
  ofCells('day_of_week', 'T', ([at], out, environment) =>
    named(at!, out, environment, (date) => DAYS[date.getUTCDay()]!),
  ),
  ofCells('month_of_year', 'T', ([at], out, environment) =>
    named(at!, out, environment, (date) => MONTHS[date.getUTCMonth()]!),
  ),
  ofCells('bucket', 'T?', bucket),
  { name: 'today', params: '', niladic: true, pure: false, make: () => (out) => today(out) },
  { name: 'now', params: '', niladic: true, pure: false, make: () => (out) => out.setNumber(DATETIME, Date.now()) },
]

function today(out: Cell): void {
  out.setNumber(DATE, Math.floor(Date.now() / DAY))
}

function isTemporal(cell: Cell): boolean {
  return cell.type === DATE || cell.type === DATETIME
}

function start(at: Cell, out: Cell, type: number): boolean {
  out.clear(type, isTemporal(at) && at.status !== CLEAR ? INVALID : CLEAR)
  return at.status === VALID
}

function dateOf(at: Cell): Date {
  return new Date(at.type === DATE ? at.value * DAY : at.value)
}

function named(at: Cell, out: Cell, environment: Environment, name: (date: Date) => string): void {
  if (!start(at, out, STRING)) return
  const date = dateOf(at)
  if (!environment.validating && !Number.isNaN(date.getTime())) out.setString(name(date))
}

const UNITS: Readonly<Record<string, readonly number[] | null>> = {
  s: [1, 5, 10, 15, 20, 30],
  m: [1, 5, 10, 15, 20, 30],
  h: [1, 2, 3, 4, 6, 12],
  D: [1],
  W: [1],
  M: [1, 2, 3, 4, 6],
  /** Any. */
  Y: null,
}
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/**
 * A number down to a multiple of another; a date or datetime down to a multiple of a unit such as `5m` or `3M`. Days and
 * longer give dates.
 */
function bucket(cells: readonly Cell[], out: Cell): void {
  const [value, by] = cells as [Cell, Cell]
  if (value.isNumeric) {
    out.clear(FLOAT, by.isNumeric && value.status !== CLEAR && by.status !== CLEAR ? INVALID : CLEAR)
    if (out.status === CLEAR || value.status !== VALID || by.status !== VALID) return
    out.setFloat(Math.floor(value.value / by.value) * by.value)
    return
  }
  const unit = by.type === STRING && by.status === VALID ? parseUnit(by.text) : null
  if (unit === null || !isTemporal(value)) {
    out.clear(DATETIME, CLEAR)
    return
  }
  const length = MILLISECONDS[unit.unit]
  out.clear(value.type === DATETIME && length !== undefined ? DATETIME : DATE)
  if (value.status !== VALID) return
  if (length !== undefined) {
    if (value.type === DATE) out.copy(value)
    else out.setNumber(DATETIME, bucketTime(value.value, length, unit.multiple))
    return
  }
  out.setNumber(DATE, bucketDay(Math.floor(value.type === DATE ? value.value : value.value / DAY), unit))
}

interface Unit {
  readonly unit: string
  readonly multiple: number
}

function parseUnit(text: string): Unit | null {
  const match = /^(\d*)([smhDWMY])$/.exec(text)
  if (match === null || match[1]!.length > 9) return null
  const unit = match[2]!
  const multiple = match[1] === '' ? 1 : Number(match[1])
  const allowed = UNITS[unit]!
  return allowed === null || allowed.includes(multiple) ? { unit, multiple } : null
}

/** Milliseconds are first cut towards 1970 to whole units, as the reference does. */
function bucketTime(ms: number, length: number, multiple: number): number {
  return Math.floor(Math.trunc(ms / length) / multiple) * multiple * length + 0
}

function bucketDay(day: number, { unit, multiple }: Unit): number {
  if (unit === 'D') return day
  // 1970-01-01 was a Thursday.
  if (unit === 'W') return day - ((((day + 3) % 7) + 7) % 7)
  const date = new Date(day * DAY)
  const year = date.getUTCFullYear()
  if (unit === 'M') return dayOf(year, Math.floor(date.getUTCMonth() / multiple) * multiple)
  return dayOf(multiple === 0 ? 0 : Math.floor(year / multiple) * multiple, 0)
}

/** Day number of the first of a month. */
function dayOf(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1) / DAY
}
