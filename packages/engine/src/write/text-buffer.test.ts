import { describe, expect, it } from 'vitest'
import { floatToCsv, floatToJson } from './number-text.js'
import { TextBuffer } from './text-buffer.js'

/** What the buffer writes of a double, or null when it leaves it to others. */
function written(value: number, withPoint: boolean): string | null {
  const buffer = new TextBuffer()
  return buffer.double(value, withPoint) ? buffer.finish().toString() : null
}

describe('A9 numbers as bytes', () => {
  const values = [
    0,
    1,
    -1,
    0.5,
    -0.0001,
    0.1,
    0.00001,
    12.25,
    999.9999,
    1234567.125,
    9_999_999_999.5,
    -9e9,
    1e10,
    0.1 + 0.2,
  ]
  for (let i = 0; i < 2000; i++)
    values.push(Math.sin(i) * 10 ** (i % 13), Math.round(Math.sin(i) * 1e6) / 10 ** (i % 6))

  it('are those that JavaScript writes', () => {
    let own = 0
    for (const value of values) {
      const json = written(value, true)
      if (json === null) continue
      own++
      expect(json).toBe(floatToJson(value))
      expect(written(value, false)).toBe(floatToCsv(value))
    }
    expect(own).toBeGreaterThan(1500)
  })

  it('are left to others where they have more decimals or are none', () => {
    for (const value of [-0, Number.NaN, Infinity, 1e-5, Math.PI, 1e300]) expect(written(value, true)).toBeNull()
  })

  it('are whole up to 2^53', () => {
    for (const value of [
      0,
      7,
      -7,
      10,
      999_999_999,
      1e9,
      -1e9 - 1,
      123_456_789_012,
      Number.MAX_SAFE_INTEGER,
      -(2 ** 53 - 1),
    ]) {
      const buffer = new TextBuffer()
      buffer.whole(value)
      expect(buffer.finish().toString()).toBe(String(value))
    }
  })
})
