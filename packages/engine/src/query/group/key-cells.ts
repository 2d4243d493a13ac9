import { Column } from '../../columns/column.js'
import type { Table } from '../../table/table.js'

/** The keys of rows: cells of the index column, or row numbers in a table that has none. */
export function keyCells(table: Table, slots: Uint32Array): Column {
  if (table.indexPosition >= 0) return table.columns[table.indexPosition]!.gather(slots)
  return Column.from(
    'int64',
    Float64Array.from(slots, (slot) => table.rowNumber(slot)),
  )
}
