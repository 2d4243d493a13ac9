const SMALL = 256

/**
 * Sorts `rows` in place by ascending `keys` (keys[i] belongs to rows[i]), stable; -0 equals 0. There must be no NaN.
 * `keys` is used up.
 */
export function sortByKey(rows: Uint32Array, keys: Float64Array): void {
  if (rows.length <= SMALL) insertionSort(rows, keys)
  else radixSort(rows, keys)
}

function insertionSort(rows: Uint32Array, keys: Float64Array): void {
  for (let i = 1; i < rows.length; i++) {
    const key = keys[i]!
    const row = rows[i]!
    let j = i - 1
    while (j >= 0 && keys[j]! > key) {
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
  const digits = new Uint16Array(bits.buffer)
  const words = new Uint32Array(bits.buffer)
  const counts = new Uint32Array(4 * 65536)
  for (let i = 0; i < n; i++) {
    const high = words[2 * i + 1]!
    // A negative number's bits grow downwards.
    if (high & 0x80000000) {
      words[2 * i] = ~words[2 * i]!
      words[2 * i + 1] = ~high
    } else {
      words[2 * i + 1] = high | 0x80000000
    }
    const at = 4 * i
    counts[digits[at]!]!++
    counts[65536 + digits[at + 1]!]!++
    counts[131072 + digits[at + 2]!]!++
    counts[196608 + digits[at + 3]!]!++
  }
  let from: Uint32Array | null = null
  let to = new Uint32Array(n)
  for (let pass = 0; pass < 4; pass++) {
    const places = counts.subarray(pass * 65536, (pass + 1) * 65536)
    if (places[digits[pass]!] === n) continue
    let sum = 0
    for (let d = 0; d < 65536; d++) {
      const count = places[d]!
      places[d] = sum
      sum += count
    }
    if (from === null) {
      for (let i = 0; i < n; i++) to[places[digits[4 * i + pass]!]!++] = i
      from = new Uint32Array(n)
    } else {
      for (let i = 0; i < n; i++) {
        const row = from[i]!
        to[places[digits[4 * row + pass]!]!++] = row
      }
    }
    const swap: Uint32Array = from
    from = to
    to = swap as Uint32Array<ArrayBuffer>
  }
  if (from === null) return
  for (let i = 0; i < n; i++) to[i] = rows[from[i]!]!
  rows.set(to)
}
