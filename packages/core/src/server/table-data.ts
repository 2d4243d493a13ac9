import { defaultStorage, EVERYTHING, TablecastError, type TableData, toArrow } from '@tablecast/engine'
import { COLUMN_TYPES } from '../client/names.js'
import type { MakeTableDataValue, SchemaValue } from '../protocol/messages.js'
import { nameOf } from './enum-name.js'
import type { TableSession } from './table-session.js'

/**
 * The wire's data as the engine reads it; a view is read out as Arrow. A schema is data only for a new table.
 *
 * @param malformed the text when there is no data, or a schema where there are rows to be
 */
export function tableData(
  session: TableSession,
  data: MakeTableDataValue | undefined,
  malformed: string,
  schemaAllowed = false,
): TableData {
  const set = data?.data
  switch (set?.case) {
    case 'from_rows':
      return { format: 'rows', rows: set.value }
    case 'from_cols':
      return { format: 'columns', columns: set.value }
    case 'from_ndjson':
      return { format: 'ndjson', text: set.value }
    case 'from_csv':
      return { format: 'csv', text: set.value }
    case 'from_arrow':
      return { format: 'arrow', bytes: set.value }
    case 'from_view':
      return { format: 'arrow', bytes: viewData(session, set.value) }
    case 'from_schema':
      if (schemaAllowed) return { format: 'schema', schema: schemaData(set.value) }
  }
  throw new TablecastError('invalid-data', malformed)
}

function viewData(session: TableSession, id: string): Uint8Array {
  const view = session.findView(id)
  if (view === undefined) throw new TablecastError('view-not-found', 'View not found')
  session.demand('read', view.source.name)
  view.source.flush()
  return toArrow(view.view.slice(EVERYTHING))
}

function schemaData({ schema }: SchemaValue) {
  return schema.map(({ name, type }) => ({
    name,
    storage: defaultStorage(nameOf(COLUMN_TYPES, type, 'Invalid column type')),
  }))
}
