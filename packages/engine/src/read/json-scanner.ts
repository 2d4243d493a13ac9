import { TablecastError } from '../error.js'
import { HASH_START, hashUnit } from './interner.js'

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const POINT = 46
const ZERO = 48
const NINE = 57
const COLON = 58
const BRACKET = 91
const BACKSLASH = 92
const BRACKET_END = 93
const BRACE = 123
const BRACE_END = 125
const UPPER_E = 69
const LOWER_E = 101

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const INT64_MAX = 9_223_372_036_854_775_807n
const INT64_MIN = -9_223_372_036_854_775_808n

/** Where scalars go: cells, or a node of a tree. */
export interface ScalarSink {
  putNull(row: number): void
  putNumber(row: number, value: number, integer: boolean, exact?: bigint | null): void
  putBoolean(row: number, value: boolean): void
  /** `source[from … to)`, which has no escapes; `hash` is its hash. */
  putSlice(row: number, source: string, from: number, to: number, hash: number): void
  putText(row: number, text: string): void
}

/** Steps through JSON text and puts scalars straight into cells. */
export class JsonScanner {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  /** Past blanks; the unit there, or -1 at the end. (A read beyond the end would make every later one slow.) */
  peek(): number {
    const { text } = this
    const { length } = text
    let at = this.at
    let unit = at < length ? text.charCodeAt(at) : -1
    while (unit === 32 || unit === 10 || unit === 13 || unit === 9) unit = ++at < length ? text.charCodeAt(at) : -1
    this.at = at
    return unit
  }

  /** Past blanks and `unit`, when it is there. */
  take(unit: number): boolean {
    if (this.peek() !== unit) return false
    this.at++
    return true
  }

  expect(unit: number): void {
    if (!this.take(unit)) throw this.malformed(`expected ${JSON.stringify(String.fromCharCode(unit))}`)
  }

  takeArray(): boolean {
    return this.take(BRACKET)
  }

  takeArrayEnd(): boolean {
    return this.take(BRACKET_END)
  }

  takeObject(): boolean {
    return this.take(BRACE)
  }

  takeObjectEnd(): boolean {
    return this.take(BRACE_END)
  }

  takeComma(): boolean {
    return this.take(COMMA)
  }

  expectColon(): void {
    this.expect(COLON)
  }

  /** Past `"name":`, when that is what comes, without blanks. `quoted` is it as JSON. */
  takeKey(quoted: string): boolean {
    if (this.peek() !== QUOTE || !this.text.startsWith(quoted, this.at)) return false
    this.at += quoted.length
    return true
  }

  /** A string. */
  string(): string {
    if (this.peek() !== QUOTE) throw this.malformed('expected a string')
    const from = ++this.at
    const { text } = this
    for (let at = from; ; at++) {
      const unit = text.charCodeAt(at)
      if (unit === QUOTE) {
        this.at = at + 1
        return text.slice(from, at)
      }
      if (unit === BACKSLASH) return this.#escaped(from, at)
      if (!(unit >= 32)) throw this.#badString(at)
    }
  }

