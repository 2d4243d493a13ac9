import { BOOLEAN, type Cell, CLEAR, FLOAT, FLOAT32, INT32, INT64, INVALID, isNumericCode, NONE, VALID } from './cell.js'
import { erf, erfc } from './erf.js'
import { negate } from './operators.js'

/** `out = operation(a)`. */
export type Unary = (a: Cell, out: Cell) => void

/** Unary operations on the value of a number, which give a float; `floatOnly` ones give null for integers. */
export const NUMERIC_UNARY: ReadonlyMap<string, { readonly of: (x: number) => number; readonly floatOnly: boolean }> =
  new Map(
    Object.entries({
      abs: { of: Math.abs, floatOnly: true },
      acos: { of: Math.acos, floatOnly: true },
      acosh: { of: Math.acosh, floatOnly: true },
      asin: { of: Math.asin, floatOnly: true },
      asinh: { of: Math.asinh, floatOnly: true },
      atan: { of: Math.atan, floatOnly: true },
      atanh: { of: Math.atanh, floatOnly: true },
      ceil: { of: Math.ceil, floatOnly: false },
      cos: { of: Math.cos, floatOnly: true },
      cosh: { of: Math.cosh, floatOnly: true },
      exp: { of: Math.exp, floatOnly: false },
      expm1: { of: Math.expm1, floatOnly: false },
      floor: { of: Math.floor, floatOnly: false },
      log: { of: Math.log, floatOnly: false },
      log10: { of: Math.log10, floatOnly: false },
      log2: { of: Math.log2, floatOnly: false },
      log1p: { of: Math.log1p, floatOnly: false },
      round: { of: roundHalfAway, floatOnly: false },
      sin: { of: Math.sin, floatOnly: true },
      sinc: { of: sinc, floatOnly: false },
      sinh: { of: Math.sinh, floatOnly: true },
      sqrt: { of: Math.sqrt, floatOnly: false },
      tan: { of: Math.tan, floatOnly: true },
      tanh: { of: Math.tanh, floatOnly: true },
      cot: { of: (x: number) => 1 / Math.tan(x), floatOnly: false },
      rad2deg: { of: (x: number) => x * 57.29577951308232, floatOnly: false },
      deg2rad: { of: (x: number) => x * 0.017453292519943295, floatOnly: false },
      deg2grad: { of: (x: number) => x * (10 / 9), floatOnly: false },
      grad2deg: { of: (x: number) => x * (9 / 10), floatOnly: false },
      erf: { of: erf, floatOnly: true },
      erfc: { of: erfc, floatOnly: true },
    }),
  )

/** Every unary operation by the name it is written with. */
export const UNARY: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ...Array.from(NUMERIC_UNARY, ([name, { of, floatOnly }]): [string, Unary] => [name, numeric(of, floatOnly)]),
  ['neg', negate],
  ['not', not],
  ['sgn', sign],
  ['trunc', truncate],
  ['frac', fraction],
  ['sec', none],
  ['csc', none],
  ['ncdf', none],
])

function numeric(of: (x: number) => number, floatOnly: boolean): Unary {
  return (a, out) => {
    if (!start(a, out, FLOAT)) return
    if (floatOnly && a.type !== FLOAT && a.type !== FLOAT32) return
    out.setFloat(of(a.toNumber()))
  }
}

function start(a: Cell, out: Cell, type: number): boolean {
  out.clear(type, isNumericCode(a.type) || a.type === NONE ? INVALID : CLEAR)
  return a.status === VALID && a.type !== NONE
}

function not(a: Cell, out: Cell): void {
  if (a.status === CLEAR) out.clear(BOOLEAN, CLEAR)
  else out.setBoolean(!a.toBoolean())
}

function sign(a: Cell, out: Cell): void {
  if (!start(a, out, INT32) || !isNumericCode(a.type)) return
  out.setNumber(INT32, a.value > 0 ? 1 : a.value < 0 ? -1 : 0)
}

function truncate(a: Cell, out: Cell): void {
  if (!start(a, out, INT64)) return
  out.setNumber(INT64, toInt64(a.toNumber()))
}

function fraction(a: Cell, out: Cell): void {
  if (!start(a, out, FLOAT) || !isNumericCode(a.type)) return
  out.setFloat(a.type === FLOAT || a.type === FLOAT32 ? fractionOf(a.value) : 0)
}

/** What is behind the point, with the number's sign. */
export function fractionOf(x: number): number {
  return Number.isFinite(x) ? x % 1 : x * 0
}

/** Functions that the reference knows by name and never computes. */
function none(_a: Cell, out: Cell): void {
  out.setNone()
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x) / x
}

/** Half away from zero. */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x)
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole
}

/** A double cut to a 64-bit integer, at the ends of its range when it is beyond; NaN is 0. */
export function toInt64(x: number): number {
  if (Number.isNaN(x)) return 0
  return Math.max(-(2 ** 63), Math.min(2 ** 63, Math.trunc(x))) + 0
}
