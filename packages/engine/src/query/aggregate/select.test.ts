import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { select } from './select.js'

/** Numbers of kinds that samples do well with, and badly: few different ones, in order, far apart. */
const lists = fc.oneof(
  fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 2000, size: 'max' }),
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 2000, size: 'max' }),
  fc.integer({ min: 1, max: 5000 }).map((length) => Array.from({ length }, (_, i) => i)),
  fc.integer({ min: 1, max: 5000 }).map((length) => Array.from({ length }, (_, i) => (i % 32 === 0 ? i : -i) ** 3)),
)

describe('A6 quantiles', () => {
  it('finds what sorting would put at an index, and what before it, and leaves the numbers alone', () => {
    fc.assert(
      fc.property(lists, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (list, fraction) => {
        const index = Math.floor(list.length * fraction)
        const sorted = Float64Array.from(list).sort()
        const numbers = Float64Array.from([Number.NEGATIVE_INFINITY, ...list, Number.NEGATIVE_INFINITY])
        const before = numbers.slice()
        const found = select(numbers, 1, list.length + 1, index + 1)
        expect(found.at === sorted[index]!).toBe(true)
        if (index > 0) expect(found.before === sorted[index - 1]!).toBe(true)
        else expect(found.before).toBeNaN()
        expect(numbers).toEqual(before)
      }),
      { numRuns: 100 },
    )
  })
})
