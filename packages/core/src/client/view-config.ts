import { TablecastError } from '@tablecast/engine/error'
import type { FilterValue, ScalarValue, ViewConfigValue, WindowSpecValue } from '../protocol/messages.js'
import { badArgument, isNumber, isString, isUint32, knownKeys, nameOf, optional, variant } from './arguments.js'
import { FILTER_REDUCERS, GROUP_ROLLUPS, SORT_DIRS, SPLIT_ROLLUPS } from './names.js'
import type { Aggregate, Expressions, Filter, Scalar, ViewConfig, ViewConfigUpdate, WindowSpec } from './types.js'

const KEYS = [
  'group_by',
  'split_by',
  'columns',
  'filter',
  'sort',
  'expressions',
  'windows',
  'aggregates',
  'group_by_depth',
  'filter_op',
  'group_rollup_mode',
  'split_rollup_mode',
] as const satisfies (keyof ViewConfigUpdate)[]

const WINDOW_KEYS = [
  'column',
  'aggregate',
  'partition_by',
  'order_by',
  'rows',
  'range',
  'cumulative',
  'offset',
  'alpha',
] as const satisfies (keyof WindowSpec)[]

/**
 * What `Table.view` sends for its configuration.
 *
 * @throws TablecastError `invalid-argument` for an unknown key or a value of the wrong kind
 */
export function viewConfigMessage(update: ViewConfigUpdate): ViewConfigValue {
  // As in Perspective, a configuration is what JSON makes of it: dates are text, NaN is null, undefined is absent.
  const config: ViewConfigUpdate = JSON.parse(JSON.stringify(update))
  knownKeys(config, KEYS)
  return {
    group_by: strings(config.group_by, 'group_by'),
    split_by: strings(config.split_by, 'split_by'),
    columns: present(config.columns)
      ? {
          columns: {
            case: 'columns',
            value: { columns: strings(list(config.columns, 'columns').filter(present), 'columns') },
          },
        }
      : undefined,
    filter: list(config.filter, 'filter').map(filterMessage),
    sort: list(config.sort, 'sort').map((sort) => {
      if (!Array.isArray(sort) || sort.length !== 2 || !isString(sort[0])) {
        throw badArgument('sort', 'a column and a direction', sort)
      }
      return { column: sort[0], op: variant(SORT_DIRS, sort[1]) }
    }),
    expressions: expressionsMessage(config.expressions ?? {}),
    aggregates: mapped(config.aggregates, 'aggregates', aggregateMessage),
    filter_op: variant(FILTER_REDUCERS, config.filter_op ?? 'and'),
    group_by_depth: optional(config.group_by_depth, 'group_by_depth', 'a whole number from 0', isUint32),
    group_rollup_mode: present(config.group_rollup_mode) ? variant(GROUP_ROLLUPS, config.group_rollup_mode) : undefined,
    windows: mapped(config.windows, 'windows', windowMessage),
    split_rollup_mode: present(config.split_rollup_mode) ? variant(SPLIT_ROLLUPS, config.split_rollup_mode) : undefined,
  }
}

/** What `View.get_config` gives for the server's answer. */
export function viewConfig(message: ViewConfigValue): ViewConfig {
  const columns = message.columns?.columns
  return {
    group_by: message.group_by,
    split_by: message.split_by,
    sort: message.sort.map(({ column, op }) => [column, nameOf(SORT_DIRS, op)]),
    filter: message.filter.map(({ column, op, value }): Filter => {
      const terms = value.map(scalar)
      return [column, op, terms.length === 1 ? terms[0]! : terms]
    }),
    group_rollup_mode: nameOf(GROUP_ROLLUPS, message.group_rollup_mode),
    split_rollup_mode: nameOf(SPLIT_ROLLUPS, message.split_rollup_mode),
    ...(message.filter_op === FILTER_REDUCERS.or ? { filter_op: 'or' } : {}),
    expressions: Object.fromEntries(message.expressions),
    ...(message.windows.size > 0 ? { windows: record(message.windows, windowSpec) } : {}),
    columns: columns?.case === 'columns' ? columns.value.columns : [],
    aggregates: record(
      message.aggregates,
      ({ aggregations: [name = '', ...args] }): Aggregate =>
        args.length === 0 ? name : [name, args.flatMap((each) => each.split(','))],
    ),
    ...(message.group_by_depth === undefined ? {} : { group_by_depth: message.group_by_depth }),
  }
}

/** What a view or `Table.validate_expressions` sends for expressions; those of a list are named after themselves. */
export function expressionsMessage(expressions: Expressions | readonly string[]): Map<string, string> {
  const named = Array.isArray(expressions) ? Object.fromEntries(expressions.map((each) => [each, each])) : expressions
  return mapped(named, 'expressions', (text, name) => {
    if (!isString(text)) throw badArgument(`expression "${name}"`, 'text', text)
    return text
  })
}

