const FORM =
  /^\s*(?:(\d{1,4})-(\d{1,2})-(\d{1,2})|(\d{4})\/(\d{1,2})\/(\d{1,2})|(\d{1,2})[/-](\d{1,2})[/-](\d{1,4}))(?:(?:T| |, )(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * Milliseconds since the epoch of a date or date-time text in the forms the reference takes (PROTOCOL.md 9.1), UTC when
 * it names no zone; null when it is none of them.
 */
export function parseDateTime(text: string): number | null {
  const found = FORM.exec(text)
  if (found === null) return null
  const [, y1, m1, d1, y2, m2, d2, m3, d3, y3, hour, minute, second, fraction, zone] = found
  const year = Number(y1 ?? y2 ?? y3)
  const month = Number(m1 ?? m2 ?? m3)
  const day = Number(d1 ?? d2 ?? d3)
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return null
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0))
  const ms = Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
  return date.getTime() + ms - zoneOffset(zone)
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
