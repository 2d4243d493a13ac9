import type { ColumnType, Json } from '../case.js'
import type { Random } from '../random.js'
import type { Life } from './expression.js'
import { type Config, flatConfig } from './flat.js'
import { plainPivots } from './plain-pivots.js'
import type { Column } from './values.js'

const framed = { count: 2, min: 2, max: 2 }
const numeric = { ...framed, sum: 3, avg: 3, stddev: 1, var: 1, lag: 2, lead: 2, diff: 2, rate: 1, ema: 2 }
const plain = { ...framed, lag: 2, lead: 2 }

const isNumber = (type: ColumnType) => type === 'integer' || type === 'float'
const isOrdered = (type: ColumnType) => isNumber(type) || type === 'date' || type === 'datetime'

const intervals: Record<ColumnType, readonly number[]> = {
  integer: [1, 2, 5],
  float: [0.5, 1, 4],
  date: [1, 86400000, 30 * 86400000],
  datetime: [1000, 86400000],
  string: [1],
  boolean: [1],
}

/** One window column; its type is that of its aggregate. */
export function randomWindow(random: Random, columns: readonly Column[]) {
  const source = random.pick(columns)
  const aggregate: string = random.weighted<string>(isNumber(source.type) ? numeric : plain)
  const order = random.chance(0.7) ? random.pick(columns) : undefined
  const spec: { [key: string]: Json } = { column: source.name, aggregate }
  if (random.chance(0.5)) spec['partition_by'] = random.some(columns, 1, 2).map(({ name }) => name)
  if (order) spec['order_by'] = [order.name, random.pick(['asc', 'asc', 'desc'])]
  if (aggregate === 'ema') spec['alpha'] = random.pick([0.5, 1, 0.25])
  else if (['lag', 'lead', 'diff'].includes(aggregate)) {
    if (random.chance(0.5)) spec['offset'] = random.int(0, 3)
  } else {
    const ranged = (order && isOrdered(order.type)) || random.roll('mistake')
    const frame = aggregate === 'rate' ? 'range' : random.weighted({ rows: 4, range: ranged ? 3 : 0, cumulative: 3 })
    if (frame === 'rows') spec['rows'] = random.int(0, 4)
    else if (frame === 'range') spec['range'] = random.pick(intervals[order?.type ?? 'integer'])
    else spec['cumulative'] = true
  }
  if (random.roll('mistake'))
    Object.assign(spec, random.pick([{ column: 'nowhere' }, { aggregate: 'foo' }, { range: -1 }, { alpha: 2 }]))
  const kept = ['min', 'max', 'lag', 'lead'].includes(aggregate)
  const type: ColumnType = kept ? source.type : aggregate === 'count' ? 'integer' : 'float'
  return { spec, type }
}

/** A config with one or two window columns that are used like any other. */
export function windowConfig(random: Random, columns: readonly Column[], life: Life): Config {
  // The real engine loses the text of windows when the table changes (docs/differences.md).
  const sources = life.changes ? columns.filter(({ type }) => type !== 'string') : columns
  if (!life.windows || sources.length === 0) return flatConfig(random, columns)
  const windows: { [key: string]: Json } = {}
  const all = [...columns]
  for (const name of random.chance(0.3) ? ['w0', 'w1'] : ['w0']) {
    const { spec, type } = randomWindow(random, sources)
    windows[name] = spec
    all.push({ name, type })
  }
  // Grouped by a window, the real engine knows no type for the row path in Arrow and CSV, and can trap.
  const pivots = random.chance(0.1) && !life.changes ? all : columns
  if (life.pivots) return { windows, ...plainPivots(random, all, pivots, life.changes) }
  // Columns are always listed: left out, several windows come in the order of a hash.
  return { windows, ...flatConfig(random, all), columns: random.shuffled(all).map(({ name }) => name) }
}
