// The loops that build sums and counts: row `i` goes to leaf `leaves[i]`. Four rows a turn, since what a turn of a loop
// costs beside its work is half of these loops otherwise; one loop for each kind of array, since a loop that meets two
// kinds is compiled for neither.

/** Adds doubles without NaN, or where a NaN counts as one. */
export function addDoubles(sums: Float64Array, leaves: Int32Array, values: Float64Array, count: number): void {
  const unrolled = count - 3
  let i = 0
  for (; i < unrolled; i += 4) {
    sums[leaves[i]!]! += values[i]!
    sums[leaves[i + 1]!]! += values[i + 1]!
    sums[leaves[i + 2]!]! += values[i + 2]!
    sums[leaves[i + 3]!]! += values[i + 3]!
  }
  for (; i < count; i++) sums[leaves[i]!]! += values[i]!
}

export function addInts(sums: Float64Array, leaves: Int32Array, values: Int32Array, count: number): void {
  const unrolled = count - 3
  let i = 0
  for (; i < unrolled; i += 4) {
    sums[leaves[i]!]! += values[i]!
    sums[leaves[i + 1]!]! += values[i + 1]!
    sums[leaves[i + 2]!]! += values[i + 2]!
    sums[leaves[i + 3]!]! += values[i + 3]!
  }
  for (; i < count; i++) sums[leaves[i]!]! += values[i]!
}

/** Adds doubles; NaN counts as nothing. */
export function addNumbers(sums: Float64Array, leaves: Int32Array, values: Float64Array, count: number): void {
  const unrolled = count - 3
  let i = 0
  for (; i < unrolled; i += 4) {
    const a = values[i]!
    const b = values[i + 1]!
    const c = values[i + 2]!
    const d = values[i + 3]!
    const all = a + b + c + d
    // biome-ignore lint/suspicious/noSelfCompare: false for NaN, which one NaN among the four makes of the sum
    if (all === all) {
      sums[leaves[i]!]! += a
      sums[leaves[i + 1]!]! += b
      sums[leaves[i + 2]!]! += c
      sums[leaves[i + 3]!]! += d
    } else {
      addEach(sums, leaves, values, i, i + 4)
    }
  }
  addEach(sums, leaves, values, i, count)
}

function addEach(sums: Float64Array, leaves: Int32Array, values: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const value = values[i]!
    // biome-ignore lint/suspicious/noSelfCompare: NaN counts as nothing
    if (value === value) sums[leaves[i]!]! += value
  }
}

/** Counts the rows of each leaf. */
export function countRows(counts: Int32Array, leaves: Int32Array, count: number): void {
  const unrolled = count - 3
  let i = 0
  for (; i < unrolled; i += 4) {
    counts[leaves[i]!]!++
    counts[leaves[i + 1]!]!++
    counts[leaves[i + 2]!]!++
    counts[leaves[i + 3]!]!++
  }
  for (; i < count; i++) counts[leaves[i]!]!++
}
