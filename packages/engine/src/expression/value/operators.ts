import { columnType } from '../../columns/storage.js'
import { compareText } from '../../columns/text-order.js'
import type { TypeFault } from '../type-fault.js'
import {
  BOOLEAN,
  type Cell,
  CLEAR,
  FLOAT,
  FLOAT32,
  INT8,
  INT32,
  INT64,
  INVALID,
  isNumericCode,
  NONE,
  STRING,
  typeOf,
  UINT8,
  VALID,
} from './cell.js'

export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^'
export type Comparison = '<' | '<=' | '==' | '!=' | '>=' | '>'
export type Logic = 'and' | 'nand' | 'or' | 'nor' | 'xor' | 'xnor'
export type BinaryOperator = Arithmetic | Comparison | Logic

const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '==', '!=', '>=', '>'])
const LOGIC: ReadonlySet<string> = new Set(['and', 'nand', 'or', 'nor', 'xor', 'xnor'])

export function isComparison(operator: BinaryOperator): operator is Comparison {
  return COMPARISONS.has(operator)
}

export function isLogic(operator: BinaryOperator): operator is Logic {
  return LOGIC.has(operator)
}

/** Called when two types cannot be compared. */
export type OnTypeError = (fault: TypeFault) => void

/** `out = a operator b`; `out` may be neither. `onTypeError` hears of types that cannot be compared. */
export function applyBinary(
  operator: BinaryOperator,
  a: Cell,
  b: Cell,
  out: Cell,
  onTypeError: OnTypeError | null,
): void {
  if (isComparison(operator)) compare(operator, a, b, out, onTypeError)
  else if (isLogic(operator)) {
    // Only while the type is found out does an operand that is none make the result none.
    if (onTypeError !== null && (a.status === CLEAR || b.status === CLEAR)) out.clear(BOOLEAN, CLEAR)
    else out.setBoolean(logic(operator, a.toBoolean(), b.toBoolean()))
  } else applyArithmetic(operator, a, b, out)
}

/** Arithmetic is in doubles, except that two 32-bit integers wrap around as 32-bit integers do. */
export function applyArithmetic(operator: Arithmetic, a: Cell, b: Cell, out: Cell): void {
  if (!startFloat(a, b, out)) return
  const x = a.toNumber()
  const y = b.toNumber()
  if (a.type === INT32 && b.type === INT32 && operator !== '/' && operator !== '%' && operator !== '^') {
    out.setFloat(operator === '+' ? (x + y) | 0 : operator === '-' ? (x - y) | 0 : Math.imul(x, y))
    return
  }
  switch (operator) {
    case '+':
      out.setFloat(x + y)
      return
    case '-':
      out.setFloat(x - y)
      return
    case '*':
      out.setFloat(x * y)
      return
    case '/':
      if (y !== 0) out.setFloat(x / y)
      return
    case '%':
      if (y !== 0) out.setFloat(x % y)
      return
    case '^':
      out.setFloat(power(x, y))
  }
}

/** `pow` as C has it: 1 to any power, and anything to the power 0, is 1. */
export function power(x: number, y: number): number {
  return x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : x ** y
}

/** Makes `out` the float null that two operands start from; true when both have a value to compute with. */
export function startFloat(a: Cell, b: Cell, out: Cell): boolean {
  const none = a.type === NONE || b.type === NONE
  out.clear(FLOAT, none || (isNumericCode(a.type) && isNumericCode(b.type)) ? INVALID : CLEAR)
  return !none && a.status === VALID && b.status === VALID
}

/**
 * Compares; nulls are equal to each other and neither below nor above anything. While the type is found out
 * (`onTypeError`), an operand that is none makes the result none; later it is a null like others.
 */
