import type { ColumnType, Json } from '../case.js'
import type { Random } from '../random.js'
import { type Config, flatConfig } from './flat.js'
import { groupConfig } from './group.js'
import { splitConfig } from './split.js'
import { type Column, randomValue } from './values.js'

type Typed = 'number' | 'text' | 'flag' | 'time'

const typed: Record<ColumnType, Typed> = {
  integer: 'number',
  float: 'number',
  string: 'text',
  boolean: 'flag',
  date: 'time',
  datetime: 'time',
}

/** Writes programs of a wanted type, a level of nesting at a time. */
class Writer {
  readonly #random: Random
  readonly #columns: readonly Column[]

  constructor(random: Random, columns: readonly Column[]) {
    this.#random = random
    this.#columns = columns
  }

  write(type: Typed, depth: number): string {
    const random = this.#random
    if (random.roll('mistake')) return this.write(random.pick(['number', 'text', 'flag', 'time'] as const), depth - 1)
    if (depth <= 0 || random.chance(0.15)) return this.#leaf(type)
    if (random.chance(0.1))
      return `if (${this.write('flag', depth - 1)}) ${this.write(type, depth - 1)}; else ${this.write(type, depth - 1)}`
    if (random.chance(0.1))
      return `(${this.write('flag', depth - 1)} ? ${this.write(type, depth - 1)} : ${this.write(type, depth - 1)})`
    const next = (wanted: Typed) => this.write(wanted, depth - 1)
    switch (type) {
      case 'number':
        return this.#number(next)
      case 'text':
        return this.#text(next)
      case 'flag':
        return this.#flag(next)
      case 'time':
        return this.#time(next)
    }
  }

  #leaf(type: Typed): string {
    const random = this.#random
    const columns = this.#columns.filter((column) => typed[column.type] === type)
    if (columns.length && random.chance(0.75)) return `"${random.pick(columns).name}"`
    switch (type) {
      case 'number': {
        const value = randomValue(random, random.pick(['integer', 'float'] as const), true)
        return typeof value === 'number' && Number.isFinite(value) ? `${value}` : '1'
      }
      case 'text':
        return `'${random.pick(['a', 'b', 'abc', '', 'A b', '1', '2.5'])}'`
      case 'flag':
        return random.pick(['true', 'false'])
      case 'time':
        return random.pick(['date(2024, 1, 2)', 'datetime(1704067200000)', 'date(1970, 1, 1)'])
    }
  }

  #number(next: (type: Typed) => string): string {
    const random = this.#random
    switch (random.weighted({ binary: 6, unary: 4, ofText: 2, ofTime: 2, many: 2, convert: 2, bucket: 1 })) {
      case 'binary':
        return `(${next('number')} ${random.pick(['+', '-', '*', '/', '%', '^'])} ${next('number')})`
      case 'unary':
        return `${random.pick(['abs', 'floor', 'ceil', 'round', 'sqrt', 'exp', 'log', 'sgn', 'trunc', 'frac', '-'])}(${next('number')})`
      case 'ofText':
        return random.pick([
          `length(${next('text')})`,
          `order(${next('text')}, 'a', 'b')`,
          `indexof(${next('text')}, 'a', x)`,
        ])
      case 'ofTime':
        return `hour_of_day(${next('time')})`
      case 'many':
        return `${random.pick(['min', 'max', 'avg', 'sum', 'pow', 'clamp'])}(${next('number')}, ${next('number')}${random.chance(0.3) ? `, ${next('number')}` : ''})`
      case 'convert':
        return `${random.pick(['integer', 'float'])}(${next(random.pick(['number', 'text', 'time', 'flag'] as const))})`
      case 'bucket':
        return `bucket(${next('number')}, ${random.pick(['1', '2', '0.5', '10'])})`
    }
  }

  #text(next: (type: Typed) => string): string {
    const random = this.#random
    return random.pick([
      () => `upper(${next('text')})`,
      () => `lower(${next('text')})`,
      () => `concat(${next('text')}, ${next('text')})`,
      () => `concat(${next('text')}, ' - ', ${next('number')})`,
      () => `string(${next(random.pick(['number', 'text', 'time', 'flag'] as const))})`,
      () => `substring(${next('text')}, ${random.int(0, 2)}, ${random.int(0, 3)})`,
      () => `replace(${next('text')}, '[ab]', 'x')`,
      () => `replace_all(${next('text')}, '[ab]', 'x')`,
      () => `search(${next('text')}, '([a-c])')`,
      () => `day_of_week(${next('time')})`,
      () => `month_of_year(${next('time')})`,
    ])()
  }

  #flag(next: (type: Typed) => string): string {
    const random = this.#random
    return random.pick([
      () => `(${next('number')} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${next('number')})`,
      () => `(${next('text')} ${random.pick(['==', '!=', '<', '>'])} ${next('text')})`,
      () => `(${next('flag')} ${random.pick(['and', 'or', 'xor'])} ${next('flag')})`,
      () => `not(${next('flag')})`,
      () => `is_null(${next(random.pick(['number', 'text', 'time'] as const))})`,
      () => `is_not_null(${next(random.pick(['number', 'text', 'time'] as const))})`,
      () => `match(${next('text')}, 'a')`,
      () => `match_all(${next('text')}, '[a-c]+')`,
      () => `inrange(${next('number')}, ${next('number')}, ${next('number')})`,
      () => `boolean(${next(random.pick(['number', 'text', 'flag'] as const))})`,
    ])()
  }

  #time(next: (type: Typed) => string): string {
    const random = this.#random
    return random.pick([
      () => `bucket(${next('time')}, '${random.pick(['s', 'm', 'h', 'D', 'W', 'M', 'Y'])}')`,
      () => `date(${random.int(1970, 2030)}, ${random.int(1, 12)}, ${random.int(1, 28)})`,
      () => `datetime(${next('number')})`,
    ])()
  }
}

/** Some small programs over the columns, and the columns they make as far as their wanted type tells. */
export function randomExpressions(random: Random, columns: readonly Column[], low = 1, high = 3) {
  const writer = new Writer(random, columns)
  const made: Column[] = []
  const expressions: { [key: string]: Json } = {}
  random.times(low, high, (i) => {
    const type = random.pick(['number', 'number', 'text', 'flag', 'time'] as const)
    const name = `e${i}`
    expressions[name] = writer.write(type, random.int(1, 3))
    made.push({ name, type: ({ number: 'float', text: 'string', flag: 'boolean', time: 'datetime' } as const)[type] })
  })
  return { expressions, made }
}

/** A config with expression columns in every role. */
export function expressionConfig(random: Random, columns: readonly Column[]): Config {
  const { expressions, made } = randomExpressions(random, columns)
  const all = [...columns, ...made]
  // Columns are always listed: left out, several expressions come in the order of a hash.
  const listed = { columns: random.shuffled(all).map(({ name }) => name) }
  const kind = random.weighted({ flat: 6, group: 2, split: 1 })
  if (kind === 'group') return { expressions, ...listed, ...groupConfig(random, all) }
  if (kind === 'split') return { expressions, ...listed, ...splitConfig(random, all) }
  return { expressions, ...flatConfig(random, all), ...listed }
}
