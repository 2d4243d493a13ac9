import type { Step } from '../case.js'
import type { Random } from '../random.js'
import { flatConfig } from './flat.js'
import { someQuestion, someRead } from './reads.js'
import { makeTable, mutations, type RowOptions, randomColumns, type TableShape } from './tables.js'
import type { Column } from './values.js'

/**
 * Keys are null in data that makes a table or by being left out: those that are sent match only their own kind in the real
 * engine (docs/differences.md).
 */
const rows: RowOptions = { unsentNulls: true, oneZero: true }

/** The real engine has an order of its own for ties of an absolute sort (docs/differences.md), in deltas too. */
const untied = { asc: 6, desc: 6, 'asc abs': 0, 'desc abs': 0, 'col asc': 0.5, 'col desc': 0.5, none: 0.5 }

function side(random: Random, name: string, key: Column): TableShape {
  const others = randomColumns(random, 1, 3).map((column) => ({ ...column, name: `${name}_${column.name}` }))
  const shape: TableShape = { name, columns: random.shuffled([key, ...others]), ports: 0, numbers: [], next: 0 }
  if (random.chance(0.5)) shape.index = key
  else if (random.chance(0.2)) shape.index = random.pick(others.filter(({ type }) => type !== 'boolean')) ?? key
  else if (random.chance(0.25)) shape.limit = random.int(2, 8)
  return shape
}

function joinStep(random: Random, table: string, left: string, right: string, rightKey: string): Step {
  const options = {
    ...(random.chance(0.75) && { join_type: random.pick(['inner', 'left', 'outer']) }),
    ...(rightKey !== 'k' && { right_on: rightKey }),
  }
  return { do: 'join', table, left, right, column: 'k', ...(Object.keys(options).length && { options }) }
}

/** Tables, their joins, and updates to any of them. */
export function joinCase(random: Random): Step[] {
  const type = random.pick(['integer', 'string', 'date', 'datetime', 'float'] as const)
  const rightKey = random.chance(0.2) ? 'other' : 'k'
  const left = side(random, 'l', { name: 'k', type })
  const right = side(random, 'r', { name: rightKey, type: random.roll('mistake') ? 'string' : type })
  const sources = [left, right]
  const steps: Step[] = [...makeTable(random, left, rows), ...makeTable(random, right, rows)]
  if (random.chance(0.3)) steps.unshift({ do: 'on_hosted', label: 'hosted' })
  steps.push(joinStep(random, 'j', 'l', 'r', rightKey))
  let shown = [...left.columns, ...right.columns.filter(({ name }) => name !== rightKey)]
  const joins = ['j']
  if (random.chance(0.3)) {
    const third = side(random, 'x', { name: 'k', type })
    sources.push(third)
    steps.push(...makeTable(random, third, rows))
    steps.push(random.chance(0.5) ? joinStep(random, 'jj', 'j', 'x', 'k') : joinStep(random, 'jj', 'x', 'j', 'k'))
    joins.push('jj')
    const others = third.columns.filter(({ name }) => name !== 'k')
    if (random.chance(0.5)) shown = [...shown, ...others]
  }
  if (random.roll('port')) {
    const source = random.pick(sources)
    source.ports = 1
    steps.push({ do: 'port', table: source.name })
  }
  const views = joins.flatMap((table) => [`${table} all`, ...(random.chance(0.4) ? [`${table} some`] : [])])
  for (const view of views) {
    const [table = 'j', what] = view.split(' ')
    steps.push({ do: 'view', table, view, ...(what === 'some' && { config: flatConfig(random, shown, untied) }) })
    if (random.chance(0.6))
      steps.push({ do: 'on_update', view, label: `update of ${view}`, ...(random.chance(0.7) && { mode: 'row' }) })
    if (random.chance(0.2)) steps.push({ do: 'on_remove', view, label: `remove of ${view}` })
  }
  steps.push({ do: 'schema', table: joins.at(-1)! }, { do: 'columns', table: 'j' })
  for (let turn = random.int(1, 5); turn > 0; turn--) {
    steps.push(mutations(random, random.pick(sources), rows))
    const view = random.pick(views)
    steps.push(random.chance(0.7) ? { do: 'read', view, as: 'json' } : someRead(random, view, view.endsWith('all')))
  }
  for (const view of views) steps.push({ do: 'read', view, as: random.pick(['arrow', 'columns']) })
  steps.push(someQuestion(random, views[0]!, ['k']), { do: 'size', table: 'j' })
  // In the real engine a join may go before one that it feeds (docs/differences.md).
  if (random.chance(0.2)) steps.push(...ending(random, views, [joins.at(-1)!, 'l', 'r']))
  else if (random.roll('mistake')) steps.push(mutations(random, { ...left, name: 'j' }))
  return steps
}

/**
 * Deleting views, and then tables in some order: no source of a join may go before it, but in the real engine after it was
 * tried in vain to delete the join (docs/differences.md).
 */
function ending(random: Random, views: string[], tables: string[]): Step[] {
  const viewless = views.map((view): Step => ({ do: 'delete_view', view }))
  const deletions = tables.map((table): Step => ({ do: 'delete_table', table, lazy: random.chance(0.4) }))
  return [...random.shuffled(viewless), ...random.shuffled(deletions), { do: 'hosted' }]
}
