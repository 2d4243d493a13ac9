import type { Json, Step } from '../case.js'
import type { Random } from '../random.js'
import { randomFilters } from './filters.js'
import { someQuestion, someRead } from './reads.js'
import { makeTable, mutations, randomShape } from './tables.js'
import type { Column } from './values.js'

const directions = { asc: 6, desc: 6, 'asc abs': 2, 'desc abs': 2, 'col asc': 0.5, 'col desc': 0.5, none: 0.5 }

/** Sort keys by any columns, shown or not. */
export function randomSort(random: Random, columns: readonly Column[]): Json[] {
  const named = random.some(columns, 1, 3).map(({ name }) => [name, random.weighted(directions)])
  return random.roll('mistake') ? [['nowhere', 'asc'], ...named] : named
}

/** Some of the columns in some order. */
export function randomSelection(random: Random, columns: readonly Column[]): string[] {
  const names = random.some(
    columns.map(({ name }) => name),
    random.chance(0.04) ? 0 : 1,
    columns.length,
  )
  if (random.chance(0.03) && names.length) names.push(names[0]!)
  return random.roll('mistake') ? [...names, 'nowhere'] : names
}

/** A config of a flat view. */
export function flatConfig(random: Random, columns: readonly Column[]): { [key: string]: Json } {
  return {
    ...(random.chance(0.5) && { columns: randomSelection(random, columns) }),
    ...(random.chance(0.5) && randomFilters(random, columns)),
    ...(random.chance(0.5) && { sort: randomSort(random, columns) }),
  }
}

/** Flat views: columns, filters, sorts, viewports, every way out; mutations in between. */
export function flatCase(random: Random): Step[] {
  const shape = randomShape(random, 't')
  const names = shape.columns.map(({ name }) => name)
  const steps = makeTable(random, shape)
  const views = random.times(1, 3, (i) => `v${i}`)
  for (const view of views) {
    steps.push({ do: 'view', table: 't', view, config: flatConfig(random, shape.columns) })
    steps.push(someRead(random, view))
  }
  for (let left = random.int(0, 3); left > 0; left--) {
    steps.push(mutations(random, shape))
    const view = random.pick(views)
    steps.push(someRead(random, view), someQuestion(random, view, names))
  }
  for (const view of views) steps.push(someRead(random, view), someQuestion(random, view, names))
  return steps
}
