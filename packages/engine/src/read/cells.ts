import { clearBit, createBitmap, setBit } from '../columns/bitmap.js'
import { Column } from '../columns/column.js'
import { columnType, type Storage } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import { ByteInterner } from './byte-interner.js'
import { parseTime } from './date-parse.js'
import type { JsonScanner, ScalarSink } from './json-scanner.js'
import { isIntegerText, leadingNumber, wholeNumber } from './number-parse.js'

const DAY_MS = 86_400_000
const INT32_MIN = -2_147_483_648
const INT32_MAX = 2_147_483_647
const TWO_63 = 2 ** 63

/** Smallest and largest value of the integer storages. */
const RANGES: Partial<Record<Storage, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [INT32_MIN, INT32_MAX],
  // The highest of 64 bits is no double: what comes here without its exact value is at most the double below.
  int64: [-TWO_63, TWO_63],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
  uint64: [0, 2 * TWO_63],
}

/** The number the reference's errors give to a kind of JSON value. */
const KINDS = { false: 1, true: 2, object: 3, array: 4, string: 5, number: 6 } as const

/**
 * The cells of one column while JSON is read, row by row. A column of a new table takes the type of its first value and
 * widens when it must; a column of an existing table coerces, and refuses what does not fit.
 *
 * Rows must come in ascending order; those left out are null and not given. The same row may be written again.
 */
export class Cells implements ScalarSink {
  readonly name: string
  /** Null until a first value says the type. */
  storage: Storage | null
  /** True for a column of an existing table, whose storage stays. */
  readonly fixed: boolean
  /** Whether the column has its place among those of a new table. */
  placed: boolean
  #numbers = new Float64Array(16)
  #codes = new Int32Array(0)
  #strings: ByteInterner | null = null
  #valid: Uint8Array | null = null
  #given: Uint8Array | null = null
  /** Exact rest of 64-bit integers, see `Column.fine`. */
  #fine: Int16Array | null = null
  #rows = 0

  constructor(name: string, storage: Storage | null) {
    this.name = name
    this.storage = storage
    this.fixed = storage !== null
    this.placed = this.fixed
    if (storage === 'string') this.#becomeText()
  }

  /** True when no cell was put at all. */
  get empty(): boolean {
    return this.#rows === 0
  }

