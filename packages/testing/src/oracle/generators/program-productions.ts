import type { ColumnType } from '../case.js'
import type { Random } from '../random.js'

/** The types an expression may have; integer and float are one, `number`, wherever either does. */
export type Type = 'number' | 'text' | 'flag' | 'date' | 'datetime'

export const TYPES: readonly Type[] = ['number', 'text', 'flag', 'date', 'datetime']

export const typeOf: Record<ColumnType, Type> = {
  integer: 'number',
  float: 'number',
  string: 'text',
  boolean: 'flag',
  date: 'date',
  datetime: 'datetime',
}

type TypedColumn = { readonly name: string; readonly type: ColumnType }

/** What a production writes with. */
export interface Pen {
  readonly random: Random
  /** The table's columns. */
  readonly columns: readonly TypedColumn[]
  /** Type of the table's index column; absent when it has none. */
  readonly index: ColumnType | undefined
  /** Whether other rows may be looked at. */
  readonly reaches: boolean
  /** An expression one level further down. */
  next(type: Type): string
  /** The same, surely of that type, for where the real engine misreads the bits of any other. */
  sure(type: Type): string
}

/** Writes an expression whose outermost form is its own. */
type Production = (pen: Pen) => string

export const PATTERNS = [
  'a',
  '[a-z]+',
  '^[A-Z]',
  '([a-z])',
  '(l+)o',
  '([0-9]+)',
  'x|y',
  '.',
  '(',
  '\\\\d',
  'b*',
  '(a)(b)?',
  '[^a]',
  '(?i)A',
]
const REPLACEMENTS = ['x', '[\\\\1]', '\\\\0\\\\0', '\\\\2', '$1', 'long']
const UNITS = ['s', 'm', 'h', 'D', 'W', 'M', 'Y', '5s', '10m', '3h', '2M', '6M', '5Y', '7Y', '7m', 'x']
/** Every multiplier there is, by unit, and one that there is not. */
const MULTIPLES = {
  s: [1, 5, 10, 15, 20, 30, 7],
  m: [1, 5, 10, 15, 20, 30, 45],
  h: [1, 2, 3, 4, 6, 12, 24],
  D: [1, 2],
  W: [1, 2],
  M: [1, 2, 3, 4, 6, 5],
  Y: [1, 2, 3, 10, 100],
}
const UNARY =
  'abs ceil floor round sqrt exp expm1 log log10 log2 log1p sin cos tan asin acos atan sinh cosh tanh cot sinc sgn trunc frac deg2rad rad2deg deg2grad grad2deg asinh acosh atanh erf erfc'.split(
    ' ',
  )
/** Operations that the language names and that have no value. */
const VALUELESS = {
  1: ['sec', 'csc', 'ncdf'],
  2: ['atan2', 'hypot', 'shl', 'shr', 'roundn', 'pow', 'mod'],
}
/** All calls of `order` in a program share one order in the real engine (docs/differences.md): one per table. */
const ORDERS = ["'abc', 'b'", "'b'", "'a', 'abc', 'a', 'b'"]
const MANY = ['min', 'max', 'sum', 'avg', 'mul']

const multiple = (random: Random, units: readonly (keyof typeof MULTIPLES)[]) => {
  const unit = random.pick(units)
  return `${random.pick(MULTIPLES[unit])}${unit}`
}

const list = ({ random }: Pen, low: number, high: number, make: () => string) =>
  random.times(low, high, make).join(', ')

const anyOf = (pen: Pen) => pen.next(pen.random.pick(TYPES))

const time = (pen: Pen) => pen.sure(pen.random.pick(['date', 'datetime'] as const))

/** A text or number that is not null: where the real engine takes a null for the word "null", or for any number. */
const presentText = (pen: Pen) => `coalesce(${pen.sure('text')}, 'none')`
const presentNumber = (pen: Pen) => `coalesce(float(${pen.sure('number')}), 0.5)`

/** A text of letters that are one byte each: the real engine cuts others into bytes that it cannot send. */
const asciiText = (pen: Pen) => `replace_all(${presentText(pen)}, '[^ -~]', 'u')`

/** A column by a name that can stand in a text of the real engine (docs/differences.md). */
function columnFor({ random, columns }: Pen, type: Type): string {
  const fitting = columns.filter((column) => typeOf[column.type] === type && /^\w+$/.test(column.name))
  return fitting.length ? random.pick(fitting).name : 'nowhere'
}

