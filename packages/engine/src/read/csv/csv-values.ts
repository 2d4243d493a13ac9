import { decodeUtf8 } from '../../columns/utf8.js'
import { daysOf } from '../date-parse.js'

// What Arrow's CSV converters, which the reference uses, make of a cell. All give NaN for what they do not take.

const DAY_MS = 86_400_000
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const INFINITY = /^([+-]?)inf(?:inity)?$/i
const HEX = /^0[xX][0-9a-fA-F]{1,16}$/
const ISO_ZONE = /^(?:Z|([+-])(\d\d)(?::?(\d\d))?)$/
const CLOCK_12 = /^ *(\d{1,2}):(\d{1,2}):(\d{1,2}) *([AaPp][Mm])$/
const NULLS = new Set(
  [
    '',
    '#N/A',
    '#N/A N/A',
    '#NA',
    '-1.#IND',
    '-1.#QNAN',
    '-NaN',
    '-nan',
    '1.#IND',
    '1.#QNAN',
    'N/A',
    'NA',
    'NULL',
  ].concat(['NaN', 'n/a', 'nan', 'null']),
)

/** Whether a cell stands for null, in a column that is none of strings. */
export function isNullCell(bytes: Uint8Array, from: number, to: number): boolean {
  return to === from || (to - from <= 9 && NULLS.has(decodeUtf8(bytes, from, to)))
}

/** A 64-bit integer; beyond 2^53 it is rounded, and may be out of range. */
export function integerCell(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  // A few digits and nothing else, as nearly all are.
  if (to - from <= 15) {
    let plain = 0
    for (; at < to; at++) {
      const digit = bytes[at]! - 48
      if (digit < 0 || digit > 9) break
      plain = plain * 10 + digit
    }
    if (at === to && to > from) return plain
    at = from
  }
  while (at < to && isBlank(bytes[at]!)) at++
  while (to > at && isBlank(bytes[to - 1]!)) to--
  const start = at
  const negative = at < to && bytes[at] === 45
  if (negative) at++
  if (at >= to) return Number.NaN
  let value = 0
  for (; at < to; at++) {
    const digit = bytes[at]! - 48
    if (digit < 0 || digit > 9) return hexCell(decodeUtf8(bytes, start, to))
    value = value * 10 + digit
  }
  // Digit by digit a long number gathers an error.
  if (to - start > 15) return Number(decodeUtf8(bytes, start, to))
  return negative ? -value + 0 : value
}

/** The exact value of what `integerCell` took. */
export function exactInteger(text: string): bigint {
  const trimmed = text.trim()
  return HEX.test(trimmed) ? BigInt.asIntN(64, BigInt(trimmed)) : BigInt(trimmed)
}

function hexCell(text: string): number {
  return HEX.test(text) ? Number(BigInt.asIntN(64, BigInt(text))) : Number.NaN
}

/** A float; `nan` is none, since it stands for null. */
export function floatCell(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && isBlank(bytes[at]!)) at++
  while (to > at && isBlank(bytes[to - 1]!)) to--
  const start = at
  if (at >= to) return Number.NaN
  let unit = bytes[at]!
  const negative = unit === 45
  if (negative || unit === 43) at++
  let mantissa = 0
  let digits = 0
  for (; at < to; at++) {
    unit = bytes[at]!
    if (unit < 48 || unit > 57) break
    mantissa = mantissa * 10 + unit - 48
    digits++
  }
  let decimals = 0
  if (at < to && unit === 46) {
    for (at++; at < to; at++) {
      unit = bytes[at]!
      if (unit < 48 || unit > 57) break
      mantissa = mantissa * 10 + unit - 48
      decimals++
    }
  }
  digits += decimals
  // One exact division of two exact doubles: correctly rounded.
  if (at === to && digits > 0 && digits <= 15) return (negative ? -mantissa : mantissa) / POWERS[decimals]!
  const rest = decodeUtf8(bytes, start, to)
  if (FLOAT.test(rest)) return Number(rest)
  const infinity = INFINITY.exec(rest)
  return infinity === null ? Number.NaN : infinity[1] === '-' ? -Infinity : Infinity
}

/** 1 or 0. */
export function booleanCell(bytes: Uint8Array, from: number, to: number): number {
  switch (decodeUtf8(bytes, from, to)) {
    case '1':
    case 'true':
    case 'True':
    case 'TRUE':
      return 1
    case '0':
    case 'false':
    case 'False':
    case 'FALSE':
      return 0
    default:
      return Number.NaN
  }
}

/** Days of `YYYY-MM-DD`, which must be in the calendar. */
export function dateCell(bytes: Uint8Array, from: number, to: number): number {
  while (from < to && isBlank(bytes[from]!)) from++
  while (to > from && isBlank(bytes[to - 1]!)) to--
  return to - from === 10 ? isoDate(bytes, from) : Number.NaN
}

/** Seconds of `hh:mm[:ss]`. */
export function clockCell(bytes: Uint8Array, from: number, to: number): number {
  while (from < to && isBlank(bytes[from]!)) from++
  while (to > from && isBlank(bytes[to - 1]!)) to--
  const length = to - from
  return length === 5 || length === 8 ? isoClock(bytes, from, length) : Number.NaN
}

