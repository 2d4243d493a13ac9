import type { ColumnType } from '../case.js'
import type { Random } from '../random.js'

/** The types an expression may have; integer and float are one, `number`, wherever either does. */
type Type = 'number' | 'text' | 'flag' | 'date' | 'datetime'

const TYPES: readonly Type[] = ['number', 'text', 'flag', 'date', 'datetime']

const typeOf: Record<ColumnType, Type> = {
  integer: 'number',
  float: 'number',
  string: 'text',
  boolean: 'flag',
  date: 'date',
  datetime: 'datetime',
}

const UNARY =
  'abs ceil floor round sqrt exp expm1 log log10 log2 log1p sin cos tan asin acos atan sinh cosh tanh cot sinc sgn trunc frac deg2rad rad2deg deg2grad grad2deg'.split(
    ' ',
  )
const LITERALS = ['a', 'b', 'abc', 'A b', 'Hello World', '1', '2.5', '-7', 'x1y22', ' ', '3 dogs']
const PATTERNS = ['a', '[a-z]+', '^[A-Z]', '([a-z])', '(l+)o', '([0-9]+)', 'x|y', '.', '(', '\\\\d', 'b*']
const UNITS = ['s', 'm', 'h', 'D', 'W', 'M', 'Y', '5s', '10m', '3h', '2M', '6M', '5Y', '7Y', '7m', 'x']

/** An expression turned into one that has a type, whatever it is. */
function exactly(type: Type, text: string): string {
  switch (type) {
    case 'number':
      return `float(${text})`
    case 'text':
      return `string(${text})`
    case 'flag':
      return `boolean(${text})`
    case 'date':
      return `coalesce(date(2000, 13, 1), ${text})`
    case 'datetime':
      return `coalesce(datetime(float(null)), ${text})`
  }
}

/**
 * Writes whole programs over all of the language: mostly well typed, now and then with an operand of another type, and
 * now and then broken as text. Left out is what the real engine makes up: values of unlike branches, elements beyond a
 * vector, locals that were not set, the time.
 */
export class ProgramWriter {
  readonly #random: Random
  readonly #columns: readonly { readonly name: string; readonly type: ColumnType }[]
  /** Chance that an operand is of another type than it should be. */
  readonly #illTyped: number
  /** Locals that may be read here, by type. */
  #locals: { readonly name: string; readonly type: Type }[] = []
  #names = 0

  constructor(random: Random, columns: readonly { readonly name: string; readonly type: ColumnType }[]) {
    this.#random = random
    this.#columns = columns
    this.#illTyped = random.chance(0.35) ? 0.08 : 0
  }

  /** A program, of any type. */
  write(): string {
    const random = this.#random
    const type = random.pick(TYPES)
    const depth = random.int(1, 4)
    const text = random.chance(0.35) ? this.#statements(type, depth) : this.#expression(type, depth)
    return random.chance(0.12) ? this.#broken(text) : text
  }

  /** A text with one thing wrong. */
  #broken(text: string): string {
    const random = this.#random
    const at = random.int(0, text.length)
    switch (random.weighted({ cut: 2, drop: 3, insert: 4, double: 1, name: 1, column: 1 })) {
      case 'cut':
        return text.slice(0, at)
      case 'drop':
        return text.slice(0, at) + text.slice(at + 1)
      case 'insert':
        return (
          text.slice(0, at) + random.pick([...'()[]{},;:+-*/^%<>=!?&|$~#.1a _', ':=', 'if', 'var ']) + text.slice(at)
        )
      case 'double':
        return `${text} ${text}`
      case 'name':
        return text.replace(/[a-z_]+\(/, 'nothing(')
      case 'column':
        return text.replace(/"[^"]+"/, '"missing"')
    }
  }

  // --- statements ---

  #statements(type: Type, depth: number): string {
    const random = this.#random
    const parts = random.times(1, 3, () => this.#statement(depth))
    parts.push(this.#expression(type, depth))
    return parts.join(random.pick(['; ', ';\n']))
  }

  #statement(depth: number): string {
    const random = this.#random
    switch (random.weighted({ declare: 6, assign: 3, change: 3, loop: 2, vector: 2, branch: 1, swap: 1 })) {
      case 'declare':
        return this.#declare(random.pick(TYPES), depth)
      case 'assign': {
        const local = this.#local(random.pick(TYPES))
        return local === null ? this.#declare('number', depth) : `${local} := ${this.#own(local, depth)}`
      }
      case 'change': {
        const local = this.#local('number')
        if (local === null) return this.#declare('number', depth)
        return `${local} ${random.pick(['+=', '-=', '*=', '/=', '%='])} ${this.#expression('number', depth - 1)}`
      }
      case 'loop':
        return this.#loop(depth)
      case 'vector':
        return this.#vector(depth)
      case 'branch': {
        const local = this.#local('number')
        if (local === null) return this.#declare('number', depth)
        const body = `{ ${local} := ${exactly('number', this.#expression('number', depth - 1))}; }`
        return `if (${this.#expression('flag', depth - 1)}) ${body}${random.chance(0.5) ? ` else ${body}` : ''}`
      }
      case 'swap': {
        const a = this.#local('number')
        const b = this.#local('number')
        if (a === null || b === null) return this.#declare('number', depth)
        return random.chance(0.5) ? `swap(${a}, ${b})` : `${a} <=> ${b}`
      }
    }
  }

