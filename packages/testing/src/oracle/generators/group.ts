import type { ColumnType, Json, Step } from '../case.js'
import type { Random } from '../random.js'
import { randomFilters } from './filters.js'
import { type Config, randomSelection, randomSort } from './flat.js'
import type { Column } from './values.js'

const forAll = [
  'count',
  'any',
  'distinct count',
  'distinct leaf',
  'dominant',
  'first',
  'last',
  'last by index',
  'unique',
]
const forOrdered = ['median', 'q1', 'q3']
const forTimes = [...forOrdered, 'high', 'low', 'min', 'max']
const forNumbers = [
  ...forTimes,
  'sum',
  'abs sum',
  'avg',
  'gmv',
  'high minus low',
  'last minus first',
  'mean',
  'mul',
  'pct sum parent',
  'pct sum total',
  'stddev',
  'sum abs',
  'sum not null',
  'var',
]

/** Aggregates without arguments that a type has, besides those every type has. */
const ownAggregates: Record<ColumnType, readonly string[]> = {
  string: [...forOrdered, 'join'],
  date: forTimes,
  datetime: forTimes,
  integer: forNumbers,
  float: forNumbers,
  boolean: ['and', 'or'],
}

/** Aggregates whose argument is another column. */
const withArgument: Record<ColumnType, readonly string[]> = {
  string: ['min by', 'max by'],
  date: [],
  datetime: [],
  integer: ['weighted mean', 'min by', 'max by'],
  float: ['weighted mean', 'min by', 'max by'],
  boolean: [],
}

function randomAggregate(random: Random, { type }: Column, columns: readonly Column[]): Json {
  if (random.roll('mistake')) return random.pick<Json>(['foo', 'weighted mean', ['weighted mean', ['nowhere']]])
  const numbers = columns.filter((column) => column.type === 'integer' || column.type === 'float')
  if (withArgument[type].length && numbers.length && random.chance(0.2))
    return [random.pick(withArgument[type]), [random.pick(numbers).name]]
  return random.pick(random.chance(0.4) ? forAll : ownAggregates[type])
}

/** Aggregates for some of the columns; the rest keep their defaults. */
export function randomAggregates(random: Random, columns: readonly Column[]): { [key: string]: Json } {
  const chosen = columns.filter(() => random.chance(0.6))
  const aggregates = chosen.map((column) => [column.name, randomAggregate(random, column, columns)])
  return Object.fromEntries(random.roll('mistake') ? [['nowhere', 'sum']] : aggregates)
}

/** Column names to group or split by. */
export function randomPivots(random: Random, columns: readonly Column[], low: number, high: number): string[] {
  const names = random.some(columns, low, high).map(({ name }) => name)
  return random.roll('mistake') ? ['nowhere', ...names] : names
}

/** A config with rows grouped, by columns of `pivots`. */
export function groupConfig(random: Random, columns: readonly Column[], pivots = columns): Config {
  return {
    group_by: randomPivots(random, pivots, 1, 3),
    ...(random.chance(0.6) && { columns: randomSelection(random, columns) }),
    ...(random.chance(0.75) && { aggregates: randomAggregates(random, columns) }),
    ...(random.chance(0.3) && randomFilters(random, columns)),
    ...(random.chance(0.4) && { sort: randomSort(random, columns) }),
    ...(random.chance(0.15) && { group_by_depth: random.int(0, 3) }),
    ...(random.chance(0.3) && { group_rollup_mode: random.pick(['flat', 'flat', 'total', 'rollup']) }),
  }
}

/**
 * A view that the engine refuses only while making it. The real engine is broken afterwards (docs/differences.md), so this
 * comes last in a case.
 */
export function refusedView(random: Random, table: string, columns: readonly Column[]): Step[] {
  const refusing = columns.filter(({ type }) => type === 'string' || type === 'date' || type === 'datetime')
  if (!refusing.length) return []
  const { name, type } = random.pick(refusing)
  const aggregate = type === 'string' ? random.pick(['sum', 'avg', 'stddev']) : 'avg'
  return [{ do: 'view', table, view: 'refused', config: { group_by: [name], aggregates: { [name]: aggregate } } }]
}
