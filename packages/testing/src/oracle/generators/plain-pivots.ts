import type { ColumnType, Json } from '../case.js'
import type { Random } from '../random.js'
import { type Config, randomSort } from './flat.js'
import type { Column } from './values.js'

const common = ['count', 'distinct count', 'unique']
const ofNumbers = [...common, 'sum', 'avg', 'min', 'max']
const aggregates: Record<ColumnType, readonly string[]> = {
  integer: ofNumbers,
  float: ofNumbers,
  date: common,
  datetime: common,
  string: common,
  boolean: common,
}

/**
 * A config that groups by columns of `pivots`, or splits by one, all its columns shown under plain aggregates: for derived
 * columns in these roles. Every aggregate, depth, rollup, filter and order there is have categories of their own.
 */
export function plainPivots(
  random: Random,
  columns: readonly Column[],
  pivots: readonly Column[],
  changes: boolean,
): Config {
  const names = random.some(pivots, 1, 2).map(({ name }) => name)
  const splits = names.length > 1 && random.chance(0.5)
  const shown = random.shuffled(columns).slice(0, splits ? 3 : undefined)
  const chosen: { [key: string]: Json } = {}
  for (const { name, type } of shown) if (random.chance(0.6)) chosen[name] = random.pick(aggregates[type])
  return {
    columns: shown.map(({ name }) => name),
    aggregates: chosen,
    ...(splits ? { split_by: names.slice(0, 1), group_by: names.slice(1) } : { group_by: names }),
    ...(random.chance(0.4) && !splits && !changes && { sort: randomSort(random, shown, { asc: 1, desc: 1 }) }),
  }
}