export function compare(operator: Comparison, a: Cell, b: Cell, out: Cell, onTypeError: OnTypeError | null): void {
  const clear = onTypeError !== null && (a.status === CLEAR || b.status === CLEAR)
  if (a.type === NONE || b.type === NONE) {
    const equality = operator === '==' || operator === '!='
    if (clear || !equality) {
      out.clear(BOOLEAN, clear ? CLEAR : INVALID)
      return
    }
    const equal = (a.type === NONE || a.status !== VALID) === (b.type === NONE || b.status !== VALID)
    out.setBoolean(equal === (operator === '=='))
    return
  }
  if (a.type !== b.type && !(isNumericCode(a.type) && isNumericCode(b.type))) {
    out.clear(BOOLEAN, CLEAR)
    onTypeError?.({ operator, left: typeName(a), right: typeName(b) })
    return
  }
  if (clear) {
    out.clear(BOOLEAN, CLEAR)
    return
  }
  if (a.status !== VALID || b.status !== VALID) {
    const both = a.status !== VALID && b.status !== VALID
    out.setBoolean(operator === '!=' ? !both : both && operator !== '<' && operator !== '>')
    return
  }
  if (a.type === STRING) out.setBoolean(compareOrder(operator, compareText(a.text, b.text)))
  else out.setBoolean(compareNumbers(operator, a.value, b.value))
}

/** As `compare`, for two valid numbers. */
export function compareNumbers(operator: Comparison, x: number, y: number): boolean {
  switch (operator) {
    case '<':
      return x < y
    case '<=':
      return x <= y
    case '==':
      return x === y
    case '!=':
      return x !== y
    case '>=':
      return x >= y
    case '>':
      return x > y
  }
}

export function compareOrder(operator: Comparison, order: number): boolean {
  return compareNumbers(operator, order, 0)
}

export function logic(operator: Logic, x: boolean, y: boolean): boolean {
  switch (operator) {
    case 'and':
      return x && y
    case 'nand':
      return !(x && y)
    case 'or':
      return x || y
    case 'nor':
      return !(x || y)
    case 'xor':
      return x !== y
    case 'xnor':
      return x === y
  }
}

/** The comparison inside `clamp`, `iclamp` and the `$f` functions: different types compare by type, a null below all. */
export function compareRaw(operator: '<' | '<=' | '>' | '>=', a: Cell, b: Cell): boolean {
  if (a.type !== b.type) return compareNumbers(operator, a.type, b.type)
  if (a.status !== VALID && b.status !== VALID) return compareNumbers(operator, 1, 1)
  if (a.status !== VALID || b.status !== VALID) return compareNumbers(operator, a.status, b.status)
  if (a.type === STRING) return compareOrder(operator, compareText(a.text, b.text))
  return compareNumbers(operator, a.value, b.value)
}

/** Sameness without conversion, as `&`, `|` and the simplifications test it: type, nullness and value. */
export function sameRaw(a: Cell, b: Cell): boolean {
  if (a.type !== b.type || a.status !== b.status) return false
  if (a.status !== VALID) return true
  return a.type === STRING ? a.text === b.text : Object.is(a.value, b.value)
}

/** `out = -a`, keeping a's type. */
export function negate(a: Cell, out: Cell): void {
  // What has no type yet, as `vlookup` while types are found out, can be negated, and then be compared.
  out.clear(a.type, isNumericCode(a.type) || a.type === NONE ? INVALID : CLEAR)
  if (a.status !== VALID) return
  if (!isNumericCode(a.type)) {
    out.setNone()
    return
  }
  const integer = a.type !== FLOAT && a.type !== FLOAT32
  const value = -a.value
  if (integer) out.setNumber(a.type, wrapInteger(a.type, value))
  else out.setNumber(a.type, value)
}

/** The integer as its type holds it; never -0. */
export function wrapInteger(type: number, value: number): number {
  if (type === INT64) return value + 0
  if (type === INT32) return value | 0
  if (type > INT32 && type <= INT8) return value | 0
  return type <= UINT8 ? value >>> 0 : value + 0
}

function typeName(cell: Cell): string {
  const type = typeOf(cell.type)
  return type === 'none' ? 'none' : columnType(type)
}
