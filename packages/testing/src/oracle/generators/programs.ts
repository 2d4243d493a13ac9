import type { ColumnType } from '../case.js'
import type { Random } from '../random.js'
import { type Pen, PRODUCTIONS, TYPES, type Type, typeOf } from './program-productions.js'

const LITERALS = ['a', 'b', 'abc', 'A b', 'Hello World', '1', '2.5', '-7', 'x1y22', ' ', '3 dogs', 'a\\tb', "it\\'s"]
const NUMBERS = [
  '0',
  '1',
  '2',
  '-1',
  '10',
  '0.5',
  '3.25',
  '1e3',
  '100',
  'pi',
  '7',
  '0.1',
  '.5',
  '2.',
  '1.5E-2',
  '2147483648',
  'epsilon',
]
const COMMENTS = [' /* a note */ ', ' // to the end\n', ' # to the end\n', '\n', '\t ', ' /* two\nlines */ ']

/**
 * A number or null, but no infinity and no minus zero: what sums and orders make of these depends on how they came in the real
 * engine (docs/differences.md).
 */
const ordinary = (text: string) => `var z := float(${text}); if (is_null(z), z, if (abs(z) < 1000000 and z != 0, z, 0))`

/** Quotes that end elsewhere than they should, or in comments: there the real engine takes for columns what is none (docs/differences.md). */
const hasOddQuotes = (text: string) =>
  /''|\\\\'|#|\/[/*]/.test(text) ||
  (text.includes('"') && (text.split("'").length % 2 === 0 || text.split('"').length % 2 === 0) && text.includes("'"))

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
  readonly #index: ColumnType | undefined
  /** Chance that an operand is of another type than it should be. */
  #illTyped: number
  /** Locals that may be read here, by type. */
  #locals: { readonly name: string; readonly type: Type }[] = []
  #names = 0
  /** Whether programs may look at other rows. */
  #reaches = true

  /** `index`: type of the table's index column. */
  constructor(
    random: Random,
    columns: readonly { readonly name: string; readonly type: ColumnType }[],
    index?: ColumnType,
  ) {
    this.#random = random
    this.#columns = columns
    this.#index = index
    this.#illTyped = random.chance(0.35) ? 0.08 : 0
  }

  /** A program, of any type. */
  write(): string {
    const random = this.#random
    const type = random.pick(TYPES)
    const depth = random.int(1, 4)
    this.#locals = []
    if (random.chance(0.06)) return this.#byName()
    const text = random.chance(0.35) ? this.#statements(type, depth) : this.#expression(type, depth)
    if (random.chance(0.1)) return this.#dressed(text)
    const broken = random.chance(0.12) ? this.#broken(text) : text
    return hasOddQuotes(broken) ? text : broken
  }

  /** A program that is surely of a type, and whose values depend on nothing but the row. */
  writeOf(type: Type, depth: number): string {
    this.#locals = []
    this.#reaches = false
    const text = this.#sure(type, depth)
    this.#reaches = true
    return type === 'number' ? ordinary(text) : exactly(type, text)
  }

  /** Columns by `col` and the key, on their own: their type is that of the first row's cell in the real engine (docs/differences.md). */
  #byName(): string {
    const random = this.#random
    const plain = this.#columns.filter(({ name }) => /^\w+$/.test(name))
    const names = plain.map(({ name }) => name)
    const numbers = plain.filter(({ type }) => typeOf[type] === 'number').map(({ name }) => name)
    const column = `col('${random.pick([...names, 'nowhere'])}')`
    return random.pick([
      column,
      `string(${column})`,
      `is_null(${column})`,
      `${column} == ${column}`,
      `col('${random.pick(numbers.length ? numbers : ['nowhere'])}') + 1`,
      `upper(${column})`,
      `bucket(${column}, 'M')`,
      `var v := ${column}; coalesce(v, v)`,
      'index()',
      'string(index())',
      'index() == index()',
      'col(1)',
      "COL('b', 'c')",
    ])
  }

  /**
   * The same program in another dress: comments, line breaks, words in capitals. Not inside of quotes, and no quotes in
   * comments: there the real engine takes notes for columns (docs/differences.md).
   */
  #dressed(text: string): string {
    const random = this.#random
    const parts = text.split(/('(?:\\.|[^'\\])*'|"[^"]*")/)
    if (random.chance(0.4)) {
      const capitals = (name: string) => (random.chance(0.5) ? name.toUpperCase() : name)
      return parts.map((part, i) => (i % 2 ? part : part.replace(/\b[a-z_0-9]+(?=\()/g, capitals))).join('')
    }
    const comment = (char: string) => (random.chance(0.2) ? char + random.pick(COMMENTS) : char)
    return parts.map((part, i) => (i % 2 ? part : part.replace(/[ (]/g, comment))).join('')
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
    switch (random.weighted({ declare: 6, assign: 3, change: 3, loop: 2, vector: 2, branch: 1, swap: 1, rare: 1 })) {
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
      case 'rare':
        return this.#rare(depth)
      case 'swap': {
        const a = this.#local('number')
        const b = this.#local('number')
        if (a === null || b === null) return this.#declare('number', depth)
        return random.chance(0.5) ? `swap(${a}, ${b})` : `${a} <=> ${b}`
      }
    }
  }

  /** What few write: some of it is refused, and should be with the same words. */
  #rare(depth: number): string {
    const random = this.#random
    const next = (type: Type) => this.#expression(type, depth - 2)
    const name = `v${this.#names++}`
    return random.pick([
      () => `const var ${name} := ${random.pick(NUMBERS)}; var ${name}c := ${name} + 1`,
      () => `assert(${next('flag')})`,
      () => `assert(${next('flag')}, ${next('text')})`,
      () => `return [${next('number')}]`,
      () => `repeat ${next('number')}; until (${next('flag')})`,
      () => `~{ var ${name} := ${next('number')}; ${name} + 1 }`,
      () => `var ${name} := 0; for (; ${name} < 3; ) { ${name} += 1; if (${name} == 2) break[${next('number')}]; }`,
      () => `var ${name}{}; ${name} := ${next('number')}`,
    ])()
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
      () => `diff3(${name}, ${name}, ${name}) ? ${name}[1] : 0`,
      () => `cross_product3(${name}, ${name}, ${name}) ? ${name}[2] : 0`,
      () =>
        `indexof(${this.#expression('text', depth - 2)}, '(${random.pick(['a', 'l+', '[0-9]'])})', ${name}) ? ${name}[1] : 0`,
    ])()
    this.#locals.push({ name: result, type: 'number' })
    const change = random.pick([
      '',
      `; ${name}[0] := ${value()}`,
      `; ${name} += 1`,
      `; ${name} := ${name} * ${name}`,
      `; swap(${name}[0], ${name}[1])`,
    ])
    return `var ${name}[${size}]${fill}${change}; var ${result} := ${use}`
  }

  // --- expressions ---

  #expression(type: Type, depth: number): string {
    const random = this.#random
    if (random.chance(this.#illTyped)) return this.#expression(random.pick(TYPES), depth - 1)
    if (depth <= 0 || random.chance(0.12)) return this.#leaf(type)
    const next = (wanted: Type) => this.#expression(wanted, depth - 1)
    if (random.chance(0.1)) return this.#choice(type, next)
    const sure = (wanted: Type) => this.#sure(wanted, depth - 1)
    const pen: Pen = { random, columns: this.#columns, index: this.#index, reaches: this.#reaches, next, sure }
    return random.pick(PRODUCTIONS[type])(pen)
  }

  #sure(type: Type, depth: number): string {
    const chance = this.#illTyped
    this.#illTyped = 0
    const text = this.#expression(type, depth)
    this.#illTyped = chance
    return text
  }

  /** A choice between two of a type, both made to be of exactly that type: an integer beside a float is made up. */
  #choice(type: Type, next: (type: Type) => string): string {
    const branch = () => exactly(type, next(type))
    return this.#random.pick([
      () => `if (${next('flag')}, ${branch()}, ${branch()})`,
      () => `(${next('flag')} ? ${branch()} : ${branch()})`,
      () => `switch { case ${next('flag')} : ${branch()}; case ${next('flag')} : ${branch()}; default : ${branch()}; }`,
      () => `[*] { case true : ${branch()}; case ${next('flag')} : ${branch()}; }`,
      () => `~{ ${next(type)}; ${branch()} }`,
      () => `~(${next(type)}, ${branch()})`,
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
        return random.pick(NUMBERS)
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
}
