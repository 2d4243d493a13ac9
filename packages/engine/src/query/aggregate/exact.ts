import type { Column } from '../../columns/column.js'

/**
 * Sums held as two doubles, `high` and what it lacks in `low`, so that adding and taking away again leaves nothing
 * behind, and 64-bit sums are exact.
 */
export class ExactSums {
  high = new Float64Array(0)
  low = new Float64Array(0)

  reserve(capacity: number): void {
    if (capacity <= this.high.length) return
    const size = Math.max(capacity, this.high.length * 2)
    const high = new Float64Array(size)
    const low = new Float64Array(size)
    high.set(this.high)
    low.set(this.low)
    this.high = high
    this.low = low
  }

  clear(at: number): void {
    this.high[at] = 0
    this.low[at] = 0
  }

  reset(): void {
    this.high.fill(0)
    this.low.fill(0)
  }

  /** Adds `value` without losing what the sum cannot hold. */
  add(at: number, value: number): void {
    const old = this.high[at]!
    const sum = old + value
    const part = sum - old
    this.high[at] = sum
    this.low[at]! += old - (sum - part) + (value - part)
  }

  get(at: number): number {
    return this.high[at]! + this.low[at]!
  }
}

/**
 * True when too little is left of a sum of floats after `taken` was taken away: what was rounded off while it was built
 * would show, and an infinity leaves nothing to tell.
 */
export function isSpent(left: number, taken: number): boolean {
  const size = Math.abs(left)
  return !(size >= Math.abs(taken) * 2 ** -30) || size === Infinity
}

/** Puts the whole number `high + low` into an int64 or uint64 cell. */
export function emitWide(out: Column, at: number, high: number, low: number): void {
  const value = high + low
  out.data[at] = value
  const rest = high - value + low
  if (rest === 0) return
  out.fine ??= new Int16Array(out.data.length)
  out.fine[at] = rest
}

/** A copy of `array` with room for at least `capacity` numbers, the new ones 0. */
export function grownDoubles(array: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(Math.max(capacity, array.length * 2))
  out.set(array)
  return out
}
