import { calendarDate, dayNumber, weekday } from '../value/calendar.js'
import { type Cell, CLEAR, DATE, DATETIME, FLOAT, INVALID, isNumericCode, NONE, STRING, VALID } from '../value/cell.js'
import { type Environment, type FunctionDef, type Loop, ofCells } from './function.js'

const DAY = 86_400_000
/** What Date can hold. */
const MAX_TIME = 8.64e15
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
  {
    ...ofCells('hour_of_day', 'T', ([at], out) => {
      if (start(at!, out, FLOAT)) out.setFloat(at!.type === DATETIME ? hourOf(at!.value) : 0)
    }),
    loop:
      ([type]) =>
      ([at], out, count) => {
        if (type === DATETIME) for (let i = 0; i < count; i++) out[i] = hourOf(at![i]!)
        else out.fill(0, 0, count)
      },
  },
  ofCells('day_of_week', 'T', ([at], out, environment) => named(at!, out, environment, (day) => DAYS[weekday(day)]!)),
  ofCells('month_of_year', 'T', ([at], out, environment) =>
    named(at!, out, environment, (day) => MONTHS[calendarDate(day).month]!),
  ),
  { ...ofCells('bucket', 'T?', bucket), loop: bucketLoop },
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

/** The name of a day. A value of another type passes for a day while the type is found out, and is null after. */
function named(at: Cell, out: Cell, environment: Environment, name: (day: number) => string): void {
  if (!start(at, out, STRING)) return
  out.status = INVALID
  if (isTemporal(at) && !environment.validating) out.setString(name(dayOf(at)))
}

/** Day number of a date or datetime; day 0 for a datetime beyond any calendar. */
function dayOf(at: Cell): number {
  if (at.type === DATE) return at.value
  return Math.abs(at.value) > MAX_TIME ? 0 : Math.floor(at.value / DAY)
}

function hourOf(ms: number): number {
  return Math.floor(ms / 3_600_000) - Math.floor(ms / DAY) * 24
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
  if (unit === null) {
    // A letter that is no unit makes the reference think of datetimes, a bad multiplier of nothing.
    const isLetter = by.type === STRING && /^\d*[^smhDWMY]$/.test(by.text)
    out.clear(isLetter ? DATETIME : NONE, CLEAR)
    return
  }
  const length = MILLISECONDS[unit.unit]
  out.clear(value.type === DATETIME && length !== undefined ? DATETIME : DATE, isTemporal(value) ? INVALID : CLEAR)
  if (value.status !== VALID) return
  if (value.type === DATETIME && length !== undefined) {
    out.setNumber(DATETIME, bucketTime(value.value, length, unit.multiple))
  } else if (value.type !== DATETIME && (length !== undefined || unit.unit === 'D')) {
    out.copy(value)
  } else if (isTemporal(value)) {
    out.setNumber(DATE, bucketDay(dayOf(value), unit))
  }
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
  // Weeks begin on Mondays.
  if (unit === 'W') return day - weekday(day - 1)
  const { year, month } = calendarDate(day)
  if (unit === 'M') return dayNumber(year, Math.floor(month / multiple) * multiple, 1)
  return dayNumber(multiple === 0 ? 0 : Math.floor(year / multiple) * multiple, 0, 1)
}

/** As `bucket`, over many rows; the unit must be a literal. */
function bucketLoop(types: readonly number[], texts: readonly (string | null)[]): Loop | null {
  const [type] = types
  if (isNumericCode(type!)) {
    return ([value, by], out, count) => {
      for (let i = 0; i < count; i++) out[i] = Math.floor(value![i]! / by![i]!) * by![i]!
    }
  }
  const unit = texts[1] == null ? null : parseUnit(texts[1])
  if (unit === null || type !== DATETIME) return null
  const length = MILLISECONDS[unit.unit]
  if (length === undefined) {
    return ([value], out, count) => {
      for (let i = 0; i < count; i++) out[i] = bucketDay(Math.floor(value![i]! / DAY), unit)
    }
  }
  const { multiple } = unit
  return ([value], out, count) => {
    for (let i = 0; i < count; i++) out[i] = bucketTime(value![i]!, length, multiple)
  }
}
