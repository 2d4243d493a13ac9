import type { ColumnType } from '../../columns/storage.js'

/** An aggregate as `GetFeatures` offers it; `args` are the types of the columns it takes. */
export interface AggregateOption {
  readonly name: string
  readonly args: readonly ColumnType[]
}

const TEXT =
  'count|any|distinct count|distinct leaf|dominant|first|join|last|last by index|median|q1|q3|unique|min by|max by'
const TIME =
  'count|any|avg|distinct count|distinct leaf|dominant|first|high|low|min|max|last by index|last|median|q1|q3|unique'
const NUMBER =
  'sum|abs sum|any|avg|count|distinct count|distinct leaf|dominant|first|gmv|high|low|max|min|high minus low|' +
  'last by index|last minus first|last|mean|median|mul|q1|q3|pct sum parent|pct sum total|stddev|sum abs|' +
  'sum not null|unique|var|weighted mean|min by|max by'
const TRUTH = 'count|and|any|distinct count|distinct leaf|dominant|first|last|last by index|or|unique'

/** The aggregates a viewer offers per column type, its default first. */
export const AGGREGATE_OPTIONS: Readonly<Record<ColumnType, readonly AggregateOption[]>> = {
  string: options(TEXT),
  date: options(TIME),
  datetime: options(TIME),
  integer: options(NUMBER),
  float: options(NUMBER),
  boolean: options(TRUTH),
}

function options(names: string): AggregateOption[] {
  return names.split('|').map((name) => ({
    name,
    args: name === 'weighted mean' || name === 'min by' || name === 'max by' ? ['float'] : [],
  }))
}
