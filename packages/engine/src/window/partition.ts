/** The rows of one partition, in window order. */
export class Partition {
  /** Slots. */
  rows: Uint32Array = new Uint32Array(0)
  /** For running sums: what stands after each row; only what is before the first dirty row holds. */
  sums = new Float64Array(0)
  squares = new Float64Array(0)
  counts = new Float64Array(0)

  /** Makes the running arrays as long as the partition. */
  reserveSums(): void {
    if (this.sums.length >= this.rows.length) return
    const size = Math.max(this.rows.length, this.sums.length * 2)
    this.sums = grown(this.sums, size)
    this.squares = grown(this.squares, size)
    this.counts = grown(this.counts, size)
  }
}

function grown(array: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(size)
  out.set(array)
  return out
}