/** A `Scalar` message as a JavaScript value; absent and unset are null. */
export function scalar(message: ScalarValue | undefined): Scalar {
  const set = message?.scalar
  return set === undefined || set.case === 'null' ? null : set.value
}

function scalarMessage(value: Scalar): ScalarValue {
  switch (typeof value) {
    case 'number':
      return { scalar: { case: 'float', value } }
    case 'string':
      return { scalar: { case: 'string', value } }
    case 'boolean':
      return { scalar: { case: 'bool', value } }
    default:
      if (value === null) return { scalar: { case: 'null', value: 0 } }
      throw badArgument('filter value', 'a number, text, true, false or null', value)
  }
}

function filterMessage(filter: readonly [string, string, (Scalar | Scalar[])?]): FilterValue {
  if (!Array.isArray(filter) || filter.length < 2 || filter.length > 3 || !filter.slice(0, 2).every(isString)) {
    throw badArgument('filter', 'a column, an operator and a value', filter)
  }
  const [column, op, term = null] = filter
  return { column, op, value: Array.isArray(term) ? term.map(scalarMessage) : [scalarMessage(term)] }
}

function aggregateMessage(aggregate: Aggregate, column: string): { aggregations: string[] } {
  if (isString(aggregate)) return { aggregations: [aggregate as string] }
  const [name, args] = Array.isArray(aggregate) ? aggregate : []
  if (!isString(name) || !Array.isArray(args) || !args.every(isString)) {
    throw badArgument(`aggregate of "${column}"`, 'a name, or a name and a list of columns', aggregate)
  }
  return { aggregations: [name, args.join(',')] }
}

function windowMessage(spec: WindowSpec, name: string): WindowSpecValue {
  const what = `window "${name}"`
  if (typeof spec !== 'object' || spec === null) throw badArgument(what, 'an object', spec)
  knownKeys(spec, WINDOW_KEYS)
  const { column, aggregate, order_by } = spec
  if (!isString(column) || !isString(aggregate)) throw badArgument(what, 'a column and an aggregate', spec)
  const frames = [spec.rows, spec.range, spec.cumulative].filter(present)
  if (frames.length > 1) {
    throw new TablecastError('invalid-argument', '`rows`, `range` and `cumulative` are mutually exclusive')
  }
  if (spec.cumulative === false) {
    throw new TablecastError('invalid-argument', '`cumulative` must be `true` when present')
  }
  if (present(order_by) && (!Array.isArray(order_by) || !isString(order_by[0]))) {
    throw badArgument(`order_by of ${what}`, 'a column and a direction', order_by)
  }
  return {
    source: column,
    op: aggregate,
    partition_by: strings(spec.partition_by, `partition_by of ${what}`),
    order_by: order_by ? { column: order_by[0], desc: variant({ asc: 0, desc: 1 }, order_by[1]) === 1 } : undefined,
    frame: frameMessage(spec, what),
    offset: optional(spec.offset, `offset of ${what}`, 'a whole number from 0', isUint32),
    alpha: optional(spec.alpha, `alpha of ${what}`, 'a number', isNumber),
  }
}

function frameMessage(spec: WindowSpec, what: string): WindowSpecValue['frame'] {
  const rows = optional(spec.rows, `rows of ${what}`, 'a whole number from 0', isUint32)
  if (rows !== undefined) return { case: 'rows', value: rows }
  const range = optional(spec.range, `range of ${what}`, 'a number', isNumber)
  if (range !== undefined) return { case: 'range', value: range }
  return spec.cumulative ? { case: 'cumulative', value: 0 } : undefined
}

function windowSpec({ source, op, partition_by, order_by, frame, offset, alpha }: WindowSpecValue): WindowSpec {
  return {
    column: source,
    aggregate: op,
    ...(partition_by.length > 0 ? { partition_by } : {}),
    ...(order_by ? { order_by: [order_by.column, order_by.desc ? 'desc' : 'asc'] } : {}),
    ...(frame ? { [frame.case]: frame.case === 'cumulative' ? true : frame.value } : {}),
    ...(offset === undefined ? {} : { offset }),
    ...(alpha === undefined ? {} : { alpha }),
  }
}

function present<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}

function list<T>(value: T[] | null | undefined, what: string): T[] {
  return optional(value, what, 'a list', Array.isArray) ?? []
}

function strings(value: string[] | null | undefined, what: string): string[] {
  return optional(value, what, 'a list of column names', (each) => Array.isArray(each) && each.every(isString)) ?? []
}

function mapped<T, U>(
  value: Record<string, T> | null | undefined,
  what: string,
  convert: (each: T, name: string) => U,
): Map<string, U> {
  const object = optional(value, what, 'an object', (each) => typeof each === 'object' && !Array.isArray(each)) ?? {}
  return new Map(Object.entries(object).map(([name, each]) => [name, convert(each, name)]))
}

function record<T, U>(map: ReadonlyMap<string, T>, convert: (value: T) => U): Record<string, U> {
  return Object.fromEntries([...map].map(([name, value]) => [name, convert(value)]))
}
