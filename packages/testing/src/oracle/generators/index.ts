import type { Case, Step } from '../case.js'
import { Random } from '../random.js'
import type { WeightName } from '../weights.js'
import { joinCase } from './join.js'
import { nestedCase } from './nested.js'
import { programCase } from './program.js'
import { tableCase } from './table.js'
import { deltaCase, expressionCase, flatCase, groupCase, splitCase, windowCase } from './views.js'

/** Every category of cases and what makes them. */
const generators = {
  table: tableCase,
  join: joinCase,
  nested: nestedCase,
  flat: flatCase,
  group: groupCase,
  split: splitCase,
  window: windowCase,
  expression: expressionCase,
  program: programCase,
  delta: deltaCase,
} satisfies Record<string, (random: Random) => Step[]>

export type Category = keyof typeof generators

export const categories = Object.keys(generators) as Category[]

export const isCategory = (name: string): name is Category => name in generators

/** Relative tolerance for floats, for categories whose sums may be taken in another order. */
const tolerances: Partial<Record<Category, number>> = {
  group: 1e-9,
  split: 1e-9,
  window: 1e-9,
  expression: 1e-9,
  program: 1e-9,
  delta: 1e-9,
}

/** The case of a category and a seed: always the same one for the same weights. */
export function generate(category: Category, seed: number, overrides: Partial<Record<WeightName, number>> = {}): Case {
  const tolerance = tolerances[category]
  const steps = generators[category](new Random(category, seed, overrides))
  return { category, seed, ...(tolerance !== undefined && { tolerance }), steps }
}
