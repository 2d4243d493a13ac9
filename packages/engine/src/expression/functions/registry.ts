import { CONVERSIONS } from './conversion.js'
import { DATES } from './date.js'
import type { FunctionDef } from './function.js'
import { NUMBERS } from './number.js'
import { PATTERNS } from './pattern.js'
import { ROWS } from './row.js'
import { STRINGS } from './string.js'
import { VECTORS } from './vector.js'

export type { FunctionDef } from './function.js'

const FUNCTIONS: ReadonlyMap<string, FunctionDef> = new Map(
  [...NUMBERS, ...STRINGS, ...PATTERNS, ...DATES, ...CONVERSIONS, ...VECTORS, ...ROWS].map((def) => [def.name, def]),
)

/** The function of a name, in any case, or null. Operations with a syntax or a shape of their own are not here. */
export function findFunction(name: string): FunctionDef | null {
  return FUNCTIONS.get(name.toLowerCase()) ?? null
}
