import type { Json } from '../case.js'
import type { Random } from '../random.js'
import { randomFilters } from './filters.js'
import type { Column } from './values.js'

/** The config of a view. */
export type Config = { [key: string]: Json }

const rowDirections = { asc: 6, desc: 6, 'asc abs': 1, 'desc abs': 1, 'col asc': 0.5, 'col desc': 0.5, none: 0.5 }

/** Sort keys by any columns, shown or not. */
export function randomSort(
  random: Random,
  columns: readonly Column[],
  directions: Readonly<Record<string, number>> = rowDirections,
): Json[] {
  const named = random.some(columns, 1, 3).map(({ name, type }) => {
    const direction = random.weighted(directions)
    // Text has no absolute value, and the real engine no order for it (docs/differences.md).
    return [name, type === 'string' ? direction.replace(' abs', '') : direction]
  })
  // With another key beside it, `none` is an order that depends on how the real engine walks the rows.
  if (named.length > 1 && named.some(([, direction]) => direction === 'none'))
    return named.filter(([, direction]) => direction !== 'none')
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

/** What follows a `none` orders some rows of the real engine and others not (docs/differences.md). */
function noneLast(sort: Json[]): Json[] {
  const isNone = (clause: Json) => Array.isArray(clause) && clause[1] === 'none'
  return [...sort.filter((clause) => !isNone(clause)), ...sort.filter(isNone)]
}

/** A config of a flat view. */
export function flatConfig(random: Random, columns: readonly Column[], directions = rowDirections): Config {
  return {
    ...(random.chance(0.5) && { columns: randomSelection(random, columns) }),
    ...(random.chance(0.5) && randomFilters(random, columns)),
    ...(random.chance(0.5) && { sort: noneLast(randomSort(random, columns, directions)) }),
  }
}
