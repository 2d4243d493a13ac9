import { decodeUtf8, encodeUtf8Into } from '../columns/utf8.js'

const MINUS = 45
const ZERO = 48
const POINT = 46
/** Digits after the point that `double` writes itself. */
const DECIMALS = 4
const SCALE = 10 ** DECIMALS
/** Numbers below it have at most 14 digits here, which no other double's text shares; from it on CSV has exponents. */
const PLAIN = 1e10
/** Texts up to that long are copied as if they were so long: what is behind them is overwritten by the next. */
const SHORT = 16

/**
 * Text on its way out, as UTF-8. Bytes beside bytes make no work for the garbage collector, where strings put together
 * of millions of short ones make more than the rest of it.
 */
export class TextBuffer {
  bytes: Uint8Array
  /** The same bytes. */
  view: DataView
  length = 0

  constructor(capacity = 4096) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `more` bytes. To be called before each of the others but `text`. */
  reserve(more: number): void {
    const needed = this.length + more + SHORT
    if (needed <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }

  /** A string of any length; makes its own room. */
  text(text: string): void {
    this.reserve(text.length * 3)
    this.length = encodeUtf8Into(text, this.bytes, this.length)
  }

  /** A whole number up to 2^53, in at most 17 bytes. */
  whole(value: number): void {
    let left = value
    if (left < 0) {
      this.bytes[this.length++] = MINUS
      left = -left
    }
    if (left >= 1e9) {
      // In two parts, which fit the processor's integers.
      const high = Math.floor(left / 1e9)
      this.whole(high)
      this.#digits(left - high * 1e9, 9)
      return
    }
    let width = 1
    for (let bound = 10; bound <= left; bound *= 10) width++
    this.#digits(left, width)
  }

  /**
   * A double with at most four decimals, in at most 20 bytes, as `String` writes it; false, with nothing written, for one
   * that has more or is too large (or minus zero).
   */
  double(value: number, withPoint: boolean): boolean {
    if (!(value < PLAIN && value > -PLAIN)) return false
    const scaled = Math.round(value * SCALE)
    if (scaled / SCALE !== value || (value === 0 && Object.is(value, -0))) return false
    const size = Math.abs(value)
    const whole = Math.floor(size)
    if (value < 0) this.bytes[this.length++] = MINUS
    this.whole(whole)
    let fraction = Math.abs(scaled) - whole * SCALE
    if (fraction === 0) {
      if (!withPoint) return true
      this.bytes[this.length++] = POINT
      this.bytes[this.length++] = ZERO
      return true
    }
    let width = DECIMALS
    while (fraction % 10 === 0) {
      fraction /= 10
      width--
    }
    this.bytes[this.length++] = POINT
    this.#digits(fraction, width)
    return true
  }

  toString(): string {
    return decodeUtf8(this.bytes, 0, this.length)
  }

  /** The last `width` digits of a number below 1e9. */
  #digits(value: number, width: number): void {
    const { bytes } = this
    let left = value | 0
    for (let at = this.length + width - 1; at >= this.length; at--) {
      const rest = (left / 10) | 0
      bytes[at] = ZERO + left - rest * 10
      left = rest
    }
    this.length += width
  }
}

/** Copies bytes of `source` to `at` of `out`, which has room; returns where they end. */
export function copyText(source: TextBuffer, from: number, to: number, out: TextBuffer, at: number): number {
  const size = to - from
  if (size > SHORT) {
    out.bytes.set(source.bytes.subarray(from, to), at)
    return at + size
  }
  // A loop over a few bytes ends where no processor foresees it.
  const target = out.view
  const view = source.view
  target.setInt32(at, view.getInt32(from))
  target.setInt32(at + 4, view.getInt32(from + 4))
  target.setInt32(at + 8, view.getInt32(from + 8))
  target.setInt32(at + 12, view.getInt32(from + 12))
  return at + size
}
