import type { Step } from '../case.js'
import type { Random } from '../random.js'
import { read } from './reads.js'
import { makeTable, mutations, randomData, randomShape } from './tables.js'

/** Tables: formats, index, limit, mutations, ports, notifications, a second client, deletion. */
export function tableCase(random: Random): Step[] {
  const shape = randomShape(random, 't')
  const second = random.roll('secondClient')
  const steps: Step[] = [...makeTable(random, shape), { do: 'view', table: 't', view: 'v' }]
  if (random.chance(0.3)) steps.unshift({ do: 'on_hosted', label: 'hosted' })
  if (random.chance(0.6))
    steps.push({ do: 'on_update', view: 'v', label: 'update', ...(random.chance(0.7) && { mode: 'row' }) })
  if (random.chance(0.5)) steps.push({ do: 'on_remove', view: 'v', label: 'remove' })
  // Views are told one after another, port by port, removals before updates.
  if (random.chance(0.5)) {
    steps.push({ do: 'view', table: 't', view: 'x', config: { columns: [shape.columns[0]!.name] } })
    const told = random.shuffled(['on_update', 'on_update', 'on_remove'] as const)
    for (const [at, what] of told.entries()) steps.push({ do: what, view: 'x', label: `x ${at}` })
    if (random.chance(0.5)) steps.push({ do: 'on_update', view: 'x', label: 'x row', mode: 'row' })
  }
  if (random.roll('port')) steps.push({ do: 'port', table: 't' }, { do: 'port', table: 't' })
  if (steps.some((step) => step.do === 'port')) shape.ports = 2
  if (second) {
    steps.push({ on: 1, do: 'open', table: 't' }, { on: 1, do: 'view', table: 't', view: 'w' })
    steps.push({ on: 1, do: 'on_update', view: 'w', label: 'other update', mode: 'row' })
  }
  for (let left = random.int(1, 6); left > 0; left--) {
    steps.push({ ...mutations(random, shape), ...(second && random.chance(0.4) && { on: 1 }) })
    if (random.chance(0.4)) steps.push(read(random, 'v', 'json'))
    if (random.chance(0.05)) steps.push({ do: 'off', label: random.pick(['update', 'remove']) })
  }
  steps.push(
    { do: 'read', view: 'v', as: 'arrow' },
    { do: 'read', view: 'v', as: random.pick(['json', 'columns', 'csv']) },
  )
  steps.push({ do: 'size', table: 't' }, { do: 'schema', table: 't' }, { do: 'columns', table: 't' })
  if (second) steps.push({ on: 1, do: 'read', view: 'w', as: 'columns' })
  if (random.chance(0.25)) return [...steps, ...ending(random, second)]
  // Last, since the real engine loses the rows (docs/differences.md).
  if (random.roll('mistake')) steps.push({ do: 'update', table: 't', data: randomData(random, shape, 1, 2), port: 9 })
  return steps
}

/** Deleting views and the table in some order. */
function ending(random: Random, second: boolean): Step[] {
  const steps: Step[] = [
    { do: 'on_table_delete', table: 't', label: 'table delete' },
    { do: 'on_view_delete', view: 'v', label: 'view delete' },
  ]
  const deletions: Step[] = [
    { do: 'delete_view', view: 'v' },
    { do: 'delete_table', table: 't', lazy: random.chance(0.6) },
    { do: 'hosted' },
    { do: 'size', table: 't' },
    { do: 'read', view: 'v', as: 'json' },
  ]
  if (second) deletions.push(random.chance(0.5) ? { on: 1, do: 'close' } : { on: 1, do: 'delete_view', view: 'w' })
  return [...steps, ...random.shuffled(deletions)]
}
