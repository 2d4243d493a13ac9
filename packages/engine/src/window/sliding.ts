import type { Results } from './results.js'
import type { Source } from './source.js'
import type { WindowOp } from './spec.js'

/** Sums rebuilt this often from the frame itself, so that what taking values out again leaves behind stays small. */
const REFRESH = 4096
/** And once what is left of the squares is so small a part of one that was taken out, whose rounding hides it. */
const LEFT_OVER = 2 ** -20

/** An aggregate over a frame that moves along a partition: rows enter at one end and leave at the other. */
export class Sliding {
  readonly #op: WindowOp
  readonly #rows: Uint32Array
  readonly #source: Source
  readonly #sum = new CompensatedSum()
  readonly #squares = new CompensatedSum()
  #count = 0
  /** Positions of frame rows that may still become the extreme, best first. */
  #extremes: number[] = []
  #first = 0
  #sinceRefresh = 0
  /** The largest square taken out since then. */
  #taken = 0

  constructor(op: WindowOp, rows: Uint32Array, source: Source) {
    this.#op = op
    this.#rows = rows
    this.#source = source
  }

  enter(at: number): void {
    const slot = this.#rows[at]!
    if (!this.#source.isValid(slot)) return
    this.#count++
    if (this.#op === 'min' || this.#op === 'max') {
      while (this.#extremes.length > this.#first && this.#beats(slot, this.#rows[this.#extremes.at(-1)!]!)) {
        this.#extremes.pop()
      }
      this.#extremes.push(at)
    } else if (this.#op !== 'count') {
      const value = this.#source.data[slot]!
      this.#sum.add(value)
      this.#squares.add(value * value)
    }
  }

  leave(at: number): void {
    const slot = this.#rows[at]!
    if (!this.#source.isValid(slot)) return
    this.#count--
    if (this.#op === 'min' || this.#op === 'max' || this.#op === 'count') return
    const value = this.#source.data[slot]!
    this.#sum.add(-value)
    this.#squares.add(-(value * value))
    this.#taken = Math.max(this.#taken, value * value)
  }

  /** Writes the value of the frame `start … at` for the row at `at`. */
  emit(start: number, at: number, results: Results): void {
    const slot = this.#rows[at]!
    if (this.#op === 'min' || this.#op === 'max') {
      while (this.#first < this.#extremes.length && this.#extremes[this.#first]! < start) this.#first++
      this.#trim()
      const best = this.#extremes[this.#first]
      if (best === undefined) results.putNull(slot)
      else results.put(slot, this.#source.data[this.#rows[best]!]!)
      return
    }
    if (this.#op !== 'count') {
      const isHidden = this.#taken * LEFT_OVER > this.#squares.value
      if (++this.#sinceRefresh >= REFRESH || isHidden) this.#refresh(start, at)
    }
    emitSums(this.#op, this.#sum.value, this.#squares.value, this.#count, slot, results)
  }

  /** Whether `slot`, entering, makes `other` hopeless. */
  #beats(slot: number, other: number): boolean {
    return this.#op === 'min' ? !this.#source.less(other, slot) : !this.#source.less(slot, other)
  }

  #trim(): void {
    if (this.#first < 1024 || this.#first * 2 < this.#extremes.length) return
    this.#extremes = this.#extremes.slice(this.#first)
    this.#first = 0
  }

  #refresh(start: number, at: number): void {
    this.#sum.reset(0)
    this.#squares.reset(0)
    this.#count = 0
    this.#sinceRefresh = 0
    this.#taken = 0
    for (let i = start; i <= at; i++) this.enter(i)
  }
}

/** A sum that carries its rounding error along (Kahan), as the reference does. */
export class CompensatedSum {
  value = 0
  #error = 0

  add(x: number): void {
    const y = x - this.#error
    const sum = this.value + y
    this.#error = sum - this.value - y
    this.value = sum
  }

  reset(value: number): void {
    this.value = value
    this.#error = 0
  }
}

/** Writes what an op makes of a sum, a sum of squares and a count of valid cells. */
export function emitSums(
  op: WindowOp,
  sum: number,
  squares: number,
  count: number,
  slot: number,
  results: Results,
): void {
  if (op === 'count') {
    results.put(slot, count)
  } else if (count === 0 || (count < 2 && (op === 'var' || op === 'stddev'))) {
    results.putNull(slot)
  } else if (op === 'sum') {
    results.put(slot, sum)
  } else if (op === 'avg') {
    results.put(slot, sum / count)
  } else {
    const variance = Math.max(0, (squares - (sum * sum) / count) / (count - 1))
    results.put(slot, op === 'var' ? variance : Math.sqrt(variance))
  }
}
