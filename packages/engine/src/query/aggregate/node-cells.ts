import type { NodeRows } from '../group/node-rows.js'
import { CHUNK, RowChunk } from '../group/row-chunk.js'

/**
 * Of so many rows one has to be asked for, for a pass over all of them to be sooner done. A node's rows are all over the
 * table: to go after its cells misses the processor's caches at each of them.
 */
const PART = 4

/** What an aggregate makes of the cells of rows, side by side for the rows of a node. */
export class NodeCells<T extends Float64Array | Int32Array> {
  readonly #make: (length: number) => T
  readonly #read: (rows: RowChunk, out: T) => void
  readonly #rows = new RowChunk()
  readonly #chunk: T
  #own: T
  /** Those of all rows, by their places in the rows of nodes; null while they are taken node by node. */
  #all: T | null = null
  /** `#all` for the next level of the same rows, if nobody needed the memory in the meantime. */
  #kept: WeakRef<{ readonly rows: NodeRows; readonly cells: T }> | null = null
  /** Those of the node that was sought last are here from `start` on; not to be written to. */
  cells: T
  start = 0

  /** `read` writes what it makes of the cells of a chunk of rows. */
  constructor(make: (length: number) => T, read: (rows: RowChunk, out: T) => void) {
    this.#make = make
    this.#read = read
    this.#chunk = make(CHUNK)
    this.#own = make(0)
    this.cells = this.#own
  }

  /** Nodes with so many rows in all are going to be sought in `rows`, by `anyOrder`; until `release`. */
  gather(rows: NodeRows, count: number): void {
    const kept = this.#kept?.deref()
    if (kept?.rows === rows) {
      this.#all = kept.cells
    } else if (count * PART >= rows.count) {
      this.#all = this.#readAll(rows)
      this.#kept = new WeakRef({ rows, cells: this.#all })
    }
  }

  release(): void {
    this.#all = null
    this.cells = this.#own
  }

  /** From now on `read` makes something else of cells. */
  forget(): void {
    this.#kept = null
  }

  /** Finds the cells of a node's rows. */
  seek(rows: Uint32Array, from: number, to: number): void {
    if (this.#all !== null) {
      this.cells = this.#all
      this.start = from
      return
    }
    if (to - from > this.#own.length) this.#own = this.#make(Math.max(to - from, this.#own.length * 2))
    this.cells = this.#own
    for (let start = from; start < to; start += CHUNK) {
      const end = Math.min(start + CHUNK, to)
      this.#rows.slots.set(rows.subarray(start, end))
      this.#rows.move(end - start)
      this.#read(this.#rows, this.#own.subarray(start - from, end - from) as T)
    }
    this.start = 0
  }

  #readAll(rows: NodeRows): T {
    const all = this.#make(rows.count)
    const chunk = this.#chunk
    rows.eachChunk((each, places) => {
      this.#read(each, chunk)
      if (chunk instanceof Float64Array) scatterDoubles(chunk, places, all as Float64Array)
      else scatterInts(chunk, places, all as Int32Array)
    })
    return all
  }
}

// One loop for each kind of array, as in `RowChunk`.

function scatterDoubles(cells: Float64Array, places: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < places.length; i++) out[places[i]!] = cells[i]!
}

function scatterInts(cells: Int32Array, places: Uint32Array, out: Int32Array): void {
  for (let i = 0; i < places.length; i++) out[places[i]!] = cells[i]!
}
