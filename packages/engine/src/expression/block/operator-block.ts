import { compareText } from '../../columns/text-order.js'
import { BOOLEAN, DATE, FLOAT, INT32, isNumericCode, STRING } from '../value/cell.js'
import { type Arithmetic, type Comparison, compareOrder, type Logic, logic, power } from '../value/operators.js'
import { Block, type Rows } from './block.js'
import type { StringPool } from './string-pool.js'

/** Arithmetic of two numbers. One loop per operator, so that each sees one shape of arrays. */
export class ArithmeticBlock extends Block {
  readonly #operator: Arithmetic
  readonly #a: Block
  readonly #b: Block
  /** Both are 32-bit integers, whose sums, differences and products wrap around. */
  readonly #wraps: boolean

  constructor(operator: Arithmetic, a: Block, b: Block) {
    super(FLOAT, true)
    this.#operator = operator
    this.#a = a
    this.#b = b
    this.#wraps = a.type === INT32 && b.type === INT32
  }

  run({ count }: Rows): void {
    const a = this.#a.data
    const b = this.#b.data
    const out = this.data
    this.joinNulls(this.#a, this.#b, count)
    switch (this.#operator) {
      case '+':
        if (this.#wraps) for (let i = 0; i < count; i++) out[i] = (a[i]! + b[i]!) | 0
        else for (let i = 0; i < count; i++) out[i] = a[i]! + b[i]!
        return
      case '-':
        if (this.#wraps) for (let i = 0; i < count; i++) out[i] = (a[i]! - b[i]!) | 0
        else for (let i = 0; i < count; i++) out[i] = a[i]! - b[i]!
        return
      case '*':
        if (this.#wraps) for (let i = 0; i < count; i++) out[i] = Math.imul(a[i]!, b[i]!)
        else for (let i = 0; i < count; i++) out[i] = a[i]! * b[i]!
        return
      case '/':
        for (let i = 0; i < count; i++) out[i] = a[i]! / b[i]!
        this.#zeroDivisors(b, count)
        return
      case '%':
        for (let i = 0; i < count; i++) out[i] = a[i]! % b[i]!
        this.#zeroDivisors(b, count)
        return
      case '^':
        for (let i = 0; i < count; i++) out[i] = power(a[i]!, b[i]!)
    }
  }

  /** A division by zero is null. */
  #zeroDivisors(b: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) if (b[i] === 0) this.setNull(i, count)
  }
}

/** A comparison of two values of comparable types. */
export class ComparisonBlock extends Block {
  readonly #operator: Comparison
  readonly #a: Block
  readonly #b: Block
  readonly #pool: StringPool

  constructor(operator: Comparison, a: Block, b: Block, pool: StringPool) {
    super(BOOLEAN, true)
    this.#operator = operator
    this.#a = a
    this.#b = b
    this.#pool = pool
  }

  /** True for types that compare by value. */
  static comparable(a: number, b: number): boolean {
    return a === b || (isNumericCode(a) && isNumericCode(b))
  }

  run({ count }: Rows): void {
    const a = this.#a.data
    const b = this.#b.data
    const out = this.data
    const operator = this.#operator
    if (this.#a.type === STRING && operator !== '==' && operator !== '!=') this.#compareTexts(a, b, count)
    else compareData(operator, a, b, out, count)
    if (!this.#a.hasNulls && !this.#b.hasNulls) return
    const oneNull = operator === '!=' ? 1 : 0
    const bothNull = operator === '==' || operator === '<=' || operator === '>=' ? 1 : 0
    for (let i = 0; i < count; i++) {
      const nulls = (this.#a.hasNulls ? this.#a.nulls[i]! : 0) + (this.#b.hasNulls ? this.#b.nulls[i]! : 0)
      if (nulls !== 0) out[i] = nulls === 2 ? bothNull : oneNull
    }
  }

  #compareTexts(a: Float64Array, b: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const order = a[i] === b[i] ? 0 : compareText(this.#text(a[i]!), this.#text(b[i]!))
      this.data[i] = compareOrder(this.#operator, order) ? 1 : 0
    }
  }

  /** A null's cell may hold a code that is none. */
  #text(code: number): string {
    return this.#pool.text(code) ?? ''
  }
}

function compareData(operator: Comparison, a: Float64Array, b: Float64Array, out: Float64Array, count: number): void {
  switch (operator) {
    case '<':
      for (let i = 0; i < count; i++) out[i] = a[i]! < b[i]! ? 1 : 0
      return
    case '<=':
      for (let i = 0; i < count; i++) out[i] = a[i]! <= b[i]! ? 1 : 0
      return
    case '==':
      for (let i = 0; i < count; i++) out[i] = a[i]! === b[i]! ? 1 : 0
      return
    case '!=':
      for (let i = 0; i < count; i++) out[i] = a[i]! !== b[i]! ? 1 : 0
      return
    case '>=':
      for (let i = 0; i < count; i++) out[i] = a[i]! >= b[i]! ? 1 : 0
      return
    case '>':
      for (let i = 0; i < count; i++) out[i] = a[i]! > b[i]! ? 1 : 0
  }
}

/** `== null` and `!= null`. */
export class NullTestBlock extends Block {
  readonly #operand: Block
  readonly #equal: boolean

  constructor(operand: Block, equal: boolean) {
    super(BOOLEAN, true)
    this.#operand = operand
    this.#equal = equal
  }

  run({ count }: Rows): void {
    const { hasNulls, nulls } = this.#operand
    const whenNull = this.#equal ? 1 : 0
    for (let i = 0; i < count; i++) this.data[i] = hasNulls && nulls[i] === 1 ? whenNull : 1 - whenNull
  }
}

/** Writes the truth of each value: 0 for nulls and zeroes. */
export function truth(block: Block, out: Uint8Array, count: number): void {
  const { data, nulls, hasNulls } = block
  if (block.type === STRING || block.type === DATE) out.fill(1, 0, count)
  else for (let i = 0; i < count; i++) out[i] = data[i] !== 0 ? 1 : 0
  if (hasNulls) for (let i = 0; i < count; i++) if (nulls[i] === 1) out[i] = 0
}

export class LogicBlock extends Block {
  readonly #operator: Logic
  readonly #a: Block
  readonly #b: Block
  readonly #x: Uint8Array
  readonly #y: Uint8Array

  constructor(operator: Logic, a: Block, b: Block) {
    super(BOOLEAN, true)
    this.#operator = operator
    this.#a = a
    this.#b = b
    this.#x = new Uint8Array(this.data.length)
    this.#y = new Uint8Array(this.data.length)
  }

  run({ count }: Rows): void {
    const out = this.data
    const x = this.#x
    const y = this.#y
    truth(this.#a, x, count)
    truth(this.#b, y, count)
    switch (this.#operator) {
      case 'and':
        for (let i = 0; i < count; i++) out[i] = x[i]! & y[i]!
        return
      case 'or':
        for (let i = 0; i < count; i++) out[i] = x[i]! | y[i]!
        return
      default:
        for (let i = 0; i < count; i++) out[i] = logic(this.#operator, x[i] === 1, y[i] === 1) ? 1 : 0
    }
  }
}

/** `&` and `|`: 1 unless a value is the float 0. */
export class ShortCircuitBlock extends Block {
  readonly #and: boolean
  readonly #a: Block
  readonly #b: Block

  constructor(and: boolean, a: Block, b: Block) {
    super(FLOAT, true)
    this.#and = and
    this.#a = a
    this.#b = b
  }

  run({ count }: Rows): void {
    for (let i = 0; i < count; i++) {
      const x = isNotZero(this.#a, i)
      const y = isNotZero(this.#b, i)
      this.data[i] = (this.#and ? x && y : x || y) ? 1 : 0
    }
  }
}

function isNotZero(block: Block, index: number): boolean {
  if (block.type !== FLOAT || (block.hasNulls && block.nulls[index] === 1)) return true
  return !Object.is(block.data[index], 0)
}

/** One of two values of one type. */
export class SelectBlock extends Block {
  readonly #condition: Block
  readonly #then: Block
  readonly #otherwise: Block
  readonly #truth: Uint8Array

  constructor(condition: Block, then: Block, otherwise: Block) {
    super(then.type, true)
    this.#condition = condition
    this.#then = then
    this.#otherwise = otherwise
    this.#truth = new Uint8Array(this.data.length)
  }

  run({ count }: Rows): void {
    const holds = this.#truth
    truth(this.#condition, holds, count)
    const a = this.#then
    const b = this.#otherwise
    const out = this.data
    for (let i = 0; i < count; i++) out[i] = holds[i] === 1 ? a.data[i]! : b.data[i]!
    this.hasNulls = a.hasNulls || b.hasNulls
    if (!this.hasNulls) return
    for (let i = 0; i < count; i++) {
      const from = holds[i] === 1 ? a : b
      this.nulls[i] = from.hasNulls ? from.nulls[i]! : 0
    }
  }
}

/** A function of the number alone; `always` null where the operation does not take the operand's type. */
export class UnaryBlock extends Block {
  readonly #operand: Block
  readonly #of: (x: number) => number

  constructor(type: number, operand: Block, of: (x: number) => number) {
    super(type, true)
    this.#operand = operand
    this.#of = of
  }

  run({ count }: Rows): void {
    const from = this.#operand.data
    const of = this.#of
    for (let i = 0; i < count; i++) this.data[i] = of(from[i]!)
    this.copyNulls(this.#operand, count)
  }
}

/** `not`. */
export class NotBlock extends Block {
  readonly #operand: Block
  readonly #truth: Uint8Array

  constructor(operand: Block) {
    super(BOOLEAN, true)
    this.#operand = operand
    this.#truth = new Uint8Array(this.data.length)
  }

  run({ count }: Rows): void {
    truth(this.#operand, this.#truth, count)
    for (let i = 0; i < count; i++) this.data[i] = 1 - this.#truth[i]!
  }
}
