import { type Aggregate, EMPTY_CONFIG, TablecastError, type ViewConfig, type WindowConfig } from '@tablecast/engine'
import { FILTER_REDUCERS, GROUP_ROLLUPS, SORT_DIRS, SPLIT_ROLLUPS } from '../client/names.js'
import type { ViewConfigValue, WindowSpecValue } from '../protocol/messages.js'
import { nameOf } from './enum-name.js'
import { engineScalar, wireScalar } from './scalars.js'

/** A view config of the wire as the engine's. Columns that are absent, or the default, are all columns. */
export function engineConfig(config: ViewConfigValue | undefined): ViewConfig {
  if (config === undefined) return EMPTY_CONFIG
  const columns = config.columns?.columns
  return {
    columns: columns?.case === 'columns' ? columns.value.columns : null,
    group_by: config.group_by,
    split_by: config.split_by,
    filter: config.filter.map(({ column, op, value }) => ({ column, op, terms: value.map(engineScalar) })),
    filter_op: nameOf(FILTER_REDUCERS, config.filter_op, 'Invalid filter reducer'),
    sort: config.sort.map(({ column, op }) => ({ column, dir: nameOf(SORT_DIRS, op, 'Invalid sort op') })),
    aggregates: record(config.aggregates, ({ aggregations }) => aggregate(aggregations)),
    expressions: record(config.expressions, (text) => text),
    windows: record(config.windows, windowConfig),
    group_by_depth: config.group_by_depth ?? null,
    group_rollup_mode: nameOf(GROUP_ROLLUPS, config.group_rollup_mode ?? 0, 'Invalid group rollup mode'),
    split_rollup_mode: nameOf(SPLIT_ROLLUPS, config.split_rollup_mode ?? 0, 'Invalid split rollup mode'),
  }
}

/** A config as `get_config` gives it back. */
export function wireConfig(config: ViewConfig): ViewConfigValue {
  return {
    group_by: [...config.group_by],
    split_by: [...config.split_by],
    columns: { columns: { case: 'columns', value: { columns: [...(config.columns ?? [])] } } },
    filter: config.filter.map(({ column, op, terms }) => ({ column, op, value: terms.map(wireScalar) })),
    sort: config.sort.map(({ column, dir }) => ({ column, op: SORT_DIRS[dir] })),
    expressions: new Map(Object.entries(config.expressions)),
    aggregates: new Map(Object.entries(config.aggregates).map(([name, list]) => [name, { aggregations: [...list] }])),
    windows: new Map(),
    filter_op: FILTER_REDUCERS[config.filter_op],
    group_by_depth: config.group_by_depth ?? undefined,
    group_rollup_mode: GROUP_ROLLUPS[config.group_rollup_mode],
    split_rollup_mode: SPLIT_ROLLUPS[config.split_rollup_mode],
  }
}

function aggregate([name, ...args]: readonly string[]): Aggregate {
  if (name === undefined) throw new TablecastError('invalid-argument', 'An aggregate needs a name')
  return [name, ...args]
}

function windowConfig(spec: WindowSpecValue): WindowConfig {
  return {
    source: spec.source,
    op: spec.op,
    partition_by: spec.partition_by,
    order_by: spec.order_by ?? null,
    frame: windowFrame(spec.frame),
    offset: spec.offset ?? null,
    alpha: spec.alpha ?? null,
  }
}

function windowFrame(frame: WindowSpecValue['frame']): WindowConfig['frame'] {
  switch (frame?.case) {
    case 'rows':
      return { rows: frame.value }
    case 'range':
      return { range: frame.value }
    case 'cumulative':
      return 'cumulative'
    case undefined:
      return null
  }
}

/**
 * A map as an object without a prototype, so that no name in it is special; in the order of the names, since a map on
 * the wire has none and equal configs are to be recognised.
 */
function record<T, U>(map: ReadonlyMap<string, T>, of: (value: T) => U): Record<string, U> {
  const out: Record<string, U> = Object.create(null)
  for (const name of [...map.keys()].sort()) out[name] = of(map.get(name)!)
  return out
}
