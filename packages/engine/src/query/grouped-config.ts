import {
  type AggregateName,
  aggregateName,
  checkAggregate,
  defaultAggregate,
  takesArgument,
} from './aggregate/names.js'
import type { Binding, ColumnBindings } from './bindings.js'
import type { Aggregate, ViewConfig } from './config.js'
import { readbackFilters } from './filter-readback.js'
import type { Measure } from './group/measure.js'

/**
 * The aggregated columns of a grouped config: those shown, then hidden ones that are only sorted by. In a view that only
 * splits, every row is a group of its own and every aggregate is `any`.
 */
export function measuresOf(bindings: ColumnBindings, config: ViewConfig, columns: readonly string[]): Measure[] {
  const onlySplits = isSplitOnly(config)
  const measures = columns.map((name) => {
    const binding = bindings.find(name)!
    const aggregate = config.aggregates[name]
    if (onlySplits) return measure(binding, 'any', null, false)
    if (aggregate === undefined) return measure(binding, defaultAggregate(binding.storage), null, false)
    return chosen(bindings, binding, aggregate, false)
  })
  for (const { column, dir } of config.sort) {
    if (columns.includes(column)) continue
    const binding = bindings.find(column)!
    const sortsRows = !dir.startsWith('col')
    const axis = sortsRows ? config.group_by : config.split_by
    const aggregate = config.aggregates[column]
    if (onlySplits) measures.push(measure(binding, 'any', null, true))
    else if (axis.includes(column)) measures.push(measure(binding, 'unique', null, true))
    else if (aggregate !== undefined) measures.push(chosen(bindings, binding, aggregate, true))
    else measures.push(measure(binding, defaultAggregate(binding.storage), null, true))
  }
  return measures
}

/** True for a view that shows the table's rows, split. */
export function isSplitOnly(config: ViewConfig): boolean {
  return config.group_by.length === 0 && config.group_rollup_mode !== 'total'
}

/** The config as `view.get_config` gives it back. */
export function readbackGrouped(
  bindings: ColumnBindings,
  config: ViewConfig,
  columns: readonly string[],
  measures: readonly Measure[],
): ViewConfig {
  const listsAggregates = config.group_by.length > 0 || config.split_by.length > 0
  // Without a prototype, so that any name is a key like others, `__proto__` too.
  const aggregates: Record<string, Aggregate> = Object.create(null)
  if (listsAggregates) {
    for (const { name, aggregate, inputs } of measures) {
      aggregates[name] = inputs[1] === undefined ? [aggregate] : [aggregate, inputs[1].name]
    }
  }
  return {
    ...config,
    columns,
    aggregates,
    filter: readbackFilters(bindings, config.filter),
    sort: config.sort.filter(({ dir }) => !dir.startsWith('col')),
    windows: {},
  }
}

function chosen(bindings: ColumnBindings, binding: Binding, aggregate: Aggregate, hidden: boolean): Measure {
  const name = aggregateName(aggregate[0])!
  const argument = takesArgument(name) ? bindings.find(aggregate[1]!)! : null
  return measure(binding, name, argument, hidden)
}

function measure(binding: Binding, aggregate: AggregateName, argument: Binding | null, hidden: boolean): Measure {
  checkAggregate(aggregate, binding.storage)
  return { name: binding.name, aggregate, inputs: argument === null ? [binding] : [binding, argument], hidden }
}
