import type { ColumnType, Json } from '../case.js'
import type { Random } from '../random.js'
import { type Column, randomValue, timeText } from './values.js'

const comparisons = ['==', '!=', '>', '>=', '<', '<='] as const
const nullTests = ['is null', 'is not null'] as const
const textTests = [
  'begins with',
  'not begins with',
  'contains',
  'not contains',
  'ends with',
  'not ends with',
  'matches',
  'not matches',
] as const
const patterns = ['a', '^a', 'b$', '[ab]+', '.', '^$', 'b|c', '(?i)A', '\\d', 'a.*c', '^[^a]', 'x*']

/** A filter term of the column's type, as people write them. */
function term(random: Random, type: ColumnType): Json {
  const value = randomValue(random, type)
  if (type === 'date' || type === 'datetime') {
    const known = typeof value === 'number' ? value : 0
    return random.chance(0.8) ? timeText(type, known) : type === 'date' ? known * 86400000 : known
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : 1.5
  return value ?? (type === 'string' ? 'a' : type === 'boolean' ? true : 1)
}

/** One filter clause: any operator that the type has. */
export function randomFilter(random: Random, columns: readonly Column[]): Json[] {
  const { name, type } = random.pick(columns)
  if (random.roll('mistake'))
    return random.pick<Json[]>([
      ['nowhere', '==', 1],
      ['nowhere', '==', 'a'],
      [name, '~~', 'a'],
      [name, '==', 'a'],
      [name, '==', 1],
      [name, '==', true],
      [name, '==', null],
      [name, 'contains', 'a'],
    ])
  if (random.chance(0.15)) return [name, random.pick(nullTests), null]
  if (type !== 'string' || random.chance(0.35)) return [name, random.pick(comparisons), term(random, type)]
  if (random.chance(0.4)) return [name, random.pick(['in', 'not in']), random.times(1, 3, () => term(random, type))]
  const op = random.pick(textTests)
  return [name, op, op.endsWith('matches') ? random.pick(patterns) : term(random, type)]
}

/** In an OR, the real engine finds no text equal to another (docs/differences.md). */
const isTextEquality = ([name, op]: Json[], columns: readonly Column[]) =>
  (op === '==' || op === '!=') && columns.some((column) => column.name === name && column.type === 'string')

/** The filter part of a view config. */
export function randomFilters(random: Random, columns: readonly Column[]): { [key: string]: Json } {
  const filter = random.times(1, 3, () => randomFilter(random, columns))
  if (random.chance(0.7)) return { filter }
  const others = filter.filter((clause) => !isTextEquality(clause, columns))
  return { filter: others, filter_op: random.pick(['or', 'or', 'and']) }
}
