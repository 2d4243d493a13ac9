import type { Category } from './generators/index.js'

/**
 * What `npm test` compares with the real engine: categories that our server supports, and how many seeds of each. A
 * category that is not here is not claimed to pass.
 */
export const enabled: readonly { category: Category; seeds: number }[] = [
  { category: 'flat', seeds: 150 },
  { category: 'table', seeds: 150 },
  { category: 'join', seeds: 100 },
  { category: 'nested', seeds: 60 },
  { category: 'program', seeds: 15 },
  { category: 'expression', seeds: 60 },
  { category: 'window', seeds: 60 },
  { category: 'group', seeds: 40 },
  { category: 'split', seeds: 40 },
  { category: 'delta', seeds: 40 },
]
