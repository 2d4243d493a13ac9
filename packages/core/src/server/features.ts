import { AGGREGATE_OPTIONS, type ColumnType } from '@tablecast/engine'
import { COLUMN_TYPES } from '../client/names.js'
import { Enum } from '../protocol/enums.js'
import type { ResponseOf } from '../protocol/messages.js'

const { INTEGER, FLOAT } = Enum.ColumnType
const { GroupRollupMode, SplitRollupMode } = Enum

type Features = ResponseOf<'GetFeatures'>

const COMPARISONS = ['==', '!=', '>', '>=', '<', '<=']
const NULL_TESTS = ['is not null', 'is null']
const TEXT_TESTS = [
  'begins with',
  'not begins with',
  'contains',
  'not contains',
  'ends with',
  'not ends with',
  'matches',
  'not matches',
  'in',
  'not in',
]

const ALL_FRAMES = ['rows', 'range', 'cumulative']

/** A window aggregate; without `result_type` it gives the type of its source. */
function window(name: string, result_type: number | undefined, frames: string[], offset = false, alpha = false) {
  return { name, frames, offset, alpha, result_type }
}

const NUMBER_WINDOWS = [
  window('sum', FLOAT, ALL_FRAMES),
  window('avg', FLOAT, ALL_FRAMES),
  window('count', INTEGER, ALL_FRAMES),
  window('min', undefined, ALL_FRAMES),
  window('max', undefined, ALL_FRAMES),
  window('stddev', FLOAT, ALL_FRAMES),
  window('var', FLOAT, ALL_FRAMES),
  window('lag', undefined, [], true),
  window('lead', undefined, [], true),
  window('diff', FLOAT, [], true),
  window('rate', FLOAT, ['range']),
  window('ema', FLOAT, [], false, true),
]

const OTHER_WINDOWS = [
  window('count', INTEGER, ALL_FRAMES),
  window('min', undefined, ALL_FRAMES),
  window('max', undefined, ALL_FRAMES),
  window('lag', undefined, [], true),
  window('lead', undefined, [], true),
]

function byType<T>(of: (type: ColumnType) => T): Map<number, T> {
  const types: readonly ColumnType[] = ['string', 'date', 'datetime', 'integer', 'float', 'boolean']
  return new Map(types.map((type) => [COLUMN_TYPES[type], of(type)]))
}

/** What the server can do, in the order in which viewers offer it: the first is their default. */
export const FEATURES: Features = {
  group_by: true,
  split_by: true,
  expressions: true,
  on_update: true,
  sort: true,
  unordered: false,
  filter_ops: byType((type) => ({
    options: [...COMPARISONS, ...(type === 'string' ? TEXT_TESTS : []), ...NULL_TESTS],
  })),
  aggregates: byType((type) => ({
    aggregates: AGGREGATE_OPTIONS[type].map(({ name, args }) => ({
      name,
      args: args.map((each) => COLUMN_TYPES[each]),
    })),
  })),
  group_rollup_mode: [GroupRollupMode.ROLLUP, GroupRollupMode.FLAT, GroupRollupMode.TOTAL],
  window_aggregates: byType((type) => ({
    options: type === 'integer' || type === 'float' ? NUMBER_WINDOWS : OTHER_WINDOWS,
  })),
  split_rollup_mode: [SplitRollupMode.FLAT, SplitRollupMode.ROLLUP],
}
