import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import { decodeUtf8 } from '../columns/utf8.js'
import { distinctStrings } from './distinct.js'
import { integerToText } from './number-text.js'
import { copyText, TextBuffer } from './text-buffer.js'

/** How a text format writes cells. */
export interface CellFormat {
  readonly null: string
  readonly string: (text: string) => string
  /** Any double. `wholeDoubles` says whether those without fraction end in `.0`. */
  readonly double: (value: number) => string
  readonly wholeDoubles: 'plain' | 'point'
  /** A float32; null when it is written as the double it is. */
  readonly float32: ((value: number) => string) | null
  /** Days, and ms; null when they are written as whole numbers of ms. */
  readonly date: ((days: number) => string) | null
  readonly datetime: ((ms: number) => string) | null
}

const DAY_MS = 86_400_000
const SAFE = Number.MAX_SAFE_INTEGER
/** The longest number, and what is behind it. */
const NUMBER = 25

/** The texts of some cells of a column, as UTF-8: cell `i` is `buffer.bytes[starts[i] … ends[i])`. Equal cells may share theirs. */
export class CellTexts {
  starts = new Int32Array(0)
  ends = new Int32Array(0)
  readonly buffer = new TextBuffer()
  /** True when each text begins where the one before ends. */
  isRun = true
  readonly #after: string

  /** `after` is put behind every text; a character of ASCII, or nothing. */
  constructor(after = '') {
    this.#after = after
  }

