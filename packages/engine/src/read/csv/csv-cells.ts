import { TablecastError } from '../../error.js'

const QUOTE = 34
const COMMA = 44
const LF = 10
const CR = 13
const BOM = 0xfeff
/** Longer rows are cut in errors. */
const SHOWN = 100

/**
 * Where the cells of a CSV text are. Row `r` has its cells at `r * stride`; each entry is where the cell begins, or
 * `-1 - at` of its opening quote; the entry after is one past its end, so the last of a row is one past the line's end.
 */
export class CsvCells {
  readonly text: string
  /** Header names, as they are. */
  readonly names: readonly string[]
  readonly stride: number
  rows = 0
  #starts = new Int32Array(1024)
  #used = 0

  /** Finds all cells. Throws `invalid-data` with the reference's text for ragged rows and for no header. */
  constructor(text: string) {
    this.text = text
    let at = text.charCodeAt(0) === BOM ? 1 : 0
    if (at === text.length) throw new TablecastError('invalid-data', 'Invalid: Empty CSV file')
    at = this.#skipEmptyLines(at)
    const end = this.#line(at)
    const columns = this.#used - 1
    this.stride = columns + 1
    this.names = Array.from({ length: columns }, (_, column) => this.#cell(column))
    if (end < 0) {
      throw new TablecastError(
        'invalid-data',
        'Invalid: CSV parse error: Empty CSV file or block: cannot infer number of columns',
      )
    }
    this.#used = 0
    for (at = this.#skipEmptyLines(end); at < text.length; ) {
      const from = this.#used
      const next = this.#line(at)
      if (this.#used - from !== this.stride) this.#ragged(at, from)
      this.rows++
      at = next < 0 ? text.length : this.#skipEmptyLines(next)
    }
  }

  get starts(): Int32Array {
    return this.#starts
  }

  /** The content of a cell: without its quotes, and doubled ones made one. */
  at(row: number, column: number): string {
    return this.#cell(row * this.stride + column)
  }

  /** The content of a quoted cell whose quote opens at `open` and which ends at `end`. */
  unquoted(open: number, end: number): string {
    const { text } = this
    if (text.charCodeAt(end - 1) === QUOTE && end - 1 > open) {
      const inner = text.slice(open + 1, end - 1)
      if (!inner.includes('"')) return inner
    }
    let out = ''
    let quoted = true
    for (let at = open + 1; at < end; at++) {
      const unit = text[at]!
      if (unit !== '"') out += unit
      else if (quoted && text[at + 1] === '"' && at + 1 < end) {
        out += '"'
        at++
      } else if (quoted) quoted = false
      else out += unit
    }
    return out
  }

  #cell(index: number): string {
    const start = this.#starts[index]!
    const next = this.#starts[index + 1]!
    const end = (next < 0 ? -1 - next : next) - 1
    return start < 0 ? this.unquoted(-1 - start, end) : this.text.slice(start, end)
  }

  /** Enters the cells of the line at `at`; where the next line begins, or -1 when there is no line break. */
  #line(at: number): number {
    const { text } = this
    const { length } = text
    for (;;) {
      if (this.#used + 2 > this.#starts.length) this.#grow()
      let unit = text.charCodeAt(at)
      if (unit === QUOTE) {
        this.#starts[this.#used++] = -1 - at
        at = this.#skipQuoted(at + 1)
        unit = text.charCodeAt(at)
      } else {
        this.#starts[this.#used++] = at
      }
      while (at < length && unit !== COMMA && unit !== LF && unit !== CR) unit = text.charCodeAt(++at)
      if (at < length && unit === COMMA) {
        at++
        continue
      }
      this.#starts[this.#used++] = at + 1
      if (at >= length) return -1
      return unit === CR && text.charCodeAt(at + 1) === LF ? at + 2 : at + 1
    }
  }

  /** From within quotes to where they are closed for good. */
  #skipQuoted(at: number): number {
    const { text } = this
    for (;;) {
      const close = text.indexOf('"', at)
      if (close < 0) return text.length
      if (text.charCodeAt(close + 1) !== QUOTE) return close + 1
      at = close + 2
    }
  }

  #skipEmptyLines(at: number): number {
    const { text } = this
    let unit = text.charCodeAt(at)
    while (unit === LF || unit === CR) unit = text.charCodeAt(++at)
    return at
  }

  #ragged(at: number, from: number): never {
    const end = this.#starts[this.#used - 1]! - 1
    const row = this.text.slice(at, end)
    const shown = row.length > SHOWN ? `${row.slice(0, SHOWN - 4)} ...` : row
    const found = this.#used - from - 1
    throw new TablecastError(
      'invalid-data',
      `Invalid: CSV parse error: Row #${this.rows + 2}: Expected ${this.stride - 1} columns, got ${found}: ${shown}`,
    )
  }

  #grow(): void {
    const starts = new Int32Array(this.#starts.length * 2)
    starts.set(this.#starts)
    this.#starts = starts
  }
}
