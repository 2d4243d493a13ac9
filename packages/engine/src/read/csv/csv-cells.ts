import { decodeUtf8 } from '../../columns/utf8.js'
import { TablecastError } from '../../error.js'

const QUOTE = 34
const COMMA = 44
const LF = 10
const CR = 13
/** Longer rows are cut in errors. */
const SHOWN = 100

/**
 * Where the cells of a CSV text are. Row `r` has its cells from `r * columns` on: cell `i` is `bytes[starts[i] … ends[i])`
 * without its quotes, or, when `starts[i]` is negative, `unquoted(-1 - starts[i], ends[i])`.
 */
export class CsvCells {
  readonly bytes: Uint8Array
  /** Header names, as they are. */
  readonly names: readonly string[]
  readonly columns: number
  readonly rows: number
  starts = new Int32Array(1024)
  ends = new Int32Array(1024)
  #used = 0

  /** Finds all cells. Throws `invalid-data` with the reference's text for ragged rows and for no header. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    const begin = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    if (begin === bytes.length) throw new TablecastError('invalid-data', 'Invalid: Empty CSV file')
    const header = this.#scan(skipEmptyLines(bytes, begin), 0)
    this.columns = this.#used
    this.names = Array.from({ length: this.columns }, (_, column) => this.#cell(column))
    if (header < 0) {
      throw new TablecastError(
        'invalid-data',
        'Invalid: CSV parse error: Empty CSV file or block: cannot infer number of columns',
      )
    }
    this.#used = 0
    const first = skipEmptyLines(bytes, header)
    if (first < bytes.length) this.#scan(first, this.columns)
    this.rows = this.#used / this.columns
  }

  /** The content of a cell: without its quotes, and doubled ones made one. */
  at(row: number, column: number): string {
    return this.#cell(row * this.columns + column)
  }

  /** The content of a cell whose quote opens at `open` and which ends at `end`, when it is not just quoted. */
  unquoted(open: number, end: number): Uint8Array {
    const { bytes } = this
    const out = new Uint8Array(end - open)
    let length = 0
    let quoted = true
    for (let at = open + 1; at < end; at++) {
      const byte = bytes[at]!
      if (byte !== QUOTE || !quoted) out[length++] = byte
      else if (at + 1 < end && bytes[at + 1] === QUOTE) out[length++] = bytes[at++]!
      else quoted = false
    }
    return out.subarray(0, length)
  }

  #cell(index: number): string {
    const start = this.starts[index]!
    const end = this.ends[index]!
    if (start >= 0) return decodeUtf8(this.bytes, start, end)
    const content = this.unquoted(-1 - start, end)
    return decodeUtf8(content, 0, content.length)
  }

  /**
   * Enters the cells of all lines from `at` on, each of which must have `columns`; or, when that is 0, of one line. Where
   * the next line begins, or -1 when the last has no line break.
   */
  #scan(at: number, columns: number): number {
    const { bytes } = this
    const { length } = bytes
    let { starts, ends } = this
    let used = this.#used
    let lineAt = at
    let lineUsed = used
    for (;;) {
      if (used === starts.length) {
        // By the cells so far, so that long texts need one growth and not many.
        const expected = Math.ceil((used * 1.1 * length) / Math.max(at, 1))
        const capacity = Math.max(used * 2, Math.min(expected, length + 1))
        starts = grown(starts, capacity)
        ends = grown(ends, capacity)
      }
      // Nowhere is a byte beyond the end read: the engine's code for that is twice as slow, and then everywhere.
      if (at < length && bytes[at] === QUOTE) {
        let close = at + 1
        while (close < length && bytes[close] !== QUOTE) close++
        const after = close + 1
        if (after === length || (after < length && endsCell(bytes[after]!))) {
          starts[used] = at + 1
          ends[used++] = close
          at = after
        } else {
          starts[used] = -1 - at
          at = Math.min(closingQuote(bytes, close) + 1, length)
          while (at < length && !endsCell(bytes[at]!)) at++
          ends[used++] = at
        }
      } else {
        starts[used] = at
        while (at < length && !endsCell(bytes[at]!)) at++
        ends[used++] = at
      }
      const byte = at < length ? bytes[at]! : LF
      if (byte === COMMA) {
        at++
        continue
      }
      this.starts = starts
      this.ends = ends
      this.#used = used
      if (columns > 0 && used - lineUsed !== columns) this.#ragged(lineAt, at, lineUsed, columns)
      const last = at >= length
      if (!last) at += byte === CR && at + 1 < length && bytes[at + 1] === LF ? 2 : 1
      if (columns === 0) return last ? -1 : at
      at = skipEmptyLines(bytes, at)
      if (at >= length) return -1
      lineAt = at
      lineUsed = used
    }
  }

  #ragged(at: number, end: number, from: number, columns: number): never {
    const row = decodeUtf8(this.bytes, at, end)
    const shown = row.length > SHOWN ? `${row.slice(0, SHOWN - 4)} ...` : row
    throw new TablecastError(
      'invalid-data',
      `Invalid: CSV parse error: Row #${from / columns + 2}: Expected ${columns} columns, got ${this.#used - from}: ${shown}`,
    )
  }
}

function endsCell(byte: number): boolean {
  return byte <= COMMA && (byte === COMMA || byte === LF || byte === CR)
}

/** The first quote from `at` on that is not doubled; the end when there is none. */
function closingQuote(bytes: Uint8Array, at: number): number {
  for (; ; at += 2) {
    at = bytes.indexOf(QUOTE, at)
    if (at < 0) return bytes.length
    if (bytes[at + 1] !== QUOTE) return at
  }
}

function skipEmptyLines(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && (bytes[at] === LF || bytes[at] === CR)) at++
  return at
}

function grown(array: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(capacity)
  out.set(array)
  return out
}
