import { encodeUtf8Into } from '../columns/utf8.js'
import { Utf8Text } from './utf8-text.js'

const MINUS = 45
const ZERO = 48
const POINT = 46
/** Digits after the point that `double` writes itself. */
const DECIMALS = 4
const SCALE = 10 ** DECIMALS
/** Numbers below it have at most 14 digits here, which no other double's text shares; from it on CSV has exponents. */
const PLAIN = 1e10
/** Texts are copied in blocks of that many bytes: what is behind them is overwritten by the next. */
const BLOCK = 16
/** Longer texts are left to the runtime, which takes a while to begin. */
const LONG = 8 * BLOCK

/**
 * Text on its way out, as UTF-8. Bytes beside bytes make no work for the garbage collector, where strings put together
 * of millions of short ones make more than the rest of it.
 */
export class TextBuffer {
  bytes: Uint8Array
  /** The same bytes. */
  view: DataView
  length = 0
  /** False once it holds anything else. */
  isAscii = true

  constructor(capacity = 4096) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `more` bytes. To be called before each of the others but `text`. */
  reserve(more: number): void {
    const needed = this.length + more + BLOCK
    if (needed <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }

  /** A string of any length; makes its own room. */
  text(text: string): void {
    this.reserve(text.length * 3)
    const end = encodeUtf8Into(text, this.bytes, this.length)
    if (end - this.length !== text.length) this.isAscii = false
    this.length = end
  }

  /** The bytes from `from` (included) to `to` (excluded) of another one. */
  copy(source: TextBuffer, from: number, to: number): void {
    this.length = copyText(source, from, to, this, this.length)
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
    this.#digits(left, widthOf(left | 0))
  }

  /**
   * A double with at most four decimals, in at most 20 bytes, as `String` writes it; false, with nothing written, for one
   * that has more or is too large (or minus zero).
   */
  double(value: number, withPoint: boolean): boolean {
    const size = Math.abs(value)
    if (!(size < PLAIN)) return false
    const whole = Math.floor(size)
    const scaled = Math.round((size - whole) * SCALE)
    if ((whole * SCALE + scaled) / SCALE !== size || (value === 0 && Object.is(value, -0))) return false
    if (value < 0) this.bytes[this.length++] = MINUS
    this.whole(whole)
    // As an integer: a remainder of doubles is a call into a library.
    let fraction = scaled | 0
    if (fraction === 0) {
      if (!withPoint) return true
      this.bytes[this.length++] = POINT
      this.bytes[this.length++] = ZERO
      return true
    }
    let width = DECIMALS
    while (fraction % 10 === 0) {
      fraction = (fraction / 10) | 0
      width--
    }
    this.bytes[this.length++] = POINT
    this.#digits(fraction, width)
    return true
  }

  /** What was written. The buffer must not be used any more. */
  finish(): Utf8Text {
    // Much room to spare is not kept with the text.
    const ends = this.bytes.length > this.length * 1.25 ? 'slice' : 'subarray'
    return new Utf8Text(this.bytes[ends](0, this.length), this.isAscii)
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

/** Digits of a number below 1e9. */
function widthOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4
  if (value < 1_000_000) return value < 100_000 ? 5 : 6
  return value < 10_000_000 ? 7 : value < 100_000_000 ? 8 : 9
}

/** Copies bytes of `source` to `at` of `out`, which has room; returns where they end. */
export function copyText(source: TextBuffer, from: number, to: number, out: TextBuffer, at: number): number {
  const size = to - from
  if (size > LONG) {
    out.bytes.set(source.bytes.subarray(from, to), at)
    return at + size
  }
  // A loop over single bytes ends where no processor foresees it. Eight of them go as a double, the first one lowest. It
  // is no NaN, which need not stay the same: its last two bytes would have to be one that begins a character of four and
  // one that does not go on with it.
  const target = out.view
  const { view } = source
  for (let done = 0; done < size; done += BLOCK) {
    target.setFloat64(at + done, view.getFloat64(from + done, true), true)
    target.setFloat64(at + done + 8, view.getFloat64(from + done + 8, true), true)
  }
  return at + size
}
