import { getBit } from '../columns/bitmap.js'
import { Column } from '../columns/column.js'
import { integerToText } from './number-text.js'
import { TextBuffer } from './text-buffer.js'

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

/** One column of a text. */
export interface TextColumn {
  /** Its cells; or what renders those of rows `from` (included) to `to` (excluded). */
  readonly source: Column | ((from: number, to: number) => readonly string[])
  /** What stands before and behind each cell. */
  readonly before: string
  readonly after: string
}

/** Where the texts of some rows' cells are put: cell `i` of them is at `spans[at + i * step]` up to the number behind it. */
export interface Place {
  readonly buffer: TextBuffer
  readonly spans: Int32Array
  readonly at: number
  readonly step: number
}

const DAY_MS = 86_400_000
const SAFE = Number.MAX_SAFE_INTEGER
/** The longest number, and what is copied too much. */
const NUMBER = 25 + 16
const BOOLEANS = ['false', 'true']

/** Spans by code for a dictionary that is large beside the rows; all zero between calls. */
let scratch = new Int32Array(0)

/** Renders the texts of one column, piece by piece, each with what stands around it. */
export class CellTexts {
  /** Whether texts are rendered once and stay in the buffer for the rows to come. */
  readonly isKept: boolean
  readonly #source: TextColumn['source']
  readonly #format: CellFormat
  readonly #around: readonly [before: string, after: string]
  readonly #before = new TextBuffer(64)
  readonly #after = new TextBuffer(64)
  /** By code, the span of its text; an end of 0 where it is not rendered yet. */
  #spans: Int32Array | null = null

  /** @param rows how many there will be in all */
  constructor({ source, before, after }: TextColumn, format: CellFormat, rows: number) {
    this.#source = source
    this.#format = format
    this.#around = [before, after]
    this.#before.text(before)
    this.#after.text(after)
    const codes = source instanceof Column ? codesOf(source) : 0
    // A few rows must not cost what a large dictionary does.
    this.isKept = codes > 0 && codes <= 1024 + 4 * rows
    if (this.isKept) this.#spans = new Int32Array(2 * codes)
  }

  /** Puts the texts of rows `from` (included) to `to` (excluded). */
  render(place: Place, from: number, to: number): void {
    const source = this.#source
    if (!(source instanceof Column)) {
      this.#texts(place, source(from, to))
      return
    }
    this.#valid(place, source, from, to)
    const { valid } = source
    if (valid === null) return
    const { buffer, spans, step } = place
    const start = buffer.length
    this.#text(buffer, this.#format.null)
    for (let i = from, at = place.at; i < to; i++, at += step) {
      if (getBit(valid, i)) continue
      spans[at] = start
      spans[at + 1] = buffer.length
    }
  }

  /** Forgets kept texts, which are no more in the buffer. */
  forget(): void {
    this.#spans?.fill(0)
  }

