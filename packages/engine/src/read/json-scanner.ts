import { decodeUtf8, encodeUtf8Ended } from '../columns/utf8.js'
import { TablecastError } from '../error.js'

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
  /** The string at `source.bytes[from … to)`, which has no escapes: `source.slice` makes it. */
  putSlice(row: number, source: JsonScanner, from: number, to: number): void
  putText(row: number, text: string): void
}

/** Steps through JSON text and puts scalars straight into cells. */
export class JsonScanner {
  readonly text: string
  /** The text as UTF-8, which is looked at in a fraction of the time, and a zero, which ends whatever comes last. */
  readonly bytes: Uint8Array
  /** Whether each unit of the text is one byte. */
  readonly #isAscii: boolean
  /** Place in `bytes`. */
  at = 0

  constructor(text: string) {
    this.text = text
    this.bytes = encodeUtf8Ended(text)
    this.#isAscii = this.bytes.length === text.length + 1
  }

  /** Past blanks; the byte there, or -1 at the end. */
  peek(): number {
    const { bytes } = this
    let at = this.at
    let byte = bytes[at]!
    while (byte === 32 || byte === 10 || byte === 13 || byte === 9) byte = bytes[++at]!
    this.at = at
    return byte === 0 && at === bytes.length - 1 ? -1 : byte
  }

  /** The text of bytes `from` (included) to `to` (excluded). */
  slice(from: number, to: number): string {
    return this.#isAscii ? this.text.slice(from, to) : decodeUtf8(this.bytes, from, to)
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

  /** Past `"name":`, when that is what comes, without blanks. `quoted` is it as JSON in UTF-8. */
  takeKey(quoted: Uint8Array): boolean {
    if (this.peek() !== QUOTE) return false
    const { bytes, at } = this
    // Nothing is looked at beyond the last byte: it is in no key.
    for (let i = 1; i < quoted.length; i++) if (bytes[at + i] !== quoted[i]) return false
    this.at = at + quoted.length
    return true
  }

  /** A string. */
  string(): string {
    if (this.peek() !== QUOTE) throw this.malformed('expected a string')
    const from = this.at + 1
    const end = this.#plainEnd(from)
    if (this.bytes[end] !== QUOTE) return this.#escaped(from, end)
    this.at = end + 1
    return this.slice(from, end)
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
    const before = this.slice(0, this.at)
    const at = before.length
    const line = before.split('\n').length
    const column = at - before.lastIndexOf('\n')
    const found = at < this.text.length ? JSON.stringify(this.text.slice(at, at + 12)) : 'the end'
    return new TablecastError(
      'invalid-data',
      `Malformed JSON at line ${line}, column ${column}: ${why}, found ${found}`,
    )
  }

  #stringInto(cells: ScalarSink | null, row: number): void {
    const from = this.at + 1
    const end = this.#plainEnd(from)
    if (this.bytes[end] !== QUOTE) {
      const text = this.#escaped(from, end)
      cells?.putText(row, text)
      return
    }
    this.at = end + 1
    cells?.putSlice(row, this, from, end)
  }

  /** Where a string that begins at `from` ends or has its first escape. */
  #plainEnd(from: number): number {
    const { bytes } = this
    for (let at = from; ; at++) {
      const byte = bytes[at]!
      if (byte === QUOTE || byte === BACKSLASH) return at
      if (byte < 32) throw this.#badString(at)
    }
  }

  #numberInto(cells: ScalarSink | null, row: number): void {
    const { bytes } = this
    const from = this.at
    let at = from
    const negative = bytes[at] === MINUS
    if (negative) at++
    const firstDigit = at
    let mantissa = 0
    let unit = bytes[at]!
    for (; unit >= ZERO && unit <= NINE; unit = bytes[++at]!) mantissa = mantissa * 10 + unit - ZERO
    let digits = at - firstDigit
    if (digits === 0 || (digits > 1 && bytes[firstDigit] === ZERO)) {
      throw this.malformed('expected a value')
    }
    if (unit !== POINT && unit !== LOWER_E && unit !== UPPER_E) {
      this.at = at
      if (digits <= 15) cells?.putNumber(row, negative ? -mantissa + 0 : mantissa, true)
      else if (cells !== null) putLongInteger(cells, row, this.slice(from, at))
      return
    }
    let decimals = 0
    if (unit === POINT) {
      const firstDecimal = ++at
      unit = bytes[at]!
      for (; unit >= ZERO && unit <= NINE; unit = bytes[++at]!) mantissa = mantissa * 10 + unit - ZERO
      decimals = at - firstDecimal
      if (decimals === 0) throw this.malformed('expected a digit after the point of a number')
      digits += decimals
    }
    let value: number
    if (unit === LOWER_E || unit === UPPER_E) {
      unit = bytes[++at]!
      if (unit === MINUS || unit === 43) unit = bytes[++at]!
      const firstDigitOfPower = at
      while (unit >= ZERO && unit <= NINE) unit = bytes[++at]!
      if (at === firstDigitOfPower) throw this.malformed('expected a digit in the exponent of a number')
      value = Number(this.slice(from, at))
      if (!Number.isFinite(value)) throw this.malformed('expected a number below 1.8e308')
    } else if (digits <= 15 && decimals <= 22) {
      // One exact division of two exact doubles: correctly rounded.
      value = negative ? -mantissa / POWERS[decimals]! : mantissa / POWERS[decimals]!
    } else {
      value = Number(this.slice(from, at))
    }
    this.at = at
    cells?.putNumber(row, value, false)
  }

  #wordInto(cells: ScalarSink | null, row: number): void {
    const { at } = this
    const word = this.slice(at, Math.min(at + 5, this.bytes.length - 1))
    if (word.startsWith('null')) {
      this.at = at + 4
      cells?.putNull(row)
    } else if (word.startsWith('true')) {
      this.at = at + 4
      cells?.putBoolean(row, true)
    } else if (word === 'false') {
      this.at = at + 5
      cells?.putBoolean(row, false)
    } else {
      throw this.malformed('expected a value')
    }
  }

  /** A string whose first escape is at `at`; its text begins at `from`. */
  #escaped(from: number, at: number): string {
    const { bytes } = this
    for (; ; at++) {
      const byte = bytes[at]!
      if (byte === QUOTE) break
      if (byte === BACKSLASH) at++
      else if (!(byte >= 32)) throw this.#badString(at)
    }
    this.at = at + 1
    try {
      return JSON.parse(this.slice(from - 1, at + 1))
    } catch {
      this.at = from - 1
      throw this.malformed('expected a string with known escapes')
    }
  }

  #badString(at: number): TablecastError {
    this.at = at
    return this.malformed(at < this.bytes.length - 1 ? 'expected no control character in a string' : 'expected "\\""')
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
