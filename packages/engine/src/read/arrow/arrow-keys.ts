import type { Column } from '../../columns/column.js'
import { TablecastError } from '../../error.js'
import type { Table } from '../../table/table.js'
import { coerceColumn } from '../coerce.js'
import { decodeArrow } from './arrow.js'

/** Reads the index column of an Arrow stream or file; its other columns do not count. */
export function readArrowKeys(bytes: Uint8Array, table: Table): Column {
  if (table.index === null) throw new TablecastError('invalid-argument', 'Cannot remove from unindexed Table\n')
  const found = decodeArrow(bytes, 'zip').columns.find(({ name }) => name === table.index)
  if (found === undefined) {
    throw new TablecastError('invalid-data', `Cannot remove: Arrow is missing index column \`${table.index}\`\n`)
  }
  return coerceColumn(found.column, table.schema[table.indexPosition]!.storage, table.index)
}