  /** Puts a scalar into cell `row` (nowhere when `cells` is null). False, and nothing is passed, when it is nested. */
  scalar(cells: ScalarSink | null, row: number): boolean {
    const unit = this.peek()
    if (unit === QUOTE) this.#stringInto(cells, row)
    else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) this.#numberInto(cells, row)
    else if (unit === BRACE || unit === BRACKET) return false
    else this.#wordInto(cells, row)
    return true
  }

  malformed(why: string): TablecastError {
    const before = this.text.slice(0, this.at)
    const line = before.split('\n').length
    const column = this.at - before.lastIndexOf('\n')
    const found = this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : 'the end'
    return new TablecastError(
      'invalid-data',
      `Malformed JSON at line ${line}, column ${column}: ${why}, found ${found}`,
    )
  }

  #stringInto(cells: ScalarSink | null, row: number): void {
    const { text } = this
    const from = ++this.at
    let hash = HASH_START
    for (let at = from; ; at++) {
      const unit = text.charCodeAt(at)
      if (unit === QUOTE) {
        this.at = at + 1
        cells?.putSlice(row, text, from, at, hash)
        return
      }
      if (unit === BACKSLASH) {
        const value = this.#escaped(from, at)
        cells?.putText(row, value)
        return
      }
      if (!(unit >= 32)) throw this.#badString(at)
      hash = hashUnit(hash, unit)
    }
  }

  #numberInto(cells: ScalarSink | null, row: number): void {
    const { text } = this
    const from = this.at
    let at = from
    const negative = text.charCodeAt(at) === MINUS
    if (negative) at++
    const firstDigit = at
    let mantissa = 0
    let unit = text.charCodeAt(at)
    for (; unit >= ZERO && unit <= NINE; unit = text.charCodeAt(++at)) mantissa = mantissa * 10 + unit - ZERO
    let digits = at - firstDigit
    if (digits === 0 || (digits > 1 && text.charCodeAt(firstDigit) === ZERO)) {
      throw this.malformed('expected a value')
    }
    if (unit !== POINT && unit !== LOWER_E && unit !== UPPER_E) {
      this.at = at
      if (digits <= 15) cells?.putNumber(row, negative ? -mantissa + 0 : mantissa, true)
      else if (cells !== null) putLongInteger(cells, row, text.slice(from, at))
      return
    }
    let decimals = 0
    if (unit === POINT) {
      const firstDecimal = ++at
      unit = text.charCodeAt(at)
      for (; unit >= ZERO && unit <= NINE; unit = text.charCodeAt(++at)) mantissa = mantissa * 10 + unit - ZERO
      decimals = at - firstDecimal
      if (decimals === 0) throw this.malformed('expected a digit after the point of a number')
      digits += decimals
    }
    let value: number
    if (unit === LOWER_E || unit === UPPER_E) {
      unit = text.charCodeAt(++at)
      if (unit === MINUS || unit === 43) unit = text.charCodeAt(++at)
      const firstDigitOfPower = at
      while (unit >= ZERO && unit <= NINE) unit = text.charCodeAt(++at)
      if (at === firstDigitOfPower) throw this.malformed('expected a digit in the exponent of a number')
      value = Number(text.slice(from, at))
      if (!Number.isFinite(value)) throw this.malformed('expected a number below 1.8e308')
    } else if (digits <= 15 && decimals <= 22) {
      // One exact division of two exact doubles: correctly rounded.
      value = negative ? -mantissa / POWERS[decimals]! : mantissa / POWERS[decimals]!
    } else {
      value = Number(text.slice(from, at))
    }
    this.at = at
    cells?.putNumber(row, value, false)
  }

  #wordInto(cells: ScalarSink | null, row: number): void {
    const { text, at } = this
    if (text.startsWith('null', at)) {
      this.at = at + 4
      cells?.putNull(row)
    } else if (text.startsWith('true', at)) {
      this.at = at + 4
      cells?.putBoolean(row, true)
    } else if (text.startsWith('false', at)) {
      this.at = at + 5
      cells?.putBoolean(row, false)
    } else {
      throw this.malformed('expected a value')
    }
  }

  /** A string whose first escape is at `at`; its text begins at `from`. */
  #escaped(from: number, at: number): string {
    const { text } = this
    for (; ; at++) {
      const unit = text.charCodeAt(at)
      if (unit === QUOTE) break
      if (unit === BACKSLASH) at++
      else if (!(unit >= 32)) throw this.#badString(at)
    }
    this.at = at + 1
    try {
      return JSON.parse(text.slice(from - 1, at + 1))
    } catch {
      this.at = from - 1
      throw this.malformed('expected a string with known escapes')
    }
  }

  #badString(at: number): TablecastError {
    this.at = at
    return this.malformed(at < this.text.length ? 'expected no control character in a string' : 'expected "\\""')
  }
}

function putLongInteger(cells: ScalarSink, row: number, text: string): void {
  const value = Number(text)
  if (Number.isSafeInteger(value)) {
    cells.putNumber(row, value, true)
    return
  }
  if (text.length > 20) {
    cells.putNumber(row, value, false)
    return
  }
  const exact = BigInt(text)
  if (exact > INT64_MAX || exact < INT64_MIN) cells.putNumber(row, value, false, exact)
  else cells.putNumber(row, value, true, exact)
}
