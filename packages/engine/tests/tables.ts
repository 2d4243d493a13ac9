import { createBatch } from '../src/batch.js'
import { Column } from '../src/columns/column.js'
import type { Scalar, Schema } from '../src/columns/storage.js'
import { EMPTY_CONFIG, type ViewConfig } from '../src/query/config.js'
import { EVERYTHING, type Slice } from '../src/query/slice.js'
import { View } from '../src/query/view.js'
import { Table, type TableOptions } from '../src/table/table.js'
import { toJsonRows } from '../src/write/write.js'

// What tests of tables and views share.

/** Cells by column. */
export type Cells = Record<string, Scalar[]>

/** An update of some columns of a schema. */
export function updateOf(schema: Schema, columns: Cells, port = 0) {
  const names = Object.keys(columns)
  const made = names.map((name) => Column.of(schema.find((field) => field.name === name)!.storage, columns[name]!))
  return { kind: 'update', batch: createBatch(names, made, made[0]!.length), port } as const
}

export function tableOf(schema: Schema, columns: Cells, options: TableOptions = {}): Table {
  const table = new Table(schema, options)
  table.apply(updateOf(schema, columns))
  return table
}

export const viewOf = (of: Table, config: Partial<ViewConfig>) => new View(of, { ...EMPTY_CONFIG, ...config })

/** The cells of a slice's column. */
export const cellsOf = ({ length, columns }: Slice, at = 0): Scalar[] =>
  Array.from({ length }, (_, row) => columns[at]!.get(row))

/** All rows of a view, as JSON. */
export const rowsOf = (of: View): Record<string, unknown>[] => JSON.parse(toJsonRows(of.slice(EVERYTHING)))

/** The row paths of a view. */
export const pathsOf = (of: View) => rowsOf(of).map((row) => (row['__ROW_PATH__'] as Scalar[]).join('/'))
