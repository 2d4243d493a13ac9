import type { Table } from '../table/table.js'
import type { ViewConfig } from './config.js'
import { FlatQuery } from './flat-query.js'
import { GroupedQuery } from './grouped-query.js'
import type { Query } from './query.js'
import { SplitQuery } from './split-query.js'

const registries = new WeakMap<Table, Map<string, { query: Query; holders: number }>>()

/** The one query of a config on a table, made when it is new; `release` lets it go, the last one frees it. */
export function acquireQuery(table: Table, config: ViewConfig): { query: Query; release: () => void } {
  let registry = registries.get(table)
  if (registry === undefined) {
    registry = new Map()
    registries.set(table, registry)
  }
  const key = JSON.stringify(config, keepDistinct)
  let entry = registry.get(key)
  if (entry === undefined) {
    entry = { query: createQuery(table, config), holders: 0 }
    registry.set(key, entry)
  }
  entry.holders++
  let held = true
  return {
    query: entry.query,
    release: () => {
      if (!held) return
      held = false
      if (--entry.holders > 0) return
      registry.delete(key)
      entry.query.dispose()
    },
  }
}

function createQuery(table: Table, config: ViewConfig): Query {
  if (config.group_by.length > 0 || config.group_rollup_mode === 'total') return new GroupedQuery(table, config)
  return config.split_by.length > 0 ? new SplitQuery(table, config) : new FlatQuery(table, config)
}

/** JSON has no bigint and no NaN: their text keeps configs that differ in them apart. */
function keepDistinct(_: string, value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value
}
