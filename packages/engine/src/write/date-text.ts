const DAY_MS = 86_400_000

/**
 * Days since 1970-01-01 as `2024-01-02`, for every day there is (JavaScript's Date ends at the year 275760). Years have four
 * digits at least, or `yearDigits`: the reference fills up the years of dates in CSV alone.
 */
export function dateToText(days: number, yearDigits = 4): string {
  // Counted from 0000-03-01, in eras of 400 years, so that the leap day is the last of its year.
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const yearText = year < 0 ? `-${padded(-year, yearDigits)}` : padded(year, yearDigits)
  return `${yearText}-${padded(month, 2)}-${padded(day, 2)}`
}

/** Milliseconds since the epoch as `2024-01-02 03:04:05.678`, UTC. */
export function datetimeToText(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  const time = Math.floor(ms - days * DAY_MS)
  const seconds = Math.floor(time / 1000)
  const hour = padded(Math.floor(seconds / 3600), 2)
  const minute = padded(Math.floor(seconds / 60) % 60, 2)
  return `${dateToText(days)} ${hour}:${minute}:${padded(seconds % 60, 2)}.${padded(time % 1000, 3)}`
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
