import type { Random } from '../random.js'
import { randomFilters } from './filters.js'
import { type Config, randomSelection, randomSort } from './flat.js'
import { randomAggregates, randomPivots } from './group.js'
import type { Column } from './values.js'

/** Sort keys of columns besides those of rows. */
const directions = {
  asc: 3,
  desc: 3,
  'asc abs': 1,
  'desc abs': 1,
  'col asc': 4,
  'col desc': 4,
  'col asc abs': 1,
  'col desc abs': 1,
}

/** A config with columns split, rows mostly grouped, by columns of `pivots`. */
export function splitConfig(random: Random, columns: readonly Column[], pivots = columns): Config {
  return {
    split_by: randomPivots(random, pivots, 1, 2),
    ...(random.chance(0.75) && { group_by: randomPivots(random, pivots, 1, 2) }),
    ...(random.chance(0.7) && { columns: randomSelection(random, columns).slice(0, 3) }),
    ...(random.chance(0.6) && { aggregates: randomAggregates(random, columns) }),
    ...(random.chance(0.25) && randomFilters(random, columns)),
    ...(random.chance(0.45) && { sort: randomSort(random, columns, directions) }),
    ...(random.chance(0.1) && { group_by_depth: random.int(0, 2) }),
    ...(random.chance(0.25) && { group_rollup_mode: random.pick(['flat', 'flat', 'total']) }),
    ...(random.chance(0.3) && { split_rollup_mode: random.pick(['rollup', 'rollup', 'flat']) }),
  }
}
