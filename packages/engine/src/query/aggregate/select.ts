/** Fewer numbers are put in order as they are. */
const FEW = 128
/** A sample has one number in so many, within bounds. */
const SAMPLED = 32
const LEAST = 32
const MOST = 1024

const sample = new Float64Array(MOST)
let scratch = new Float64Array(FEW)

/**
 * The number that sorting would put at `index` of `numbers[from … to)`, and the one before it (NaN when there is none).
 * None may be NaN.
 */
export function select(
  numbers: Float64Array,
  from: number,
  to: number,
  index: number,
): { readonly before: number; readonly at: number } {
  // A sample tells between which numbers it is; then all others are left out, in passes without branches, which random
  // data would mispredict. As long as that works: it does not for a sample that misleads, or for numbers that are equal.
  let some = numbers
  let start = from
  let end = to
  let rank = index - from
  while (end - start > FEW) {
    const { low, high } = bounds(some, start, end, rank)
    const below = countBelow(some, start, end, low)
    const kept = countUpTo(some, start, end, high) - below
    if ((below > 0 && below >= rank) || below + kept <= rank || kept > (end - start) / 2) break
    if (kept >= scratch.length) scratch = new Float64Array(kept * 2)
    keep(some, start, end, low, high, scratch)
    some = scratch
    start = 0
    end = kept
    rank -= below
  }
  if (some === numbers) {
    if (end - start > scratch.length) scratch = new Float64Array((end - start) * 2)
    scratch.set(numbers.subarray(start, end))
    end -= start
  }
  partition(scratch, 0, end - 1, rank)
  let before = Number.NaN
  for (let i = 0; i < rank; i++) if (!(scratch[i]! <= before)) before = scratch[i]!
  return { before, at: scratch[rank]! }
}

/** Two numbers of some between which the one of that rank is, in all likelihood. */
function bounds(numbers: Float64Array, from: number, to: number, rank: number): { low: number; high: number } {
  const size = Math.min(Math.max(Math.floor((to - from) / SAMPLED), LEAST), MOST)
  const step = (to - from) / size
  for (let i = 0; i < size; i++) sample[i] = numbers[from + Math.floor(i * step)]!
  const place = Math.floor(rank / step)
  const margin = Math.ceil(Math.sqrt(size))
  const first = place - margin
  const last = place + margin
  if (first >= 0) partition(sample, 0, size - 1, first)
  if (last < size) partition(sample, Math.max(first, 0), size - 1, last)
  return {
    low: first < 0 ? Number.NEGATIVE_INFINITY : sample[first]!,
    high: last < size ? sample[last]! : Number.POSITIVE_INFINITY,
  }
}

function countBelow(numbers: Float64Array, from: number, to: number, bound: number): number {
  let count = 0
  for (let i = from; i < to; i++) count += Number(numbers[i]! < bound) | 0
  return count
}

function countUpTo(numbers: Float64Array, from: number, to: number, bound: number): number {
  let count = 0
  for (let i = from; i < to; i++) count += Number(numbers[i]! <= bound) | 0
  return count
}

/** Writes the numbers from `low` to `high` into `out`, which has room for one more, and may be `numbers`. */
function keep(numbers: Float64Array, from: number, to: number, low: number, high: number, out: Float64Array): void {
  let kept = 0
  for (let i = from; i < to; i++) {
    const number = numbers[i]!
    out[kept] = number
    kept += Number(number >= low) & Number(number <= high)
  }
}

/** Puts the number that sorting would put at `index` there, smaller ones before it, within `first` to `last`. */
function partition(numbers: Float64Array, first: number, last: number, index: number): void {
  let left = first
  let right = last
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
