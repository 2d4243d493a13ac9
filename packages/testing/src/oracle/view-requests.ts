import type { Case, ColumnType, Json, Step } from './case.js'

type Config = { [key: string]: Json }

const schema: [name: string, type: ColumnType][] = [
  ['i', 'integer'],
  ['f', 'float'],
  ['s', 'string'],
  ['b', 'boolean'],
  ['d', 'date'],
  ['t', 'datetime'],
]
const columns = schema.map(([name]) => name)

const rows = [
  '{"i":1,"f":1.5,"s":"a","b":true,"d":"2024-01-02","t":"2024-01-02 03:04:05.678"}',
  '{"i":2,"f":-2.5,"s":"b","b":false,"d":"2024-02-03","t":"2024-02-03 03:04:05.678"}',
  '{"i":3,"f":3.5,"s":"a","b":true,"d":"2024-03-04","t":"2024-03-04 03:04:05.678"}',
]

const aggregates = [
  ...['sum', 'sum abs', 'sum_abs', 'abs sum', 'abs_sum', 'sum not null', 'sum_not_null', 'mul', 'count', 'avg', 'mean'],
  ...['weighted mean', 'weighted_mean', 'unique', 'any', 'q1', 'median', 'q3', 'join', 'dominant', 'first'],
  ...['first by index', 'last by index', 'last minus first', 'and', 'or', 'last', 'last_value', 'max', 'max by'],
  ...['max_by', 'min', 'min by', 'min_by', 'high', 'high_water_mark', 'low', 'low_water_mark', 'high minus low'],
  ...['distinct count', 'distinctcount', 'distinct', 'distinct_count', 'distinct leaf', 'distinct_leaf'],
  ...['pct sum parent', 'pct_sum_parent', 'pct sum total', 'pct_sum_total', 'pct sum grand total', 'var', 'variance'],
  ...['stddev', 'standard deviation', 'gmv', 'identity', 'mean by count', 'mean_by_count', 'py_agg', 'div', 'add'],
  ...['udf_combiner_x', 'udf_reducer_x', 'Sum', 'last value', 'high minuslow', 'nonsense', ''],
]
const operators = [
  ...['==', '!=', '>', '>=', '<', '<=', 'begins with', 'startswith', 'not begins with', 'contains', 'not contains'],
  ...['ends with', 'endswith', 'not ends with', 'matches', 'not matches', 'in', 'not in', 'is null', 'is not null'],
  ...['is None', 'is not None', '=', 'like', ''],
]
// Numbers that fit 32 bits, and dates: others are compared in another way (docs/differences.md).
const terms: Json[] = [
  'a',
  '2.5',
  '2024-02-03',
  '',
  '[',
  2,
  2.5,
  -1,
  1e12,
  true,
  false,
  null,
  [],
  ['a'],
  [2, 3],
  [null],
]
const directions = [
  'asc',
  'desc',
  'asc abs',
  'desc abs',
  'col asc',
  'col desc',
  'col asc abs',
  'col desc abs',
  'none',
  'up',
]
const shapes: Record<string, Config> = {
  flat: {},
  grouped: { group_by: ['s'] },
  split: { split_by: ['b'] },
  both: { group_by: ['s'], split_by: ['b'] },
  total: { group_rollup_mode: 'total' },
  leaves: { group_by: ['s', 'b'], group_rollup_mode: 'flat' },
}
const windows = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'stddev',
  'var',
  'first',
  'last',
  'lag',
  'lead',
  'diff',
  'rate',
  'ema',
  'mean',
  '',
]
const frames: Config[] = [
  {},
  { rows: 1 },
  { rows: -1 },
  { rows: 1.5 },
  { range: 2 },
  { range: -2 },
  { range: 'a' },
  { cumulative: true },
  { cumulative: false },
  { rows: 1, range: 2 },
  { rows: 1, cumulative: true },
  { offset: 2 },
  { offset: -1 },
  { alpha: 0.5 },
  { alpha: 2 },
  { alpha: 0 },
  { alpha: 0.5, rows: 1 },
  { offset: 1, rows: 1 },
]

/** Each of these asked of one table, one after the other, and read where there is a view; `read: false`: only its type. */
function asked(
  name: string,
  configs: readonly Config[],
  read: (config: Config) => boolean = () => true,
): [string, Case] {
  const steps: Step[] = [
    { do: 'table', table: 't', data: { format: 'schema', schema } },
    { do: 'update', table: 't', data: { format: 'json', rows } },
    ...configs.flatMap((config, i): Step[] => [
      { do: 'view', table: 't', view: `v${i}`, config },
      ...(read(config) ? [{ do: 'read', view: `v${i}`, as: 'columns' } as const] : []),
      { do: 'view_schema', view: `v${i}` },
      { do: 'config', view: `v${i}` },
    ]),
  ]
  return [name, { category: 'requests', seed: 0, tolerance: 1e-9, steps }]
}

const each = <A, B>(list: readonly A[], give: (item: A) => readonly B[]): B[] => list.flatMap((item) => give(item))

