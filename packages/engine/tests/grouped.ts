import type { Schema } from '../src/columns/storage.js'
import type { TableOptions } from '../src/table/table.js'
import { type Cells, rowsOf, tableOf, updateOf, viewOf } from './tables.js'

// A table for the tests of grouped views.

export type { Cells } from './tables.js'
export { pathsOf as paths, rowsOf as rows, viewOf as view } from './tables.js'

export const SCHEMA: Schema = [
  { name: 'k', storage: 'string' },
  { name: 's', storage: 'string' },
  { name: 'i', storage: 'int32' },
  { name: 'f', storage: 'float64' },
  { name: 'b', storage: 'boolean' },
  { name: 'd', storage: 'date' },
]

export const update = (columns: Cells) => updateOf(SCHEMA, columns)

export const table = (columns: Cells, options: TableOptions = {}) => tableOf(SCHEMA, columns, options)

/** One aggregate of one column by `k`: values per group, the total first. */
export function by(cells: Cells, column: string, aggregate: string, ...args: string[]): unknown[] {
  const of = viewOf(table(cells), {
    columns: [column],
    group_by: ['k'],
    aggregates: { [column]: [aggregate, ...args] },
  })
  return rowsOf(of).map((row) => row[column])
}

export const TREE: Cells = { k: ['a', 'b', 'a', 'c', 'b'], s: ['x', 'y', 'y', 'z', 'x'], i: [1, 2, 3, 4, 5] }
