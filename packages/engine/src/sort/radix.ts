const SMALL = 256

/**
 * Sorts `rows` in place by ascending `keys` (keys[i] belongs to rows[i]), stable; NaN last, -0 equal to 0.
 * Both arrays are reordered together.
 */
export function sortByKey(rows: Uint32Array, keys: Float64Array): void {
  const n = rows.length
  if (n < 2) return
  if (n <= SMALL) insertionSort(rows, keys)
  else radixSort(rows, keys)
}

function insertionSort(rows: Uint32Array, keys: Float64Array): void {
  for (let i = 1; i < rows.length; i++) {
    const key = keys[i]!
    const row = rows[i]!
    // biome-ignore lint/suspicious/noSelfCompare: NaN sorts last
    if (key !== key) continue
    let j = i - 1
    while (j >= 0 && !(keys[j]! <= key)) {
      keys[j + 1] = keys[j]!
      rows[j + 1] = rows[j]!
      j--
    }
    keys[j + 1] = key
    rows[j + 1] = row
  }
}

/** LSD radix over the doubles' bits made order-preserving, 16 bits a pass; passes whose digit is constant are skipped. */
function radixSort(rows: Uint32Array, keys: Float64Array): void {
  const n = rows.length
  // `+ 0` folds -0 into 0, which compare equal.
  const bits = new Float64Array(n)
  for (let i = 0; i < n; i++) bits[i] = keys[i]! + 0
  const words = new Uint32Array(bits.buffer)
  const low = new Uint32Array(n)
  const high = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const l = words[2 * i]!
    const h = words[2 * i + 1]!
    // biome-ignore lint/suspicious/noSelfCompare: NaN sorts last
    if (bits[i]! !== bits[i]!) {
      low[i] = 0xffffffff
      high[i] = 0xffffffff
    } else if (h & 0x80000000) {
      low[i] = ~l
      high[i] = ~h
    } else {
      low[i] = l
      high[i] = h | 0x80000000
    }
  }
  let from = new Uint32Array(n)
  for (let i = 0; i < n; i++) from[i] = i
  let to = new Uint32Array(n)
  const counts = new Uint32Array(65536)
  for (let pass = 0; pass < 4; pass++) {
    const digits = pass < 2 ? low : high
    const shift = (pass & 1) << 4
    counts.fill(0)
    for (let i = 0; i < n; i++) counts[(digits[i]! >>> shift) & 0xffff]!++
    if (counts[(digits[0]! >>> shift) & 0xffff] === n) continue
    let sum = 0
    for (let d = 0; d < 65536; d++) {
      const count = counts[d]!
      counts[d] = sum
      sum += count
    }
    for (let i = 0; i < n; i++) {
      const row = from[i]!
      to[counts[(digits[row]! >>> shift) & 0xffff]!++] = row
    }
    const swap = from
    from = to
    to = swap
  }
  const sortedRows = to
  for (let i = 0; i < n; i++) sortedRows[i] = rows[from[i]!]!
  for (let i = 0; i < n; i++) bits[i] = keys[from[i]!]!
  rows.set(sortedRows)
  keys.set(bits)
}