  #valid(place: Place, column: Column, from: number, to: number): void {
    const { data } = column
    const format = this.#format
    switch (column.storage) {
      case 'string':
      case 'boolean':
        this.#codes(place, column, from, to)
        return
      case 'float32':
        if (format.float32 !== null) this.#convert(place, data, from, to, format.float32)
        else this.#doubles(place, data, from, to)
        return
      case 'float64':
        this.#doubles(place, data, from, to)
        return
      case 'int64':
      case 'uint64':
        this.#wide(place, data, column.fine, from, to)
        return
      case 'date':
        if (format.date === null) this.#wholes(place, data, from, to, DAY_MS)
        else this.#convert(place, data, from, to, format.date)
        return
      case 'datetime':
        if (format.datetime === null) this.#wide(place, data, null, from, to)
        else this.#convert(place, data, from, to, format.datetime)
        return
      default:
        this.#wholes(place, data, from, to, 1)
    }
  }

  #text(buffer: TextBuffer, text: string): void {
    const [before, after] = this.#around
    buffer.text(before + text + after)
  }

  #texts({ buffer, spans, at, step }: Place, texts: readonly string[]): void {
    for (let i = 0; i < texts.length; i++) {
      spans[at + i * step] = buffer.length
      this.#text(buffer, texts[i]!)
      spans[at + i * step + 1] = buffer.length
    }
  }

  #codes({ buffer, spans, at, step }: Place, column: Column, from: number, to: number): void {
    const { data, valid, dictionary } = column
    const size = 2 * codesOf(column)
    if (this.#spans === null && size > scratch.length) scratch = new Int32Array(Math.max(size, 2 * scratch.length))
    const known = this.#spans ?? scratch
    const fresh: number[] = []
    for (let i = from; i < to; i++, at += step) {
      if (valid !== null && !getBit(valid, i)) continue
      const code = data[i]!
      let end = known[2 * code + 1]!
      if (end === 0) {
        fresh.push(code)
        known[2 * code] = buffer.length
        this.#text(buffer, dictionary === null ? BOOLEANS[code]! : this.#format.string(dictionary.values[code]!))
        end = buffer.length
        known[2 * code + 1] = end
      }
      spans[at] = known[2 * code]!
      spans[at + 1] = end
    }
    if (known === scratch) for (const code of fresh) known[2 * code + 1] = 0
  }

  #convert(place: Place, data: ArrayLike<number>, from: number, to: number, text: (value: number) => string): void {
    const { buffer, spans, step } = place
    for (let i = from, at = place.at; i < to; i++, at += step) {
      spans[at] = buffer.length
      this.#text(buffer, text(data[i]!))
      spans[at + 1] = buffer.length
    }
  }

  #doubles({ buffer, spans, at, step }: Place, data: ArrayLike<number>, from: number, to: number): void {
    const [before, after] = [this.#before, this.#after]
    const { double, wholeDoubles } = this.#format
    const withPoint = wholeDoubles === 'point'
    const room = this.#room
    buffer.reserve((to - from) * room)
    for (let i = from; i < to; i++, at += step) {
      spans[at] = buffer.length
      buffer.copy(before, 0, before.length)
      if (!buffer.double(data[i]!, withPoint)) {
        buffer.text(double(data[i]!))
        buffer.reserve((to - i) * room)
      }
      buffer.copy(after, 0, after.length)
      spans[at + 1] = buffer.length
    }
  }

  #wholes({ buffer, spans, at, step }: Place, data: ArrayLike<number>, from: number, to: number, unit: number): void {
    const [before, after] = [this.#before, this.#after]
    buffer.reserve((to - from) * this.#room)
    for (let i = from; i < to; i++, at += step) {
      spans[at] = buffer.length
      buffer.copy(before, 0, before.length)
      buffer.whole(data[i]! * unit)
      buffer.copy(after, 0, after.length)
      spans[at + 1] = buffer.length
    }
  }

  #wide(place: Place, data: ArrayLike<number>, fine: Int16Array | null, from: number, to: number): void {
    const { buffer, spans, step } = place
    const [before, after] = [this.#before, this.#after]
    const room = this.#room
    buffer.reserve((to - from) * room)
    for (let i = from, at = place.at; i < to; i++, at += step) {
      const value = data[i]!
      spans[at] = buffer.length
      buffer.copy(before, 0, before.length)
      if (value <= SAFE && value >= -SAFE && Number.isInteger(value)) buffer.whole(value)
      else {
        buffer.text(fine === null && !Number.isInteger(value) ? String(value) : integerToText(value, fine?.[i] ?? 0))
        buffer.reserve((to - i) * room)
      }
      buffer.copy(after, 0, after.length)
      spans[at + 1] = buffer.length
    }
  }

  /** Bytes that a number takes at most. */
  get #room(): number {
    return this.#before.length + NUMBER + this.#after.length
  }
}

/** How many different texts a column chooses from; 0 when that is not known. */
function codesOf({ storage, dictionary }: Column): number {
  return storage === 'boolean' ? BOOLEANS.length : (dictionary?.size ?? 0)
}
