const DAY_MS = 86_400_000

/** Days since 1970-01-01 of a civil date; a day past the month's end rolls over. */
export function daysOf(year: number, month: number, day: number): number {
  // Years are counted from March, so that the leap day is the last of its year.
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** What a text says, in ms since the epoch, UTC. */
export interface ParsedTime {
  ms: number
  /** The text names a zone by its offset. */
  zoned: boolean
  /** Hour, minute and second are zero or not there. */
  midnight: boolean
}

const HALF_DAY = /^,\s*(\d{1,2}):(\d{1,2}):(\d{1,2})\s*([AP])M$/i
const ZONE = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/

let source = ''
let end = 0
let at = 0

/**
 * Reads the dates and times that JSON texts may hold: `Y-m-d`, `Y/m/d`, `m-d-Y`, `m/d/Y`, `Y m d`, then `T` or blanks and
 * `H[:M[:S[.fraction]]]`, then `Z` or an offset; and `m/d/Y, H:M:S AM`. Null when the text is none of these, or not all of it is.
 *
 * Unlike the reference it wants year, month and day to be there: `2024-01` and `1/2` are text, not days of 2023 and 1900.
 */
export function parseTime(text: string): ParsedTime | null {
  source = text
  end = text.length
  at = 0
  blanks()
  const start = at
  // In the reference's order: `01-02-24` is a day of the year 1.
  return parseIso(start) ?? parseMonthFirst(start) ?? parseYearFirst(start)
}

function parseIso(start: number): ParsedTime | null {
  const day = yearMonthDay(start, true)
  if (day === null) return null
  if (at >= end) return midnightOf(day)
  return source[at++] === 'T' ? parseClock(day) : null
}

function parseYearFirst(start: number): ParsedTime | null {
  const day = yearMonthDay(start, false)
  if (day === null) return null
  if (at >= end) return midnightOf(day)
  if (source[at] === 'T') at++
  else blanks()
  return parseClock(day)
}

function yearMonthDay(start: number, dashed: boolean): number | null {
  at = start
  const year = digits(4)
  const mark = source[at]
  const separated = mark === '-' || mark === '/'
  if (year < 0 || (dashed && mark !== '-')) return null
  if (separated) at++
  else blanks()
  const month = digits(2)
  if (month < 1 || month > 12) return null
  if (!separated) blanks()
  else if (source[at++] !== mark) return null
  const day = digits(2)
  return day < 1 || day > 31 ? null : daysOf(year, month, day)
}

function parseMonthFirst(start: number): ParsedTime | null {
  at = start
  const month = digits(2)
  const mark = source[at]
  if (month < 1 || month > 12 || (mark !== '-' && mark !== '/')) return null
  at++
  const day = digits(2)
  if (day < 1 || day > 31 || source[at++] !== mark) return null
  const year = digits(4)
  if (year < 0) return null
  if (at >= end) return midnightOf(daysOf(year, month, day))
  if (mark === '/' && source[at] === ',') return parseHalfDay(daysOf(year, month, day))
  blanks()
  return parseClock(daysOf(year, month, day))
}

/** What follows the date as American locales write it: `, 1:30:45 PM`. */
function parseHalfDay(day: number): ParsedTime | null {
  const clock = HALF_DAY.exec(source.slice(at, end))
  if (clock === null) return null
  const [hour, minute, second] = clock.slice(1, 4).map(Number) as [number, number, number]
  if (hour > 23 || minute > 59 || second > 60) return null
  const isAfternoon = clock[4]!.toUpperCase() === 'P'
  const shift = isAfternoon && hour < 12 ? 12 : !isAfternoon && hour === 12 ? -12 : 0
  const seconds = ((hour + shift) * 60 + minute) * 60 + second
  return { ms: day * DAY_MS + seconds * 1000, zoned: false, midnight: seconds === 0 }
}

function midnightOf(day: number): ParsedTime {
  return { ms: day * DAY_MS, zoned: false, midnight: true }
}

function parseClock(day: number): ParsedTime | null {
  const hour = digits(2)
  if (hour < 0 || hour > 23) return null
  let minute = 0
  let second = 0
  let fraction = 0
  if (source[at] === ':') {
    at++
    minute = digits(2)
    if (minute < 0 || minute > 59) return null
    if (source[at] === ':') {
      at++
      second = digits(2)
      if (second < 0 || second > 60) return null
      if (source[at] === '.') {
        const from = ++at
        while (at < end && isDigit(at)) at++
        if (at === from) return null
        fraction = Number(source.slice(from, Math.min(at, from + 3)).padEnd(3, '0'))
      }
    }
  }
  const midnight = hour === 0 && minute === 0 && second === 0
  const ms = day * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + fraction
  if (at >= end || (source[at] === 'Z' && at === end - 1)) return { ms, zoned: false, midnight }
  const zone = ZONE.exec(source.slice(at, end))
  if (zone === null) return null
  const offset = (Number(zone[2]) * 60 + Number(zone[3] ?? 0)) * 60_000
  return { ms: zone[1] === '+' ? ms - offset : ms + offset, zoned: true, midnight }
}

function isDigit(index: number): boolean {
  const unit = source.charCodeAt(index)
  return unit >= 48 && unit <= 57
}

/** Up to `most` digits as a number, or -1 when there is none. */
function digits(most: number): number {
  let value = -1
  for (let i = 0; i < most && at < end && isDigit(at); i++)
    value = Math.max(value, 0) * 10 + source.charCodeAt(at++) - 48
  return value
}

function blanks(): void {
  while (at < end && (source.charCodeAt(at) === 32 || (source.charCodeAt(at) >= 9 && source.charCodeAt(at) <= 13))) at++
}
