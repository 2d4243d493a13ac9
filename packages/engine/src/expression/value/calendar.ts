// The Gregorian calendar in integers, by Howard Hinnant's algorithms ("chrono-Compatible Low-Level Date Algorithms"): no
// Date object per row.

/** Days of 400 years. */
const ERA = 146_097
/** From 0000-03-01, the algorithms' origin, to 1970-01-01. */
const EPOCH = 719_468

export interface CalendarDate {
  year: number
  /** From 0. */
  month: number
  /** From 1. */
  day: number
}

const shared: CalendarDate = { year: 0, month: 0, day: 0 }

/** Year, month and day of a day number; the object is the same every time. */
export function calendarDate(days: number): CalendarDate {
  const shifted = days + EPOCH
  const era = Math.floor(shifted / ERA)
  const dayOfEra = shifted - era * ERA
  const century = Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + century) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  shared.day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  shared.month = marchMonth < 10 ? marchMonth + 2 : marchMonth - 10
  shared.year = yearOfEra + era * 400 + (shared.month < 2 ? 1 : 0)
  return shared
}

/** The day number of a date; a day past its month rolls over. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month < 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month < 2 ? month + 10 : month - 2) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * ERA + dayOfEra - EPOCH
}

/** Day of the week, 0 for Sunday. 1970-01-01 was a Thursday. */
export function weekday(days: number): number {
  return (((days + 4) % 7) + 7) % 7
}