  #declare(type: Type, depth: number): string {
    const text = this.#expression(type, depth - 1)
    const name = `v${this.#names++}`
    this.#locals.push({ name, type })
    return `var ${name} := ${text}`
  }

  #local(type: Type): string | null {
    const fitting = this.#locals.filter((local) => local.type === type)
    return fitting.length === 0 ? null : this.#random.pick(fitting).name
  }

  #own(local: string, depth: number): string {
    return this.#expression(this.#locals.find(({ name }) => name === local)!.type, depth - 1)
  }

  #loop(depth: number): string {
    const random = this.#random
    const sum = `v${this.#names++}`
    const counter = `v${this.#names++}`
    const outer = [...this.#locals]
    this.#locals.push({ name: sum, type: 'number' }, { name: counter, type: 'number' })
    const step = `${sum} ${random.pick(['+=', '-=', '*='])} ${this.#expression('number', depth - 2)}`
    const jump = random.pick(['', '', `if (${counter} == 2) continue; `, `if (${sum} > 50) break; `])
    const body = `{ ${jump}${step}; }`
    this.#locals = [...outer, { name: sum, type: 'number' }]
    const head = `var ${sum} := ${random.int(0, 3)}`
    const end = random.int(0, 6)
    return random.chance(0.7)
      ? `${head}; for (var ${counter} := 0; ${counter} < ${end}; ${counter} += 1) ${body}`
      : `${head}; var ${counter} := 0; while (${counter} < ${end}) { ${counter} += 1; ${step}; }`
  }

  #vector(depth: number): string {
    const random = this.#random
    const name = `v${this.#names++}`
    const size = random.int(3, 5)
    const value = () => this.#expression('number', depth - 2)
    const fill = random.pick([
      () => '',
      () => ` := [${value()}]`,
      () => ` := [${random.int(0, 3)} : ${random.int(1, 3)}]`,
      () => ` := {${value()}, ${value()}, ${value()}}`,
    ])()
    const result = `v${this.#names++}`
    const use = random.pick([
      () => `${name}[${random.int(0, size - 1)}]`,
      () => `sum(${name})`,
      () => `avg(${name} * 2)`,
      () => `norm3(${name})`,
      () => `dot_product3(${name}, ${name})`,
      () => `${name}[]`,
      () =>
        `indexof(${this.#expression('text', depth - 2)}, '(${random.pick(['a', 'l+', '[0-9]'])})', ${name}) ? ${name}[1] : 0`,
    ])()
    this.#locals.push({ name: result, type: 'number' })
    const change = random.pick(['', `; ${name}[0] := ${value()}`, `; ${name} += 1`])
    return `var ${name}[${size}]${fill}${change}; var ${result} := ${use}`
  }

  // --- expressions ---

  #expression(type: Type, depth: number): string {
    const random = this.#random
    if (random.chance(this.#illTyped)) return this.#expression(random.pick(TYPES), depth - 1)
    if (depth <= 0 || random.chance(0.12)) return this.#leaf(type)
    const next = (wanted: Type) => this.#expression(wanted, depth - 1)
    if (random.chance(0.1)) return this.#choice(type, next)
    switch (type) {
      case 'number':
        return this.#number(next)
      case 'text':
        return this.#text(next)
      case 'flag':
        return this.#flag(next)
      case 'date':
        return this.#date(next)
      case 'datetime':
        return this.#datetime(next)
    }
  }

  /** A choice between two of a type, both made to be of exactly that type: an integer beside a float is made up. */
  #choice(type: Type, next: (type: Type) => string): string {
    const branch = () => exactly(type, next(type))
    return this.#random.pick([
      () => `if (${next('flag')}, ${branch()}, ${branch()})`,
      () => `(${next('flag')} ? ${branch()} : ${branch()})`,
      () => `switch { case ${next('flag')} : ${branch()}; case ${next('flag')} : ${branch()}; default : ${branch()}; }`,
    ])()
  }

  #leaf(type: Type): string {
    const random = this.#random
    const columns = this.#columns.filter((column) => typeOf[column.type] === type)
    if (columns.length > 0 && random.chance(0.65)) return `"${random.pick(columns).name}"`
    const local = random.chance(0.5) ? this.#local(type) : null
    if (local !== null) return local
    switch (type) {
      case 'number':
        return random.pick(['0', '1', '2', '-1', '10', '0.5', '3.25', '1e3', '100', 'pi', '7', '0.1'])
      case 'text':
        return `'${random.pick(LITERALS)}'`
      case 'flag':
        return random.pick(['true', 'false', 'True'])
      case 'date':
        return `date(${random.int(1900, 2100)}, ${random.int(1, 12)}, ${random.int(1, 28)})`
      case 'datetime':
        return `datetime(${random.int(-1e6, 2e6) * 1e6 + random.int(0, 999)})`
    }
  }

  #number(next: (type: Type) => string): string {
    const random = this.#random
    const any = () => next(random.pick(TYPES))
    return random
      .pick([
        () => `(${next('number')} ${random.pick(['+', '-', '*', '/', '%'])} ${next('number')})`,
        () => `(${next('number')} ${random.pick(['+', '-', '*', '/'])} ${next('number')})`,
        () => `${next('number')} ${random.pick(['+', '-', '*', '/'])} ${next('number')}`,
        () => `(${next('number')} ^ ${random.pick(['2', '3', '0.5', '-1', '0', '1'])})`,
        () => `-${next('number')}`,
        () => `-(${next('number')})`,
        () => `${random.pick(UNARY)}(${next('number')})`,
        () => `${random.pick(UNARY)}(${next('number')})`,
        () => `${random.pick(['min', 'max', 'sum', 'avg', 'mul'])}(${next('number')}, ${next('number')})`,
        () =>
          `${random.pick(['min', 'max', 'sum', 'avg', 'mul'])}(${random.times(3, 6, () => next('number')).join(', ')})`,
        () => `${random.pick(['pow', 'mod', 'logn', 'percent_of', 'bucket'])}(${next('number')}, ${next('number')})`,
        () => `bucket(${next('number')}, ${random.pick(['1', '2', '0.5', '10'])})`,
        () => `length(${next('text')})`,
        () => `order(${next('text')}, 'abc', 'b')`,
        () => `hour_of_day(${next(random.pick(['date', 'datetime'] as const))})`,
        () => `${random.pick(['integer', 'float'])}(${any()})`,
        () => `coalesce(${next('number')}, ${next('number')})`,
        () =>
          `$f${random.pick(['00', '04', '07', '17', '23', '31', '33', '36', '43', '45', '50', '66', '73', '84', '87', '99'])}`,
      ])()
      .replace(/^\$f(\d\d)$/, (name, id: string) => {
        const count = Number(id) < 48 ? 3 : 4
        return `${name}(${Array.from({ length: count }, () => next('number')).join(', ')})`
      })
  }

  #text(next: (type: Type) => string): string {
    const random = this.#random
    return random.pick([
      () => `${random.pick(['upper', 'lower'])}(${next('text')})`,
      () => `concat(${next('text')}, ${next('text')})`,
      () => `concat(${next('text')}, '-', ${next('text')})`,
      () => `string(${next(random.pick(['number', 'text', 'flag', 'date', 'datetime'] as const))})`,
      () => `substring(${next('text')}, ${random.int(0, 3)})`,
      () => `substring(${next('text')}, ${random.int(-1, 2)}, ${random.int(0, 3)})`,
      () => `substring(${next('text')}, ${next('number')})`,
      () => `search(${next('text')}, '${random.pick(PATTERNS)}')`,
      () => `${random.pick(['day_of_week', 'month_of_year'])}(${next(random.pick(['date', 'datetime'] as const))})`,
      () => `coalesce(${next('text')}, ${next('text')})`,
    ])()
  }

  #flag(next: (type: Type) => string): string {
    const random = this.#random
    const type = random.pick(TYPES)
    const comparison = random.pick(['==', '!=', '<', '<=', '>', '>=', '=', '<>'])
    return random.pick([
      () => `(${next(type)} ${comparison} ${next(type)})`,
      () => `${next(type)} ${comparison} ${next(type)}`,
      () => `(${next(type)} ${random.pick(['==', '!='])} null)`,
      () => `(${next('flag')} ${random.pick(['and', 'or', 'xor', 'nand', 'nor', 'xnor'])} ${next('flag')})`,
      () => `not(${next(random.pick(['flag', 'number', 'text'] as const))})`,
      () => `${random.pick(['is_null', 'is_not_null'])}(${next(type)})`,
      () => `${random.pick(['match', 'match_all'])}(${next('text')}, '${random.pick(PATTERNS)}')`,
      () => `contains(${next('text')}, '${random.pick(['a', 'l', '1', ' '])}')`,
      () => `inrange(${next(type)}, ${next(type)}, ${next(type)})`,
      () => `boolean(${next(type)})`,
      () => `${random.pick(['equal', 'not_equal'])}(${next(type)}, ${next(type)})`,
    ])()
  }

  #date(next: (type: Type) => string): string {
    const random = this.#random
    return random.pick([
      () => `bucket(${next('date')}, '${random.pick(UNITS)}')`,
      () => `bucket(${next('datetime')}, '${random.pick(['D', 'W', 'M', 'Y', '3M', '10Y'])}')`,
      () => `date(${random.int(1950, 2050)}, ${random.pick(['1', '2', '12', '13', '0', '6.7'])}, ${random.int(1, 28)})`,
      () => `coalesce(${next('date')}, ${next('date')})`,
    ])()
  }

  #datetime(next: (type: Type) => string): string {
    const random = this.#random
    return random.pick([
      () => `bucket(${next('datetime')}, '${random.pick(['s', 'm', 'h', '5s', '10m', '6h'])}')`,
      () => `datetime(float(integer(${next('number')})))`,
      () => `coalesce(${next('datetime')}, ${next('datetime')})`,
    ])()
  }
}
