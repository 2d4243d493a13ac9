/** Cells up to which a grid is kept whatever the number of entries. */
const SMALL_GRID = 1 << 16

/**
 * Maps pairs of small non-negative integers to non-negative integers; -1 for a pair that is not there. A grid while the
 * pairs are dense, an open hash when they are sparse.
 */
export class PairIndex {
  #entries = 0
  /** Rows of `#stride` cells; null when hashed. */
  #grid: Int32Array | null = new Int32Array(0)
  #stride = 0
  #lefts = new Int32Array(0)
  #rights = new Int32Array(0)
  #ids = new Int32Array(0)

  get(left: number, right: number): number {
    const grid = this.#grid
    if (grid !== null) {
      if (right >= this.#stride) return -1
      const at = left * this.#stride + right
      return at < grid.length ? grid[at]! : -1
    }
    const mask = this.#ids.length - 1
    let at = hashPair(left, right) & mask
    for (;;) {
      const id = this.#ids[at]!
      if (id < 0) return -1
      if (this.#lefts[at] === left && this.#rights[at] === right) return id
      at = (at + 1) & mask
    }
  }

  /**
   * Writes into `out[i]` what the pair of `lefts[i]` and `rights[i]` maps to, for the first `count`; true when all are
   * there. Every left is below `leftsEnd`, every right below `rightsEnd`.
   */
  getAll(
    lefts: Int32Array,
    leftsEnd: number,
    rights: Int32Array,
    rightsEnd: number,
    count: number,
    out: Int32Array,
  ): boolean {
    const grid = this.#grid
    const stride = this.#stride
    let least = 0
    if (grid === null || rightsEnd > stride || leftsEnd * stride > grid.length) {
      for (let i = 0; i < count; i++) {
        out[i] = this.get(lefts[i]!, rights[i]!)
        least |= out[i]!
      }
      return least >= 0
    }
    // Four at a time: what a turn costs beside its work is half of this loop otherwise.
    let i = 0
    for (const unrolled = count - 3; i < unrolled; i += 4) {
      const a = grid[lefts[i]! * stride + rights[i]!]!
      const b = grid[lefts[i + 1]! * stride + rights[i + 1]!]!
      const c = grid[lefts[i + 2]! * stride + rights[i + 2]!]!
      const d = grid[lefts[i + 3]! * stride + rights[i + 3]!]!
      out[i] = a
      out[i + 1] = b
      out[i + 2] = c
      out[i + 3] = d
      least |= a | b | c | d
    }
    for (; i < count; i++) {
      out[i] = grid[lefts[i]! * stride + rights[i]!]!
      least |= out[i]!
    }
    return least >= 0
  }

  /** `getAll` for pairs whose left is 0 throughout. `rightsEnd` is above every right. */
  getRow(rights: Int32Array, rightsEnd: number, count: number, out: Int32Array): boolean {
    const grid = this.#grid
    if (grid === null || rightsEnd > this.#stride) {
      let least = 0
      for (let i = 0; i < count; i++) {
        out[i] = this.get(0, rights[i]!)
        least |= out[i]!
      }
      return least >= 0
    }
    let least = 0
    let i = 0
    for (const unrolled = count - 3; i < unrolled; i += 4) {
      const a = grid[rights[i]!]!
      const b = grid[rights[i + 1]!]!
      const c = grid[rights[i + 2]!]!
      const d = grid[rights[i + 3]!]!
      out[i] = a
      out[i + 1] = b
      out[i + 2] = c
      out[i + 3] = d
      least |= a | b | c | d
    }
    for (; i < count; i++) {
      out[i] = grid[rights[i]!]!
      least |= out[i]!
    }
    return least >= 0
  }

  /** Enters a pair that is not there. */
  set(left: number, right: number, id: number): void {
    this.#entries++
    if (this.#grid !== null && this.#fits(left, right)) {
      this.#grid[left * this.#stride + right] = id
      return
    }
    if (this.#grid !== null) this.#toHash(this.#grid)
    else if (this.#entries * 2 > this.#ids.length) this.#rehash(this.#ids.length * 2)
    this.#put(left, right, id)
  }

  /** Takes a pair out that is there. */
  delete(left: number, right: number): void {
    this.#entries--
    if (this.#grid !== null) {
      this.#grid[left * this.#stride + right] = -1
      return
    }
    const mask = this.#ids.length - 1
    let at = hashPair(left, right) & mask
    while (this.#lefts[at] !== left || this.#rights[at] !== right) at = (at + 1) & mask
    // Close the gap, so that no search stops early.
    for (let next = (at + 1) & mask; this.#ids[next]! >= 0; next = (next + 1) & mask) {
      const home = hashPair(this.#lefts[next]!, this.#rights[next]!) & mask
      if (((next - home) & mask) < ((next - at) & mask)) continue
      this.#lefts[at] = this.#lefts[next]!
      this.#rights[at] = this.#rights[next]!
      this.#ids[at] = this.#ids[next]!
      at = next
    }
    this.#ids[at] = -1
  }

  clear(): void {
    this.#entries = 0
    this.#grid = new Int32Array(0)
    this.#stride = 0
    this.#ids = new Int32Array(0)
  }

  /** Makes the grid hold the pair, unless it would be too sparse. */
  #fits(left: number, right: number): boolean {
    const grid = this.#grid!
    if (right < this.#stride && (left + 1) * this.#stride <= grid.length) return true
    const stride = right < this.#stride ? this.#stride : Math.max(right + 1, this.#stride * 2, 8)
    const height = this.#stride === 0 ? 0 : grid.length / this.#stride
    const rows = left < height ? height : Math.max(left + 1, height === 0 ? 1 : height * 2)
    const cells = rows * stride
    if (cells > SMALL_GRID && cells > this.#entries * 16) return false
    const grown = new Int32Array(cells).fill(-1)
    for (let row = 0; row < height; row++) {
      grown.set(grid.subarray(row * this.#stride, (row + 1) * this.#stride), row * stride)
    }
    this.#grid = grown
    this.#stride = stride
    return true
  }

  #toHash(grid: Int32Array): void {
    const stride = this.#stride
    this.#grid = null
    this.#allocate(Math.max(this.#entries * 2, 1024))
    for (let at = 0; at < grid.length; at++) {
      if (grid[at]! >= 0) this.#put(Math.floor(at / stride), at % stride, grid[at]!)
    }
  }

  #rehash(length: number): void {
    const lefts = this.#lefts
    const rights = this.#rights
    const ids = this.#ids
    this.#allocate(length)
    for (let at = 0; at < ids.length; at++) if (ids[at]! >= 0) this.#put(lefts[at]!, rights[at]!, ids[at]!)
  }

  #allocate(atLeast: number): void {
    let length = 1024
    while (length < atLeast) length *= 2
    this.#lefts = new Int32Array(length)
    this.#rights = new Int32Array(length)
    this.#ids = new Int32Array(length).fill(-1)
  }

  #put(left: number, right: number, id: number): void {
    const mask = this.#ids.length - 1
    let at = hashPair(left, right) & mask
    while (this.#ids[at]! >= 0) at = (at + 1) & mask
    this.#lefts[at] = left
    this.#rights[at] = right
    this.#ids[at] = id
  }
}

function hashPair(left: number, right: number): number {
  const bits = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)
  return bits ^ (bits >>> 15)
}
