import { type ColumnType, columnType, isNumeric, type Storage } from '../../columns/storage.js'
import { TablecastError } from '../../error.js'

/** Every aggregate, by the name `view.get_config` gives back. */
export type AggregateName =
  | 'sum'
  | 'sum abs'
  | 'abs sum'
  | 'sum not null'
  | 'mul'
  | 'count'
  | 'mean'
  | 'weighted mean'
  | 'unique'
  | 'any'
  | 'q1'
  | 'median'
  | 'q3'
  | 'join'
  | 'dominant'
  | 'first'
  | 'last by index'
  | 'last minus first'
  | 'and'
  | 'or'
  | 'last value'
  | 'max'
  | 'max by'
  | 'min'
  | 'min by'
  | 'high water mark'
  | 'low water mark'
  | 'high minuslow'
  | 'distinct count'
  | 'distinct leaf'
  | 'pct sum parent'
  | 'pct sum grand total'
  | 'variance'
  | 'stddev'
  | 'gmv'

/** What a config may call an aggregate -> its name. */
const NAMES: ReadonlyMap<string, AggregateName> = new Map<string, AggregateName>([
  ['sum', 'sum'],
  ['sum abs', 'sum abs'],
  ['sum_abs', 'sum abs'],
  ['abs sum', 'abs sum'],
  ['abs_sum', 'abs sum'],
  ['sum not null', 'sum not null'],
  ['sum_not_null', 'sum not null'],
  ['mul', 'mul'],
  ['count', 'count'],
  ['avg', 'mean'],
  ['mean', 'mean'],
  ['weighted mean', 'weighted mean'],
  ['weighted_mean', 'weighted mean'],
  ['unique', 'unique'],
  ['any', 'any'],
  ['q1', 'q1'],
  ['median', 'median'],
  ['q3', 'q3'],
  ['join', 'join'],
  ['dominant', 'dominant'],
  ['first', 'first'],
  ['first by index', 'first'],
  ['last by index', 'last by index'],
  ['last minus first', 'last minus first'],
  ['and', 'and'],
  ['or', 'or'],
  ['last', 'last value'],
  ['last_value', 'last value'],
  ['max', 'max'],
  ['max by', 'max by'],
  ['max_by', 'max by'],
  ['min', 'min'],
  ['min by', 'min by'],
  ['min_by', 'min by'],
  ['high', 'high water mark'],
  ['high_water_mark', 'high water mark'],
  ['low', 'low water mark'],
  ['low_water_mark', 'low water mark'],
  ['high minus low', 'high minuslow'],
  ['distinct count', 'distinct count'],
  ['distinctcount', 'distinct count'],
  ['distinct', 'distinct count'],
  ['distinct_count', 'distinct count'],
  ['distinct leaf', 'distinct leaf'],
  ['distinct_leaf', 'distinct leaf'],
  ['pct sum parent', 'pct sum parent'],
  ['pct_sum_parent', 'pct sum parent'],
  ['pct sum total', 'pct sum grand total'],
  ['pct_sum_total', 'pct sum grand total'],
  ['pct sum grand total', 'pct sum grand total'],
  ['pct_sum_grand_total', 'pct sum grand total'],
  ['var', 'variance'],
  ['variance', 'variance'],
  ['stddev', 'stddev'],
  ['standard deviation', 'stddev'],
  ['gmv', 'gmv'],
])

/** Names the reference knows and refuses. */
const UNIMPLEMENTED = new Set(['identity', 'mean by count', 'mean_by_count', 'py_agg', 'div', 'add'])

const ACCUMULATING = new Set<AggregateName>([
  'sum',
  'sum abs',
  'abs sum',
  'sum not null',
  'mul',
  'gmv',
  'pct sum parent',
  'pct sum grand total',
])

/** The name an aggregate goes by, or null when there is no such aggregate. */
export function aggregateName(name: string): AggregateName | null {
  return NAMES.get(name) ?? null
}

/** True for a name that the reference knows but does not implement. */
export function isUnimplemented(name: string): boolean {
  return UNIMPLEMENTED.has(name) || name.startsWith('udf_combiner_') || name.startsWith('udf_reducer_')
}

/** True for aggregates that take a column as argument. */
export function takesArgument(name: AggregateName): boolean {
  return name === 'weighted mean' || name === 'max by' || name === 'min by'
}

/** The aggregate of a column that a config names none for. */
export function defaultAggregate(storage: Storage): AggregateName {
  return isNumeric(storage) ? 'sum' : 'count'
}

/** Throws the reference's text when an aggregate cannot be of a column of this storage. */
export function checkAggregate(name: AggregateName, storage: Storage): void {
  if (isNumeric(storage) || storage === 'boolean') return
  if (ACCUMULATING.has(name)) throw new TablecastError('invalid-argument', 'Unexpected coltype')
  if (name === 'mean') throw new TablecastError('invalid-argument', 'Unexpected dtype')
}

/** The type `view.schema` gives an aggregated column. */
export function aggregateType(name: AggregateName, storage: Storage): ColumnType {
  switch (name) {
    case 'count':
    case 'distinct count':
      return 'integer'
    case 'mean':
    case 'weighted mean':
    case 'pct sum parent':
    case 'pct sum grand total':
    case 'variance':
    case 'stddev':
      return 'float'
    default:
      return columnType(storage)
  }
}
