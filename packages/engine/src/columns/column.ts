import { TablecastError } from '../error.js'
import { bitmapBytes, clearBit, createBitmap, fillBits, getBit, setBit } from './bitmap.js'
import { Dictionary } from './dictionary.js'
import { allocate, type DataArray, isWide, type Scalar, type Storage } from './storage.js'

const SAFE = Number.MAX_SAFE_INTEGER

/**
 * A growable column of one storage: of a table, of a batch, of a slice. Hot loops read the public fields directly.
 *
 * Invariants: `data` has at least `length` cells; a null cell holds 0 in `data`; `valid` is null while every cell is
 * valid; a string column has a `dictionary`; `fine` is null while every 64-bit value is exact in a double.
 */
export class Column {
  readonly storage: Storage
  /** Cells in use. */
  length: number
  data: DataArray
  /** Validity bitmap (bit set: valid), or null when there is no null. */
  valid: Uint8Array | null
  /** The strings behind the codes; null unless `storage` is 'string'. */
  dictionary: Dictionary | null
  /** For 64-bit integers beyond 2^53: the exact value is `data[i] + fine[i]`; null while not needed. */
  fine: Int16Array | null

  constructor(storage: Storage, length = 0, dictionary: Dictionary | null = null) {
    this.storage = storage
    this.length = length
    this.data = allocate(storage, length)
    this.valid = null
    this.dictionary = storage === 'string' ? (dictionary ?? new Dictionary()) : null
    this.fine = null
  }

  /** A column around arrays that already hold the cells; takes them. Null cells of `data` must hold 0. */
  static from(
    storage: Storage,
    data: DataArray,
    valid: Uint8Array | null = null,
    dictionary: Dictionary | null = null,
    length = data.length,
  ): Column {
    const column = new Column(storage, 0, dictionary)
    column.data = data
    column.valid = valid
    column.length = length
    return column
  }

  /** A column of given cells; strings and nulls as they are, dates as days, datetimes as ms. For tests and small things. */
  static of(storage: Storage, cells: readonly Scalar[]): Column {
    const column = new Column(storage, cells.length)
    for (let i = 0; i < cells.length; i++) column.set(i, cells[i]!)
    return column
  }

  isValid(index: number): boolean {
    return this.valid === null || getBit(this.valid, index)
  }

  /** The cell as a scalar; not for hot loops. */
  get(index: number): Scalar {
    if (!this.isValid(index)) return null
    const value = this.data[index]!
    if (this.dictionary !== null) return this.dictionary.values[value]!
    if (this.storage === 'boolean') return value === 1
    if (this.fine !== null && (value > SAFE || value < -SAFE)) return BigInt(value) + BigInt(this.fine[index]!)
    return value
  }

  /** Puts a scalar into a cell below `length`; not for hot loops. */
  set(index: number, value: Scalar): void {
    if (value === null) {
      this.setNull(index)
      return
    }
    if (this.valid !== null) setBit(this.valid, index)
    if (this.dictionary !== null) {
      if (typeof value !== 'string') {
        throw new TablecastError('invalid-argument', `A string column cannot hold ${typeof value} ${String(value)}`)
      }
      this.data[index] = this.dictionary.add(value)
    } else if (typeof value === 'bigint') {
      const rounded = Number(value)
      this.data[index] = rounded
      const rest = Number(value - BigInt(rounded))
      if (rest !== 0 || this.fine !== null) this.#fineArray()[index] = rest
    } else {
      this.data[index] = Number(value)
      if (this.fine !== null) this.fine[index] = 0
    }
  }

  setNull(index: number): void {
    this.valid ??= createBitmap(this.data.length, true)
    clearBit(this.valid, index)
    this.data[index] = 0
    if (this.fine !== null) this.fine[index] = 0
  }

