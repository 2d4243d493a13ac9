import type { Storage } from '../../columns/storage.js'
import { calendarDate } from './calendar.js'

/**
 * The types a value may have while an expression runs: the storages, and `none` for the null literal. Their order
 * matters: where the reference compares values of different types without complaint, it compares these.
 */
export type Type = 'none' | Storage

const ORDER: Record<Type, number> = {
  none: 0,
  int64: 1,
  int32: 2,
  int16: 3,
  int8: 4,
  uint64: 5,
  uint32: 6,
  uint16: 7,
  uint8: 8,
  float64: 9,
  float32: 10,
  boolean: 11,
  datetime: 12,
  date: 13,
  string: 19,
}

/** Type codes: what a cell carries, so that a hot loop compares small integers. */
export const NONE = ORDER.none
export const INT64 = ORDER.int64
export const INT32 = ORDER.int32
export const INT8 = ORDER.int8
export const UINT8 = ORDER.uint8
export const FLOAT = ORDER.float64
export const FLOAT32 = ORDER.float32
export const BOOLEAN = ORDER.boolean
export const DATETIME = ORDER.datetime
export const DATE = ORDER.date
export const STRING = ORDER.string

/** A null. */
export const INVALID = 0
export const VALID = 1
/** What comes of operands of a type that the operation does not take; a null to whoever reads the column. */
export const CLEAR = 2

const TYPES = new Map<number, Type>(Object.entries(ORDER).map(([type, code]) => [code, type as Type]))

export function typeCode(type: Type): number {
  return ORDER[type]
}

export function typeOf(code: number): Type {
  return TYPES.get(code)!
}

export function isNumericCode(code: number): boolean {
  return code >= INT64 && code <= FLOAT32
}

/**
 * One value while an expression runs. Each node of a compiled expression owns one cell and writes it anew for every row,
 * so nothing is allocated per row.
 */
export class Cell {
  type = NONE
  status = INVALID
  /** Numbers; booleans as 0 or 1; dates as days and datetimes as ms since 1970. */
  value = 0
  text = ''

  get isValid(): boolean {
    return this.status === VALID
  }

  get isNumeric(): boolean {
    return isNumericCode(this.type)
  }

  /** A null of a type. */
  clear(type: number, status: number = INVALID): void {
    this.type = type
    this.status = status
    this.value = 0
  }

  setFloat(value: number): void {
    this.type = FLOAT
    this.status = VALID
    this.value = value
  }

  setNumber(type: number, value: number): void {
    this.type = type
    this.status = VALID
    this.value = value
  }

  setBoolean(value: boolean): void {
    this.type = BOOLEAN
    this.status = VALID
    this.value = value ? 1 : 0
  }

  setString(text: string): void {
    this.type = STRING
    this.status = VALID
    this.text = text
  }

  setNone(): void {
    this.type = NONE
    this.status = VALID
    this.value = 0
  }

  copy(from: Cell): void {
    this.type = from.type
    this.status = from.status
    this.value = from.value
    this.text = from.text
  }

  /** The value as the reference's arithmetic sees it: dates as packed integers, text as 0. */
  toNumber(): number {
    if (this.type === STRING || this.type === NONE) return 0
    return this.type === DATE ? packDate(this.value) : this.value
  }

  /** The truth of a value: false for nulls, zeroes and `false`; true for every string and date. */
  toBoolean(): boolean {
    if (this.status !== VALID || this.type === NONE) return false
    return this.type === STRING || this.type === DATE || this.value !== 0
  }

  static float(value: number): Cell {
    const cell = new Cell()
    cell.setFloat(value)
    return cell
  }

  static boolean(value: boolean): Cell {
    const cell = new Cell()
    cell.setBoolean(value)
    return cell
  }

  static none(): Cell {
    const cell = new Cell()
    cell.setNone()
    return cell
  }
}

/** A day as year · 65536 + month (from 0) · 256 + day of the month. */
export function packDate(days: number): number {
  const { year, month, day } = calendarDate(days)
  return year * 65536 + month * 256 + day
}
