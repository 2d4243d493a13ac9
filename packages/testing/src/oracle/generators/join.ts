import type { Step } from '../case.js'
import type { Random } from '../random.js'
import { someQuestion, someRead } from './reads.js'
import { makeTable, mutations, randomColumns, type TableShape } from './tables.js'
import type { Column } from './values.js'

function side(random: Random, name: string, key: Column): TableShape {
  const others = randomColumns(random, 1, 3).map((column) => ({ ...column, name: `${name}_${column.name}` }))
  const shape: TableShape = { name, columns: random.shuffled([key, ...others]), ports: 0, rows: 0 }
  if (random.chance(0.6)) shape.index = key
  return shape
}

/** Two tables, their join, and updates to either side. */
export function joinCase(random: Random): Step[] {
  const type = random.pick(['integer', 'string', 'date', 'datetime', 'float'] as const)
  const rightKey = random.chance(0.2) ? 'other' : 'k'
  const left = side(random, 'l', { name: 'k', type })
  const right = side(random, 'r', { name: rightKey, type: random.roll('mistake') ? 'string' : type })
  const options = {
    ...(random.chance(0.75) && { join_type: random.pick(['inner', 'left', 'outer']) }),
    ...(rightKey !== 'k' && { right_on: rightKey }),
  }
  const steps: Step[] = [
    ...makeTable(random, left),
    ...makeTable(random, right),
    { do: 'join', table: 'j', left: 'l', right: 'r', column: 'k', ...(Object.keys(options).length && { options }) },
    { do: 'view', table: 'j', view: 'v' },
    { do: 'schema', table: 'j' },
  ]
  if (random.chance(0.6)) steps.push({ do: 'on_update', view: 'v', label: 'update', mode: 'row' })
  for (let turn = random.int(1, 5); turn > 0; turn--) {
    steps.push(mutations(random, random.pick([left, right])))
    steps.push(random.chance(0.8) ? { do: 'read', view: 'v', as: 'json' } : someRead(random, 'v'))
  }
  steps.push(someQuestion(random, 'v', ['k']), { do: 'size', table: 'j' })
  if (random.roll('mistake')) steps.push(mutations(random, { ...left, name: 'j' }), { do: 'delete_table', table: 'l' })
  return steps
}
