import { Enum } from '../protocol/enums.js'
import type { ResponseOf } from '../protocol/messages.js'

const { STRING, DATE, DATETIME, INTEGER, FLOAT, BOOLEAN } = Enum.ColumnType
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

/** Aggregates that take a column of this type as their argument. */
const ARGUMENTS: Readonly<Record<string, number>> = { 'weighted mean': FLOAT, 'min by': FLOAT, 'max by': FLOAT }

const STRING_AGGREGATES =
  'count,any,distinct count,distinct leaf,dominant,first,join,last,last by index,median,q1,q3,unique,min by,max by'
const TIME_AGGREGATES =
  'count,any,avg,distinct count,distinct leaf,dominant,first,high,low,min,max,last by index,last,median,q1,q3,unique'
const NUMBER_AGGREGATES =
  'sum,abs sum,any,avg,count,distinct count,distinct leaf,dominant,first,gmv,high,low,max,min,high minus low,' +
  'last by index,last minus first,last,mean,median,mul,q1,q3,pct sum parent,pct sum total,stddev,sum abs,' +
  'sum not null,unique,var,weighted mean,min by,max by'
const BOOLEAN_AGGREGATES = 'count,and,any,distinct count,distinct leaf,dominant,first,last,last by index,or,unique'

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

function aggregates(names: string): { aggregates: { name: string; args: number[] }[] } {
  return {
    aggregates: names.split(',').map((name) => {
      const argument = ARGUMENTS[name]
      return { name, args: argument === undefined ? [] : [argument] }
    }),
  }
}

function byType<T>(of: (type: number) => T): Map<number, T> {
  return new Map([STRING, DATE, DATETIME, INTEGER, FLOAT, BOOLEAN].map((type) => [type, of(type)]))
}

/** What the server can do, in the order in which viewers offer it: the first is their default. */
export const FEATURES: Features = {
  group_by: true,
  split_by: true,
  expressions: true,
  on_update: true,
  sort: true,
  unordered: false,
  filter_ops: byType((type) => ({ options: [...COMPARISONS, ...(type === STRING ? TEXT_TESTS : []), ...NULL_TESTS] })),
  aggregates: new Map([
    [STRING, aggregates(STRING_AGGREGATES)],
    [DATE, aggregates(TIME_AGGREGATES)],
    [DATETIME, aggregates(TIME_AGGREGATES)],
    [INTEGER, aggregates(NUMBER_AGGREGATES)],
    [FLOAT, aggregates(NUMBER_AGGREGATES)],
    [BOOLEAN, aggregates(BOOLEAN_AGGREGATES)],
  ]),
  group_rollup_mode: [GroupRollupMode.ROLLUP, GroupRollupMode.FLAT, GroupRollupMode.TOTAL],
  window_aggregates: byType((type) => ({
    options: type === INTEGER || type === FLOAT ? NUMBER_WINDOWS : OTHER_WINDOWS,
  })),
  split_rollup_mode: [SplitRollupMode.FLAT, SplitRollupMode.ROLLUP],
}