/** Of row numbers: with an index the real engine takes keys for row numbers (docs/differences.md). */
function lookup(pen: Pen, type: Type): string {
  if (!pen.reaches) return pen.next(type)
  const key = pen.random.pick(['index()', `integer(${pen.random.int(0, 9)})`, "'a'", '1.5'])
  return `vlookup('${columnFor(pen, type)}', ${pen.index === undefined ? key : 'true'})`
}

/** How to write something of a type. What is listed twice is written twice as often. */
export const PRODUCTIONS: Record<Type, readonly Production[]> = {
  number: [
    (pen) => `(${pen.next('number')} ${pen.random.pick(['+', '-', '*', '/', '%'])} ${pen.next('number')})`,
    (pen) => `(${pen.next('number')} ${pen.random.pick(['+', '-', '*', '/'])} ${pen.next('number')})`,
    (pen) => `${pen.next('number')} ${pen.random.pick(['+', '-', '*', '/'])} ${pen.next('number')}`,
    (pen) => `(${pen.next('number')} ^ ${pen.random.pick(['2', '3', '0.5', '-1', '0', '1'])})`,
    (pen) => `${pen.random.pick(['-', '+'])}${pen.next('number')}`,
    (pen) => `-(${pen.next('number')})`,
    (pen) => `${pen.random.pick(UNARY)}(${pen.next('number')})`,
    (pen) => `${pen.random.pick(UNARY)}(${pen.next('number')})`,
    (pen) => `${pen.random.pick(MANY)}(${pen.next('number')}, ${pen.next('number')})`,
    (pen) => `${pen.random.pick(MANY)}(${list(pen, 1, 7, () => pen.next('number'))})`,
    (pen) =>
      `${pen.random.pick(['pow', 'mod', 'logn', 'root', 'percent_of', 'bucket'])}(${pen.next('number')}, ${pen.next('number')})`,
    (pen) => `bucket(${pen.next('number')}, ${pen.random.pick(['1', '2', '0.5', '10', '0', '-3'])})`,
    (pen) =>
      `${pen.random.pick(['clamp', 'clamp', 'iclamp'])}(${pen.random.int(-3, 1)}, ${presentNumber(pen)}, ${pen.random.int(2, 5)})`,
    (pen) => `length(${pen.next('text')})`,
    (pen) => `order(${pen.next('text')}, ${ORDERS[pen.columns.length % ORDERS.length]})`,
    (pen) => `hour_of_day(${time(pen)})`,
    (pen) => `${pen.random.pick(['integer', 'float'])}(${anyOf(pen)})`,
    (pen) => `coalesce(${list(pen, 1, 3, () => pen.next('number'))})`,
    (pen) => lookup(pen, 'number'),
    () => 'round(random() / 1000)',
    (pen) => `(${pen.next('flag')} ${pen.random.pick(['&', '|'])} ${pen.next('number')})`,
    (pen) => {
      const id = pen.random.int(0, 99)
      const count = id < 48 ? 3 : 4
      // Some choose between operands, and an integer beside a float is made up.
      const operand = () => (id < 80 ? pen.next('number') : `float(${pen.next('number')})`)
      return `$f${String(id).padStart(2, '0')}(${list(pen, count, count, operand)})`
    },
    (pen) =>
      pen.random.chance(0.8)
        ? pen.next('number')
        : pen.random.chance(0.4)
          ? `${pen.random.pick(VALUELESS[1])}(${pen.next('number')})`
          : `${pen.random.pick(VALUELESS[2])}(${pen.next('number')}, ${pen.next('number')})`,
  ],
  text: [
    (pen) => `${pen.random.pick(['upper', 'lower'])}(${pen.next('text')})`,
    (pen) => `concat(${list(pen, 1, 3, () => pen.next('text'))})`,
    (pen) => `concat(${pen.next('text')}, '-', ${pen.next('text')})`,
    // The sign of a NaN is chance.
    (pen) => `string(float(${pen.next('number')}))`,
    (pen) => `string(${pen.next(pen.random.pick(['text', 'flag', 'date', 'datetime']))})`,
    (pen) => `substring(${asciiText(pen)}, ${pen.random.int(0, 3)})`,
    (pen) => `substring(${asciiText(pen)}, ${pen.random.int(-1, 2)}, ${pen.random.int(0, 3)})`,
    (pen) => `substring(${asciiText(pen)}, ${pen.next('number')})`,
    (pen) => `search(${pen.next('text')}, '${pen.random.pick(PATTERNS)}')`,
    (pen) =>
      `${pen.random.pick(['replace', 'replace_all'])}(${presentText(pen)}, '${pen.random.pick(PATTERNS)}', '${pen.random.pick(REPLACEMENTS)}')`,
    (pen) =>
      `${pen.random.pick(['replace', 'replace_all'])}(${presentText(pen)}, '${pen.random.pick(PATTERNS)}', ${presentText(pen)})`,
    (pen) => `${pen.random.pick(['day_of_week', 'month_of_year'])}(${time(pen)})`,
    (pen) => `coalesce(${list(pen, 1, 3, () => pen.next('text'))})`,
    (pen) => `intern('${pen.random.pick(['a', 'made'])}')`,
    (pen) => lookup(pen, 'text'),
  ],
  flag: [
    (pen) => {
      const type = pen.random.pick(TYPES)
      return `(${pen.next(type)} ${pen.random.pick(['==', '!=', '<', '<=', '>', '>=', '=', '<>'])} ${pen.next(type)})`
    },
    (pen) => {
      const type = pen.random.pick(TYPES)
      return `${pen.next(type)} ${pen.random.pick(['==', '!=', '<', '<=', '>', '>='])} ${pen.next(type)}`
    },
    (pen) => `(${anyOf(pen)} ${pen.random.pick(['==', '!=', '<'])} null)`,
    (pen) =>
      `(${pen.next('flag')} ${pen.random.pick(['and', 'or', 'xor', 'nand', 'nor', 'xnor'])} ${pen.next('flag')})`,
    (pen) => `${pen.random.pick(['mand', 'mor'])}(${list(pen, 1, 3, () => `boolean(${pen.next('flag')})`)})`,
    (pen) => `not(${pen.next(pen.random.pick(['flag', 'number', 'text']))})`,
    (pen) => `${pen.random.pick(['is_null', 'is_not_null'])}(${anyOf(pen)})`,
    (pen) => `${pen.random.pick(['match', 'match_all'])}(${pen.next('text')}, '${pen.random.pick(PATTERNS)}')`,
    (pen) => `contains(${pen.next('text')}, '${pen.random.pick(['a', 'l', '1', ' '])}')`,
    (pen) => {
      const type = pen.random.pick(TYPES)
      return `inrange(${pen.next(type)}, ${pen.next(type)}, ${pen.next(type)})`
    },
    (pen) => `boolean(${anyOf(pen)})`,
    (pen) => {
      const type = pen.random.pick(TYPES)
      return `${pen.random.pick(['equal', 'not_equal'])}(${pen.next(type)}, ${pen.next(type)})`
    },
    // What the time or chance gives cannot be compared, only what it is sure to be.
    (pen) =>
      pen.random.pick([
        '(today() > date(2000, 1, 1))',
        '(now() > datetime(0))',
        '(random() < 2)',
        "(bucket(now(), 'D') >= date(2020, 1, 1))",
      ]),
    (pen) => `('ab' ${pen.random.pick(['in', 'like', 'ilike'])} 'abc')`,
    (pen) => lookup(pen, 'flag'),
  ],
  date: [
    (pen) => `bucket(${pen.next('date')}, '${pen.random.pick(UNITS)}')`,
    (pen) => `bucket(${pen.next('datetime')}, '${multiple(pen.random, ['D', 'W', 'M', 'Y'])}')`,
    (pen) => `bucket(${pen.next('date')}, '${multiple(pen.random, ['D', 'W', 'M', 'Y'])}')`,
    (pen) =>
      `date(${pen.random.int(1950, 2050)}, ${pen.random.pick(['1', '2', '12', '13', '0', '6.7'])}, ${pen.random.int(1, 28)})`,
    // No year beyond 65535, where the real engine begins again (docs/differences.md).
    (pen) => `date(length(${pen.next('text')}) * 100, ${pen.random.int(1, 12)}, ${pen.next('number')})`,
    (pen) => `coalesce(${pen.next('date')}, ${pen.next('date')})`,
    (pen) => lookup(pen, 'date'),
  ],
  datetime: [
    (pen) => `bucket(${pen.next('datetime')}, '${multiple(pen.random, ['s', 'm', 'h'])}')`,
    (pen) => `datetime(float(integer(${pen.next('number')})))`,
    (pen) => `coalesce(${pen.next('datetime')}, ${pen.next('datetime')})`,
    (pen) => lookup(pen, 'datetime'),
  ],
}