  /** Makes room for `capacity` cells, doubling; `length` stays. */
  reserve(capacity: number): void {
    const old = this.data
    if (capacity <= old.length) return
    const size = Math.max(capacity, old.length * 2, 16)
    const data = allocate(this.storage, size)
    data.set(old)
    this.data = data
    if (this.valid !== null) {
      const valid = createBitmap(size, true)
      valid.set(this.valid.subarray(0, bitmapBytes(old.length)))
      this.valid = valid
    }
    if (this.fine !== null) {
      const fine = new Int16Array(size)
      fine.set(this.fine)
      this.fine = fine
    }
  }

  /** Empties the column; a string column gets a new dictionary. */
  reset(): void {
    this.length = 0
    this.data = allocate(this.storage, 0)
    this.valid = null
    this.fine = null
    if (this.dictionary !== null) this.dictionary = new Dictionary()
  }

  /** Lets the column have `length` cells; new cells are valid and 0, for the caller to write at once. */
  claim(length: number): void {
    if (length <= this.length) return
    this.reserve(length)
    this.length = length
  }

  /** Lets the column have `length` cells; new cells are null. */
  extend(length: number): void {
    const from = this.length
    if (length <= from) return
    this.claim(length)
    this.valid ??= createBitmap(this.data.length, true)
    fillBits(this.valid, from, length, false)
  }

  /** The cells at `rows`, as a column of its own that shares the dictionary. */
  gather(rows: Uint32Array): Column {
    const length = rows.length
    const data = allocate(this.storage, length)
    gatherData(this.data, rows, data)
    const out = Column.from(this.storage, data, null, this.dictionary)
    if (this.valid !== null) {
      const from = this.valid
      let valid: Uint8Array | null = null
      for (let i = 0; i < length; i++) {
        const row = rows[i]!
        if ((from[row >> 3]! & (1 << (row & 7))) !== 0) continue
        valid ??= createBitmap(length, true)
        clearBit(valid, i)
      }
      out.valid = valid
    }
    if (this.fine !== null) {
      const fine = new Int16Array(length)
      gatherData(this.fine, rows, fine)
      out.fine = fine
    }
    return out
  }

  /** The cells `from` (included) to `to` (excluded), copied, sharing the dictionary. */
  range(from: number, to: number): Column {
    const out = Column.from(this.storage, this.data.slice(from, to), null, this.dictionary)
    if (this.valid !== null) {
      if ((from & 7) === 0) {
        out.valid = this.valid.slice(from >> 3, bitmapBytes(to))
      } else {
        const valid = createBitmap(to - from, true)
        for (let i = from; i < to; i++) if (!getBit(this.valid, i)) clearBit(valid, i - from)
        out.valid = valid
      }
    }
    if (this.fine !== null) out.fine = this.fine.slice(from, to)
    return out
  }

  /** Puts cell `at` of `source` (same storage) into cell `index`; `code` is the string's code here. */
  copyCell(index: number, source: Column, at: number, code: number): void {
    if (!source.isValid(at)) {
      this.setNull(index)
      return
    }
    this.data[index] = this.dictionary === null ? source.data[at]! : code
    if (this.valid !== null) setBit(this.valid, index)
    if (source.fine !== null) this.#fineArray()[index] = source.fine[at]!
    else if (this.fine !== null) this.fine[index] = 0
  }

  #fineArray(): Int16Array {
    if (!isWide(this.storage)) {
      throw new TablecastError('internal', `Storage ${this.storage} has no 64-bit values`)
    }
    this.fine ??= new Int16Array(this.data.length)
    return this.fine
  }
}

/** The usual kinds of array have a loop of their own: one that meets several is compiled for none of them. */
function gatherData(from: DataArray, rows: Uint32Array, to: DataArray): void {
  if (from instanceof Float64Array) gatherDoubles(from, rows, to as Float64Array)
  else if (from instanceof Int32Array) gatherInts(from, rows, to as Int32Array)
  else gatherOthers(from, rows, to)
}

function gatherDoubles(from: Float64Array, rows: Uint32Array, to: Float64Array): void {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!
}

function gatherInts(from: Int32Array, rows: Uint32Array, to: Int32Array): void {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!
}

function gatherOthers(from: DataArray, rows: Uint32Array, to: DataArray): void {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]!]!
}
