import type { Column } from '../../columns/column.js'
import { columnType, type Storage } from '../../columns/storage.js'
import type { Kernel } from './kernel.js'
import { ValueOrder } from './value-order.js'

/**
 * The value at a fraction of a node's cells in order, null being the smallest: the cell at that place, or, for floats
 * when the place falls between two, their mean.
 */
export class QuantileKernel implements Kernel {
  readonly storage: Storage
  readonly #fraction: number
  #order!: ValueOrder
  #codes = new Int32Array(0)
  #numbers = new Float64Array(0)

  constructor(storage: Storage, fraction: number) {
    this.storage = storage
    this.#fraction = fraction
  }

  begin(columns: readonly Column[]): void {
    this.#order = new ValueOrder(columns[0]!)
    const { dictionary } = columns[0]!
    if (dictionary === null) return
    const ranks = dictionary.ranks()
    this.#codes = new Int32Array(ranks.length)
    for (let code = 0; code < ranks.length; code++) this.#codes[ranks[code]!] = code
  }

  evaluate(rows: Uint32Array, from: number, to: number, out: Column, at: number): void {
    const size = to - from
    // The reference reckons the place in single precision.
    const place = Math.fround(Math.fround(size) * this.#fraction)
    const index = size === 1 ? 0 : Math.trunc(place)
    const between = size > 1 && columnType(this.storage) === 'float' && Math.abs(Math.round(place) - place) <= 1e-5
    if (this.#order.column.fine !== null) {
      const sorted = rows.slice(from, to).sort((a, b) => this.#order.compare(a, b))
      out.copyCell(at, this.#order.column, sorted[index]!, 0)
      return
    }
    const numbers = this.#room(size)
    let low = 0
    let nulls = 0
    const { data, valid, dictionary } = this.#order.column
    const isPlain = valid === null && dictionary === null
    for (let i = from; i < to; i++) {
      const row = rows[i]!
      if (isPlain && !Number.isNaN(data[row]!)) {
        numbers[i - from] = data[row]!
        continue
      }
      if (this.#order.isNull(row)) {
        nulls++
        continue
      }
      const number = this.#order.number(row)
      // NaN to the front, where it belongs.
      if (Number.isNaN(number)) {
        numbers[i - from - nulls] = numbers[low]!
        numbers[low++] = number
      } else {
        numbers[i - from - nulls] = number
      }
    }
    const count = size - nulls
    const upper = index - nulls
    if (upper < 0 || (between && upper < 1)) {
      out.setNull(at)
      return
    }
    select(numbers, low, count - 1, upper)
    const value = numbers[upper]!
    if (!between) {
      out.set(at, out.dictionary === null ? value : out.dictionary.values[this.#codes[value]!]!)
      return
    }
    let below = numbers[Math.min(low, upper - 1)]!
    for (let i = low + 1; i < upper; i++) if (numbers[i]! > below) below = numbers[i]!
    out.set(at, (value + below) / 2)
  }

  #room(size: number): Float64Array {
    if (size > this.#numbers.length) this.#numbers = new Float64Array(Math.max(size, this.#numbers.length * 2))
    return this.#numbers
  }
}

/** Puts the value that sorting would put at `index` there, smaller ones before it, within `left` to `right`. */
function select(numbers: Float64Array, left: number, right: number, index: number): void {
  if (index < left) return
  while (left < right) {
    const middle = (left + right) >> 1
    // Median of three, sorted into place, against orders that come sorted.
    if (numbers[middle]! < numbers[left]!) swap(numbers, middle, left)
    if (numbers[right]! < numbers[left]!) swap(numbers, right, left)
    if (numbers[right]! < numbers[middle]!) swap(numbers, right, middle)
    const pivot = numbers[middle]!
    let low = left
    let high = right
    while (low <= high) {
      while (numbers[low]! < pivot) low++
      while (numbers[high]! > pivot) high--
      if (low > high) break
      swap(numbers, low, high)
      low++
      high--
    }
    if (index <= high) right = high
    else if (index >= low) left = low
    else return
  }
}

function swap(numbers: Float64Array, a: number, b: number): void {
  const held = numbers[a]!
  numbers[a] = numbers[b]!
  numbers[b] = held
}
