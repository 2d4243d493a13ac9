import type { ColumnType, Json } from '../case.js'
import type { Random } from '../random.js'
import { type Config, flatConfig } from './flat.js'
import { plainPivots } from './plain-pivots.js'
import type { Type } from './program-productions.js'
import { ProgramWriter } from './programs.js'
import type { Column } from './values.js'
import { randomWindow } from './window.js'

const typeOf: Record<Type, ColumnType> = {
  number: 'float',
  text: 'string',
  flag: 'boolean',
  date: 'date',
  datetime: 'datetime',
}

/** Some small programs over the columns, and the columns that they make. */
function randomExpressions(random: Random, columns: readonly Column[]) {
  const writer = new ProgramWriter(random, columns)
  const expressions: { [key: string]: Json } = {}
  const made = random.times(1, 3, (i): Column => {
    const type = random.pick(['number', 'number', 'text', 'flag', 'date', 'datetime'] as const)
    const name = `e${i}`
    // Now and then one that is refused.
    expressions[name] = random.roll('mistake') ? '"nothing" + 1' : writer.writeOf(type, random.int(1, 3))
    return { name, type: typeOf[type] }
  })
  return { expressions, made }
}

/** Functions that are null for nulls, by the type of the column. */
const nullForNull: Record<ColumnType, (name: string) => string> = {
  integer: (name) => `bucket("${name}", 2)`,
  float: (name) => `"${name}" * 2`,
  string: (name) => `concat("${name}", '-')`,
  boolean: (name) => `"${name}" == "${name}" ? "${name}" : null`,
  date: (name) => `bucket("${name}", 'M')`,
  datetime: (name) => `hour_of_day("${name}")`,
}

/** What views of a case may ask for. */
export interface Life {
  /** Their table changes. */
  changes: boolean
  /** They group or split. */
  pivots: boolean
  /** They have windows. */
  windows: boolean
}

/** A config with expression columns in every role, windows over them included. */
export function expressionConfig(random: Random, columns: readonly Column[], life: Life): Config {
  const { expressions, made } = randomExpressions(random, columns)
  const all = [...columns, ...made]
  const pivots = life.changes ? [...columns] : [...all]
  if (life.changes) {
    // Of an expression that is not null for nulls, the real engine takes a new row for one that had that value before, and
    // does not count it in its group (docs/differences.md).
    const { name, type } = random.pick(columns)
    expressions['p'] = nullForNull[type](name)
    const pivot: Column = { name: 'p', type: type === 'integer' || type === 'datetime' ? 'float' : type }
    pivots.push(pivot, pivot, pivot)
    all.push(pivot)
  }
  const derived: Config = { expressions }
  // The real engine loses texts of windows when the table changes (docs/differences.md).
  const sources = all.filter(({ type }) => type !== 'string')
  if (life.windows && sources.length > 0 && random.chance(0.3)) {
    const { spec, type } = randomWindow(random, sources)
    derived['windows'] = { w0: spec }
    all.push({ name: 'w0', type })
  }
  // Columns are always listed: left out, several expressions come in the order of a hash.
  const listed = { columns: random.shuffled(all).map(({ name }) => name) }
  if (life.pivots) return { ...derived, ...plainPivots(random, all, pivots, life.changes) }
  return { ...derived, ...flatConfig(random, all), ...listed }
}