/** Milliseconds of a date and time in one of the forms that the reference knows. */
export function datetimeCell(bytes: Uint8Array, from: number, to: number): number {
  const iso = isoDatetime(bytes, from, to)
  return Number.isNaN(iso) ? otherDatetime(decodeUtf8(bytes, from, to)) : iso
}

function isoDatetime(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 10) return Number.NaN
  const day = isoDate(bytes, from)
  let at = from + 10
  if (Number.isNaN(day) || at === to) return day * DAY_MS
  const mark = bytes[at++]!
  if (mark !== 32 && mark !== 84) return Number.NaN
  const length = clockLength(bytes, at, to)
  const seconds = isoClock(bytes, at, length)
  at += length
  let fraction = 0
  if (length === 8 && at < to && bytes[at] === 46) {
    const first = ++at
    while (at < to && isDigit(bytes, at)) at++
    if (at === first || at - first > 9) return Number.NaN
    for (let i = first; i < first + 3; i++) fraction = fraction * 10 + (i < at ? bytes[i]! - 48 : 0)
  }
  const ms = day * DAY_MS + seconds * 1000 + fraction
  if (at === to) return ms
  const zone = ISO_ZONE.exec(decodeUtf8(bytes, at, to))
  if (zone === null) return Number.NaN
  const hours = Number(zone[2] ?? 0)
  const minutes = Number(zone[3] ?? 0)
  if (hours > 23 || minutes > 59) return Number.NaN
  const offset = (hours * 60 + minutes) * 60_000
  return zone[1] === '-' ? ms + offset : ms - offset
}

/** How much of the text from `at` is `hh`, `hh:mm` or `hh:mm:ss`. */
function clockLength(bytes: Uint8Array, at: number, to: number): number {
  if (at + 5 > to || bytes[at + 2] !== 58) return 2
  return at + 8 <= to && bytes[at + 5] === 58 ? 8 : 5
}

/** `m/d/Y` and `m-d-Y`, `m/d/Y, h:m:s AM`, `d m Y`. */
function otherDatetime(text: string): number {
  const separator = /[/ -]/.exec(text.trimStart())?.[0]
  if (separator === undefined) return Number.NaN
  const [first = '', second = '', rest = ''] = splitTwice(text, separator)
  const [year = '', clock = null] = separator === '/' ? splitOnce(rest, ',') : [rest]
  const one = smallNumber(first)
  const two = smallNumber(second)
  const [month, day] = separator === ' ' ? [two, one] : [one, two]
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31) || !/^ *\d{1,4}$/.test(year)) return Number.NaN
  const ms = daysOf(Number(year), month, day) * DAY_MS
  return clock === null ? ms : ms + clock12(clock)
}

function splitTwice(text: string, separator: string): string[] {
  const trimmed = text.trimStart()
  const first = trimmed.indexOf(separator)
  const second = trimmed.indexOf(separator, first + 1)
  return second < 0 ? [] : [trimmed.slice(0, first), trimmed.slice(first + 1, second), trimmed.slice(second + 1)]
}

function splitOnce(text: string, separator: string): [string, string | null] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)]
}

function smallNumber(text: string): number {
  return /^ *\d{1,2}$/.test(text) ? Number(text) : Number.NaN
}

function clock12(text: string): number {
  const found = CLOCK_12.exec(text)
  if (found === null) return Number.NaN
  const hour = Number(found[1])
  const minute = Number(found[2])
  const second = Number(found[3])
  if (hour < 1 || hour > 12 || minute > 59 || second > 60) return Number.NaN
  const afternoon = found[4]!.toLowerCase() === 'pm' ? 12 : 0
  return (((hour % 12) + afternoon) * 3600 + minute * 60 + second) * 1000
}

/** Days at the beginning of the months of these years, since nearly all dates are of them. */
const FIRST_YEAR = 1900
const YEARS = 200
const MONTHS = Int32Array.from({ length: YEARS * 12 }, (_, i) =>
  daysOf(FIRST_YEAR + Math.floor(i / 12), (i % 12) + 1, 1),
)

/** Days of the `YYYY-MM-DD` at `at`. */
function isoDate(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return Number.NaN
  const century = two(bytes, at)
  const rest = two(bytes, at + 2)
  const month = two(bytes, at + 5)
  const day = two(bytes, at + 8)
  if (century < 0 || rest < 0 || month < 1 || month > 12 || day < 1) return Number.NaN
  const year = century * 100 + rest
  if (day > 28 && day > daysIn(year, month)) return Number.NaN
  const index = (year - FIRST_YEAR) * 12 + month - 1
  return index >= 0 && index < MONTHS.length ? MONTHS[index]! + day - 1 : daysOf(year, month, day)
}

function isoClock(bytes: Uint8Array, at: number, length: number): number {
  const hour = two(bytes, at)
  if (hour < 0 || hour > 23) return Number.NaN
  if (length === 2) return hour * 3600
  const minute = bytes[at + 2]! === 58 ? two(bytes, at + 3) : -1
  if (minute < 0 || minute > 59) return Number.NaN
  if (length === 5) return hour * 3600 + minute * 60
  const second = bytes[at + 5]! === 58 ? two(bytes, at + 6) : -1
  return second < 0 || second > 59 ? Number.NaN : hour * 3600 + minute * 60 + second
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Two digits as a number, or -1. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48
  const ones = bytes[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

function isDigit(bytes: Uint8Array, at: number): boolean {
  const unit = bytes[at]!
  return unit >= 48 && unit <= 57
}

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9
}