  /** Holds the given texts. */
  hold(texts: readonly string[]): this {
    this.#begin(texts.length)
    for (let i = 0; i < texts.length; i++) {
      this.starts[i] = this.buffer.length
      this.buffer.text(texts[i]! + this.#after)
      this.ends[i] = this.buffer.length
    }
    return this
  }

  /** Holds the texts of the cells `from` (included) to `to` (excluded) of a column. */
  render(column: Column, from: number, to: number, format: CellFormat): this {
    this.#begin(to - from)
    this.#renderValid(column, from, to, format)
    const { valid } = column
    if (valid === null) return this
    const start = this.buffer.length
    this.buffer.text(format.null + this.#after)
    this.isRun = false
    for (let i = from; i < to; i++) {
      if (getBit(valid, i)) continue
      this.starts[i - from] = start
      this.ends[i - from] = this.buffer.length
    }
    return this
  }

  /** The first `count` texts as strings. */
  strings(count: number): string[] {
    return Array.from({ length: count }, (_, i) => decodeUtf8(this.buffer.bytes, this.starts[i]!, this.ends[i]!))
  }

  /** Bytes of the first `count` texts. */
  size(count: number): number {
    let size = 0
    for (let i = 0; i < count; i++) size += this.ends[i]! - this.starts[i]!
    return size
  }

  #begin(count: number): void {
    this.buffer.length = 0
    this.isRun = true
    if (count <= this.starts.length) return
    this.starts = new Int32Array(count)
    this.ends = new Int32Array(count)
  }

  #renderValid(column: Column, from: number, to: number, format: CellFormat): void {
    const { data } = column
    switch (column.storage) {
      case 'string': {
        const { codes, places } = distinctStrings(column, from, to)
        const { values } = column.dictionary!
        this.#choose(
          codes.map((code) => format.string(values[code]!)),
          places,
        )
        return
      }
      case 'boolean':
        this.#choose(['false', 'true'], data.subarray(from, to))
        return
      case 'float32':
        if (format.float32 !== null) this.#convert(data, from, to, format.float32)
        else this.#doubles(data, from, to, format)
        return
      case 'float64':
        this.#doubles(data, from, to, format)
        return
      case 'int64':
      case 'uint64':
        this.#wide(data, column.fine, from, to)
        return
      case 'date':
        if (format.date === null) this.#wholes(data, from, to, DAY_MS)
        else this.#convert(data, from, to, format.date)
        return
      case 'datetime':
        if (format.datetime === null) this.#wide(data, null, from, to)
        else this.#convert(data, from, to, format.datetime)
        return
      default:
        this.#wholes(data, from, to, 1)
    }
  }

  /** Cell `i` is the text at `places[i]`. */
  #choose(texts: readonly string[], places: ArrayLike<number>): void {
    const starts = new Int32Array(texts.length + 1)
    const buffer = this.buffer
    this.isRun = false
    for (let i = 0; i < texts.length; i++) {
      buffer.text(texts[i]! + this.#after)
      starts[i + 1] = buffer.length
    }
    for (let i = 0; i < places.length; i++) {
      this.starts[i] = starts[places[i]!]!
      this.ends[i] = starts[places[i]! + 1]!
    }
  }

  #convert(data: ArrayLike<number>, from: number, to: number, text: (value: number) => string): void {
    const buffer = this.buffer
    for (let i = from; i < to; i++) {
      this.starts[i - from] = buffer.length
      buffer.text(text(data[i]!) + this.#after)
      this.ends[i - from] = buffer.length
    }
  }

  #doubles(data: ArrayLike<number>, from: number, to: number, format: CellFormat): void {
    const buffer = this.buffer
    const withPoint = format.wholeDoubles === 'point'
    const after = this.#after === '' ? -1 : this.#after.charCodeAt(0)
    buffer.reserve((to - from) * NUMBER)
    for (let i = from; i < to; i++) {
      this.starts[i - from] = buffer.length
      if (!buffer.double(data[i]!, withPoint)) {
        buffer.text(format.double(data[i]!))
        buffer.reserve((to - i) * NUMBER)
      }
      if (after >= 0) buffer.bytes[buffer.length++] = after
      this.ends[i - from] = buffer.length
    }
  }

  #wholes(data: ArrayLike<number>, from: number, to: number, unit: number): void {
    const buffer = this.buffer
    const after = this.#after === '' ? -1 : this.#after.charCodeAt(0)
    buffer.reserve((to - from) * NUMBER)
    for (let i = from; i < to; i++) {
      this.starts[i - from] = buffer.length
      buffer.whole(data[i]! * unit)
      if (after >= 0) buffer.bytes[buffer.length++] = after
      this.ends[i - from] = buffer.length
    }
  }

  #wide(data: ArrayLike<number>, fine: Int16Array | null, from: number, to: number): void {
    const buffer = this.buffer
    const after = this.#after === '' ? -1 : this.#after.charCodeAt(0)
    buffer.reserve((to - from) * NUMBER)
    for (let i = from; i < to; i++) {
      const value = data[i]!
      this.starts[i - from] = buffer.length
      if (value <= SAFE && value >= -SAFE && Number.isInteger(value)) buffer.whole(value)
      else buffer.text(fine === null && !Number.isInteger(value) ? String(value) : integerToText(value, fine?.[i] ?? 0))
      buffer.reserve((to - i) * NUMBER)
      if (after >= 0) buffer.bytes[buffer.length++] = after
      this.ends[i - from] = buffer.length
    }
  }
}

/** Writes `count` rows: before each cell of one the head of its column, after the last one the last head; or no heads. */
export function writeRows(
  out: TextBuffer,
  heads: CellTexts | null,
  columns: readonly CellTexts[],
  count: number,
): void {
  const last = columns.length
  let size = heads === null ? 0 : heads.size(last + 1) * count
  for (const texts of columns) size += texts.size(count)
  out.reserve(size)
  let at = out.length
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < last; i++) {
      const { buffer, starts, ends } = columns[i]!
      if (heads !== null) at = copyText(heads.buffer, heads.starts[i]!, heads.ends[i]!, out, at)
      at = copyText(buffer, starts[row]!, ends[row]!, out, at)
    }
    if (heads !== null) at = copyText(heads.buffer, heads.starts[last]!, heads.ends[last]!, out, at)
  }
  out.length = at
}

/** Writes `count` texts. */
export function writeTexts(out: TextBuffer, texts: CellTexts, count: number): void {
  out.reserve(texts.size(count))
  const { buffer, starts, ends, isRun } = texts
  if (count > 0 && isRun) {
    out.length = copyText(buffer, starts[0]!, ends[count - 1]!, out, out.length)
    return
  }
  let at = out.length
  for (let i = 0; i < count; i++) at = copyText(buffer, starts[i]!, ends[i]!, out, at)
  out.length = at
}
