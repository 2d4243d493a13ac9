import type { Column } from '../columns/column.js'
import { TablecastError } from '../error.js'
import type { Table } from '../table/table.js'
import { Cells } from './cells.js'
import { JsonScanner } from './json-scanner.js'

/** Reads the text of an array of key values, coerced as an update's are. */
export function readJsonKeys(text: string, table: Table): Column {
  const scanner = new JsonScanner(text)
  if (!scanner.takeArray()) throw new TablecastError('invalid-argument', 'Cannot remove fish!\n')
  if (table.index === null) throw new TablecastError('invalid-argument', 'Cannot remove from unindexed Table\n')
  const cells = new Cells(table.index, table.schema[table.indexPosition]!.storage)
  let rows = 0
  if (!scanner.takeArrayEnd()) {
    do {
      if (scanner.scalar(cells, rows)) rows++
      else if (scanner.takeObject()) cells.refuse('object', rows)
      else cells.refuse('array', rows)
    } while (scanner.takeComma())
    if (!scanner.takeArrayEnd()) throw scanner.malformed('expected "," or "]"')
  }
  return cells.finish(rows).column
}
