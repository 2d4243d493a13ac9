import { decodeUtf8 } from '../columns/utf8.js'
import type { Pieces } from '../pieces.js'
import { type CellFormat, CellTexts, type TextColumn } from './cell-texts.js'
import { TextBuffer } from './text-buffer.js'

/** Cells rendered at a time, so that their texts are still near when they are put together: less than a millisecond. */
const PIECE = 8192
/** Bytes of texts kept for rows to come. More are not near any more. */
const KEPT = 1 << 18

/** Rows of texts: the cells of each, column by column, with what stands around them. */
export class RowTexts {
  readonly #cells: readonly CellTexts[]
  readonly #length: number
  readonly #buffer = new TextBuffer()
  #spans = new Int32Array(0)
  /** Bytes of the buffer that hold kept texts. */
  #kept = 0

  constructor(columns: readonly TextColumn[], format: CellFormat, length: number) {
    this.#length = length
    this.#cells = columns.map((column) => new CellTexts(column, format, length))
  }

  /** Writes all rows. */
  *write(out: TextBuffer): Pieces<void> {
    const length = this.#length
    const piece = Math.max(1, Math.floor(PIECE / this.#cells.length))
    const start = out.length
    for (let from = 0; from < length; from += piece) {
      const to = Math.min(from + piece, length)
      this.#render(from, to)
      this.#put(out, this.#cells.length * (to - from))
      // The first rows tell how much there will be, so that it need not be moved; numbers often get longer.
      if (from === 0) out.reserve(Math.ceil(((out.length - start) / to) * (length - to) * 1.125))
      yield this.#cells.length * (to - from)
    }
  }

  /** All texts, as strings; for a few. */
  strings(): string[] {
    const count = this.#cells.length * this.#length
    this.#render(0, this.#length)
    const [spans, { bytes }] = [this.#spans, this.#buffer]
    return Array.from({ length: count }, (_, i) => decodeUtf8(bytes, spans[2 * i]!, spans[2 * i + 1]!))
  }

  #render(from: number, to: number): void {
    const cells = this.#cells
    const buffer = this.#buffer
    const size = 2 * cells.length * (to - from)
    if (size > this.#spans.length) this.#spans = new Int32Array(size)
    if (this.#kept > KEPT) {
      this.#kept = 0
      for (const each of cells) each.forget()
    }
    buffer.length = this.#kept
    const render = (isKept: boolean) => {
      for (let i = 0; i < cells.length; i++) {
        if (cells[i]!.isKept !== isKept) continue
        cells[i]!.render({ buffer, spans: this.#spans, at: 2 * i, step: 2 * cells.length }, from, to)
      }
    }
    render(true)
    this.#kept = buffer.length
    render(false)
  }

  #put(out: TextBuffer, count: number): void {
    const spans = this.#spans
    const buffer = this.#buffer
    let size = 0
    for (let i = 0; i < 2 * count; i += 2) size += spans[i + 1]! - spans[i]!
    out.reserve(size)
    if (!buffer.isAscii) out.isAscii = false
    for (let i = 0; i < 2 * count; i += 2) out.copy(buffer, spans[i]!, spans[i + 1]!)
  }
}