/** Wherever a config names a column. */
const roles = (name: string): Config[] => [
  { columns: [name] },
  { columns: ['i', name] },
  { group_by: [name] },
  { split_by: [name] },
  { sort: [[name, 'asc']] },
  { sort: [[name, 'col asc']] },
  { filter: [[name, '==', 1]] },
  { filter: [[name, '==', 'a']] },
  { filter: [[name, '==', null]] },
  { filter: [[name, 'is null', null]] },
  { filter: [[name, 'in', ['a']]] },
  { filter: [[name, 'in', []]] },
  { aggregates: { [name]: 'sum' } },
  { aggregates: { i: ['weighted mean', name] } },
  { aggregates: { i: ['weighted mean', [name]] } },
  { aggregates: { i: ['max by', [name]] } },
  { expressions: { e: `"${name}" + 1` } },
  { windows: { w: { column: name, aggregate: 'sum', rows: 1 } } },
  { windows: { w: { column: 'i', aggregate: 'sum', rows: 1, order_by: [name, 'asc'] } } },
  { windows: { w: { column: 'i', aggregate: 'sum', rows: 1, partition_by: [name] } } },
]

/** False for sums of booleans and for means and variances of dates, which say nothing in the real engine (docs/differences.md). */
function isComparable({ columns, aggregates }: Config): boolean {
  const text = JSON.stringify(aggregates)
  if (/weighted|var|stddev|deviation/.test(text)) return !text.includes('"d"')
  return !/sum/.test(text) || JSON.stringify(columns) !== '["b"]'
}

/** View configs that are refused, or should be, by what is wrong with them. */
export const viewRequests: readonly (readonly [name: string, testCase: Case])[] = [
  ...columns.map((column) =>
    asked(
      `aggregates of ${column}`,
      each(aggregates, (aggregate) => [
        { columns: [column], aggregates: { [column]: aggregate } },
        { group_by: ['s'], columns: [column], aggregates: { [column]: aggregate } },
        { group_by: ['s'], columns: [column], aggregates: { [column]: [aggregate, ['f']] } },
      ]),
      isComparable,
    ),
  ),
  ...columns.map((column) =>
    asked(
      `arguments of aggregates of ${column}`,
      each(['weighted mean', 'max by', 'min_by', 'sum', 'nonsense'], (aggregate) =>
        each<Json, Config>([[], ['nowhere'], ['s'], ['t'], ['d'], ['b'], ['i', 'f'], 'f'], (argument) => [
          { columns: [column], aggregates: { [column]: [aggregate, argument] } },
          { group_by: ['s'], columns: [column], aggregates: { [column]: [aggregate, argument] } },
        ]),
      ),
      isComparable,
    ),
  ),
  ...columns.map((column) =>
    asked(
      `sorts by ${column}`,
      each(Object.values(shapes), (shape) =>
        each(directions, (direction) => [
          { ...shape, sort: [[column, direction]] },
          { ...shape, columns: ['f'], sort: [[column, direction]] },
        ]),
      ),
    ),
  ),
  ...columns.map((column) =>
    asked(
      `filters of ${column}`,
      each(operators, (operator) => [
        ...terms.map((term): Config => ({ columns: ['i'], filter: [[column, operator, term]] })),
        { columns: ['i'], filter: [[column, operator]] },
      ]),
    ),
  ),
  ...columns.map((column) =>
    asked(
      `windows over ${column}`,
      each(windows, (aggregate) =>
        each(frames, (frame) => [
          { columns: ['w'], windows: { w: { column, aggregate, ...frame } } },
          { columns: ['w'], windows: { w: { column, aggregate, order_by: ['t', 'asc'], ...frame } } },
        ]),
      ),
    ),
  ),
  asked(
    'orders of windows',
    each(columns, (order) =>
      each(['asc', 'desc', 'up', 'none'], (direction) =>
        each<Config, Config>([{ rows: 1 }, { range: 1 }, { cumulative: true }], (frame) => [
          { columns: ['w'], windows: { w: { column: 'i', aggregate: 'sum', order_by: [order, direction], ...frame } } },
        ]),
      ),
    ),
  ),
  asked(
    'columns that are not there',
    each(Object.values(shapes), (shape) => roles('nowhere').map((role) => ({ ...shape, ...role }))),
  ),
  asked(
    'columns without a name',
    each(Object.values(shapes), (shape) => roles('').map((role) => ({ ...shape, ...role }))),
  ),
  asked('names of derived columns', [
    { expressions: { i: '1' } },
    { expressions: { '': '1' } },
    { expressions: { e: '' } },
    { expressions: { e: '1 +' } },
    { expressions: { e: '"s" + 1' } },
    { windows: { i: { column: 'i', aggregate: 'sum', rows: 1 } } },
    { windows: { '': { column: 'i', aggregate: 'sum', rows: 1 } } },
    { expressions: { e: '1' }, windows: { e: { column: 'i', aggregate: 'sum', rows: 1 } } },
    { expressions: { e: '"i" * 2' }, windows: { w: { column: 'e', aggregate: 'sum', rows: 1 } } },
    { expressions: { e: '"w" * 2' }, windows: { w: { column: 'i', aggregate: 'sum', rows: 1 } } },
    { windows: { v: { column: 'w', aggregate: 'sum', rows: 1 }, w: { column: 'i', aggregate: 'sum', rows: 1 } } },
  ]),
  asked('modes', [
    { group_rollup_mode: 'total', group_by: ['s'] },
    { group_rollup_mode: 'total', split_by: ['s'] },
    { group_rollup_mode: 'flat' },
    { group_rollup_mode: 'up', group_by: ['s'] },
    { split_rollup_mode: 'rollup', split_by: ['s', 'b'] },
    { split_rollup_mode: 'up', split_by: ['s'] },
    { group_by: ['s', 's'] },
    { group_by: ['s'], split_by: ['s'] },
    { group_by: ['s'], group_by_depth: 5 },
    { group_by: ['s'], group_by_depth: -1 },
    { filter_op: 'xor', filter: [['i', '==', 1]] },
    { columns: ['i', 'i'] },
    { columns: [] },
  ]),
]
