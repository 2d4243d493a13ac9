import { describe, expect, it } from 'vitest'
import { calendarDate, dayNumber, weekday } from './calendar.js'

describe('A7 calendar', () => {
  it('agrees with Date over ten thousand years', () => {
    for (let days = -1_800_000; days < 1_800_000; days += 997) {
      const date = new Date(days * 86_400_000)
      const { year, month, day } = calendarDate(days)
      expect([year, month, day]).toEqual([date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()])
      expect(dayNumber(year, month, day)).toBe(days)
      expect(weekday(days)).toBe(date.getUTCDay())
    }
  })
})