  /** Forgets all cells, but not the type they gave. */
  rewind(): void {
    this.#rows = 0
    this.#valid = null
    this.#given = null
    this.#fine = null
    if (this.#strings !== null) this.#strings = new ByteInterner()
  }

  /** Makes a column without a type, and so of nulls, one of strings. */
  becomeText(): void {
    this.storage = 'string'
    this.#becomeText()
  }

  putNull(row: number): void {
    this.#claim(row)
    this.#invalidate(row)
  }

  /** `exact`: the value of an integer that a double does not hold. `integer`: written without point and exponent. */
  putNumber(row: number, value: number, integer: boolean, exact: bigint | null = null): void {
    this.#claim(row)
    this.storage ??= integer && value >= INT32_MIN && value <= INT32_MAX ? 'int32' : 'float64'
    switch (this.storage) {
      case 'float64':
      case 'float32':
        this.#numbers[row] = value
        break
      case 'string':
        this.#codes[row] = this.#strings!.text(numberText(value, integer, exact))
        break
      case 'boolean':
        if (!integer || value < INT32_MIN || value > INT32_MAX) throw this.#unexpected('bool', 'number', row)
        this.#numbers[row] = value === 0 ? 0 : 1
        break
      case 'datetime':
        this.#numbers[row] = this.#time(Math.trunc(value), row)
        break
      case 'date':
        if (!integer) throw this.#error('Could not coerce to date', row)
        this.#numbers[row] = Math.floor(this.#time(value, row) / DAY_MS)
        break
      default:
        this.#putInteger(row, value, integer, exact)
    }
  }

  putBoolean(row: number, value: boolean): void {
    this.#claim(row)
    this.storage ??= 'boolean'
    switch (this.storage) {
      case 'boolean':
        this.#numbers[row] = value ? 1 : 0
        break
      case 'string':
        this.#codes[row] = this.#strings!.text(String(value))
        break
      case 'date':
        throw this.#error('Could not coerce to date', row)
      case 'datetime':
        throw this.#error(`Could not coerce ${KINDS[`${value}`]} to a time.`, row)
      default:
        throw this.#unexpected(this.#numberKind(), `${value}`, row)
    }
  }

  putSlice(row: number, source: JsonScanner, from: number, to: number): void {
    if (this.storage === 'string') {
      this.#claim(row)
      this.#codes[row] = this.#strings!.code(source.bytes, from, to)
    } else {
      this.putText(row, source.slice(from, to))
    }
  }

  putText(row: number, text: string): void {
    this.#claim(row)
    if (this.storage === null) {
      this.storage = textStorage(text)
      if (this.storage === 'string') this.#becomeText()
    }
    switch (this.storage) {
      case 'string':
        this.#codes[row] = this.#strings!.text(text)
        break
      case 'boolean': {
        const lower = text.toLowerCase()
        if (lower !== 'true' && lower !== 'false') throw this.#unexpected('bool', 'string', row)
        this.#numbers[row] = lower === 'true' ? 1 : 0
        break
      }
      case 'date': {
        const time = parseTime(text)
        if (time === null || time.zoned) throw this.#error('Could not coerce to date', row)
        this.#numbers[row] = Math.floor(time.ms / DAY_MS)
        break
      }
      case 'datetime': {
        const time = parseTime(text)
        if (time === null) throw this.#error('Could not coerce to time', row)
        this.#numbers[row] = time.ms
        break
      }
      case 'float32':
      case 'float64': {
        const value = this.fixed ? leadingNumber(text) : wholeNumber(text)
        if (value === null) this.#widenToText(row, text)
        else this.#numbers[row] = value
        break
      }
      default:
        this.#putIntegerText(row, text)
    }
  }

  /** A nested value that is kept as its JSON text. */
  putJson(row: number, json: string): void {
    this.#claim(row)
    if (this.storage === null) this.becomeText()
    if (this.storage !== 'string') this.refuse('array', row)
    this.#codes[row] = this.#strings!.text(json)
  }

  /** Throws that a value of this kind is no cell of the column. */
  refuse(kind: 'array' | 'object', row: number): never {
    if (this.storage === 'string') throw this.#error(`Cannot coerce ${kind} to string`, row)
    if (this.storage === 'date') throw this.#error('Could not coerce to date', row)
    if (this.storage === 'datetime') throw this.#error(`Could not coerce ${KINDS[kind]} to a time.`, row)
    throw this.#unexpected(this.storage === 'boolean' ? 'bool' : this.#numberKind(), kind, row)
  }

  /** The column of `rows` cells, and which of them were given (null: all). */
  finish(rows: number): { column: Column; given: Uint8Array | null } {
    const length = this.#rows
    if (rows > length) {
      this.#claim(rows - 1)
      this.#leaveOut(length, rows)
    }
    const storage = this.storage ?? 'string'
    if (storage === 'string') {
      if (this.#strings === null) this.#becomeText()
      const codes = trimmed(this.#codes, rows)
      return { column: Column.from(storage, codes, this.#valid, this.#strings!.dictionary, rows), given: this.#given }
    }
    const column = new Column(storage)
    if (column.data instanceof Float64Array) {
      column.data = trimmed(this.#numbers, rows)
      column.length = rows
    } else {
      column.claim(rows)
      const { data } = column
      const numbers = this.#numbers
      for (let row = 0; row < rows; row++) data[row] = numbers[row]!
    }
    column.valid = this.#valid
    column.fine = this.#fine
    return { column, given: this.#given }
  }

  /** Makes cell `row` there, valid and given, and those left out before it null and not given. */
  #claim(row: number): void {
    const rows = this.#rows
    if (row >= rows) {
      if (row >= this.#capacity()) this.#grow(row + 1)
      this.#rows = row + 1
      if (row > rows) this.#leaveOut(rows, row)
    } else {
      if (this.#valid !== null) setBit(this.#valid, row)
      if (this.#given !== null) setBit(this.#given, row)
      if (this.#fine !== null) this.#fine[row] = 0
    }
  }

  #leaveOut(from: number, to: number): void {
    this.#valid ??= createBitmap(this.#capacity(), true)
    this.#given ??= createBitmap(this.#capacity(), true)
    for (let row = from; row < to; row++) {
      clearBit(this.#valid, row)
      clearBit(this.#given, row)
    }
  }

  #invalidate(row: number): void {
    this.#valid ??= createBitmap(this.#capacity(), true)
    clearBit(this.#valid, row)
    // A null cell of a column holds 0.
    if (this.#strings !== null) this.#codes[row] = 0
    else this.#numbers[row] = 0
  }

  #capacity(): number {
    return this.#strings !== null ? this.#codes.length : this.#numbers.length
  }

  #grow(rows: number): void {
    const capacity = Math.max(rows, this.#capacity() * 2)
    if (this.#strings !== null) this.#codes = grown(this.#codes, new Int32Array(capacity))
    else this.#numbers = grown(this.#numbers, new Float64Array(capacity))
    if (this.#valid !== null) this.#valid = grown(this.#valid, createBitmap(capacity, true))
    if (this.#given !== null) this.#given = grown(this.#given, createBitmap(capacity, true))
    if (this.#fine !== null) this.#fine = grown(this.#fine, new Int16Array(capacity))
  }

  #becomeText(): void {
    this.#strings = new ByteInterner()
    this.#codes = new Int32Array(this.#numbers.length)
    this.#numbers = new Float64Array(0)
  }

  /** Makes a number column of a new table one of strings, since cell `row` is `text`. */
  #widenToText(row: number, text: string): void {
    const numbers = this.#numbers
    const integer = this.storage === 'int32'
    const valid = this.#valid
    this.#becomeText()
    this.storage = 'string'
    for (let i = 0; i < row; i++) {
      if (valid !== null && (valid[i >> 3]! & (1 << (i & 7))) === 0) continue
      // The reference would zero the texts instead and keep the numbers, so no text of theirs has to be matched.
      this.#codes[i] = this.#strings!.text(integer ? numberText(numbers[i]!, true, null) : String(numbers[i]!))
    }
    this.#codes[row] = this.#strings!.text(text)
  }

  #putInteger(row: number, value: number, integer: boolean, exact: bigint | null): void {
    const [low, high] = RANGES[this.storage!]!
    const whole = Math.trunc(value)
    const fits = exact === null ? whole >= low && whole <= high : exact >= BigInt(low) && exact < BigInt(high)
    if (!fits || (!integer && !this.fixed)) {
      if (this.fixed) throw this.#outOfRange(value, row)
      this.storage = 'float64'
      this.#numbers[row] = value
      return
    }
    if (!integer && this.storage === 'int64') throw this.#mismatch('float', row)
    this.#numbers[row] = whole
    if (exact === null || (this.storage !== 'int64' && this.storage !== 'uint64')) return
    this.#fine ??= new Int16Array(this.#capacity())
    this.#fine[row] = Number(exact - BigInt(whole))
  }

  #putIntegerText(row: number, text: string): void {
    if (text === '') {
      if (!this.fixed) {
        this.#widenToText(row, text)
        return
      }
      // The reference leaves the cell as it is.
      this.#invalidate(row)
      this.#given ??= createBitmap(this.#capacity(), true)
      clearBit(this.#given, row)
      return
    }
    const value = wholeNumber(text)
    if (value === null) {
      if (this.fixed) throw this.#mismatch('string', row)
      this.#widenToText(row, text)
      return
    }
    // What is cut off a number in a text is cut off silently, as the reference does; not a whole number, though.
    this.#putInteger(row, this.fixed && Number.isNaN(value) ? 0 : value, isIntegerText(text) || this.fixed, null)
  }

  #time(ms: number, row: number): number {
    if (!Number.isFinite(ms)) throw this.#error('Could not coerce to time', row)
    return ms
  }

  #numberKind(): string {
    return this.storage === 'float64' || this.storage === 'float32'
      ? 'double'
      : this.storage === 'int64'
        ? 'int64'
        : 'int'
  }

  #unexpected(expected: string, found: keyof typeof KINDS, row: number): TablecastError {
    return this.#error(`Expected ${expected}, found ${KINDS[found]}`, row)
  }

  #mismatch(found: string, row: number): TablecastError {
    const type = columnType(this.storage!)
    return new TablecastError(
      'invalid-data',
      `Cannot append value of type ${found} to column "${this.name}" of type ${type} at index ${row}\n`,
    )
  }

  #outOfRange(value: number, row: number): TablecastError {
    const [low, high] = RANGES[this.storage!]!
    return this.#error(`${value} does not fit ${this.storage}, which goes from ${low} to ${high}`, row)
  }

  #error(message: string, row: number): TablecastError {
    return new TablecastError('invalid-data', `${message} (column "${this.name}", row ${row})`)
  }
}

/** The storage of a column of a new table whose first value is `text`. */
function textStorage(text: string): Storage {
  if (text === '') return 'string'
  const lower = text.toLowerCase()
  if (lower === 'true' || lower === 'false') return 'boolean'
  const value = wholeNumber(text)
  if (value !== null) {
    return isIntegerText(text) && value >= INT32_MIN && value <= INT32_MAX ? 'int32' : 'float64'
  }
  const time = parseTime(text)
  if (time === null) return 'string'
  return time.midnight && !time.zoned ? 'date' : 'datetime'
}

/** A number as the text that the reference puts into a string column. */
function numberText(value: number, integer: boolean, exact: bigint | null): string {
  if (exact !== null) return String(exact)
  if (integer) return Math.abs(value) < 1e21 ? String(value) : String(BigInt(value))
  if (!Number.isFinite(value)) return String(value)
  return Math.abs(value) < 1e21 ? withSign(value, value.toFixed(6)) : `${BigInt(value)}.000000`
}

function withSign(value: number, text: string): string {
  return Object.is(value, -0) ? `-${text}` : text
}

function trimmed<T extends Int32Array | Float64Array>(array: T, rows: number): T {
  return (array.length > rows * 2 + 1024 ? array.slice(0, rows) : array) as T
}

function grown<T extends Uint8Array | Int16Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
