import { Join, readNew, Table, TablecastError } from '@tablecast/engine'
import { JOIN_TYPES, LIST_FLATTENS } from '../../client/names.js'
import { nameOf } from '../enum-name.js'
import { HostedTable } from '../hosted-table.js'
import { tableData } from '../table-data.js'
import type { TableSession } from '../table-session.js'
import type { Handlers } from './index.js'

/** Requests that make a table. */
export const makeTableHandlers: Handlers<'MakeTable' | 'MakeJoinTable'> = {
  MakeTable(call) {
    const { session, entity_id, body } = call
    const { host } = session
    session.demand('create', entity_id)
    host.claim(entity_id)
    session.demandRoomForTable()
    const { make_table_type: kind, page_to_disk, list_flatten = 0 } = body.options ?? {}
    const index = kind?.case === 'make_index_table' ? { index: kind.value } : {}
    const limit = kind?.case === 'make_limit_table' ? { limit: kind.value } : {}
    const listFlatten = nameOf(LIST_FLATTENS, list_flatten, 'Invalid list flatten mode')
    const data = tableData(session, body.data, 'MakeTableReq malformed', true)
    const { schema, batch } = readNew(data, { ...index, listFlatten })
    const table = new Table(schema, { ...index, ...limit })
    if (batch.length > 0) table.apply({ kind: 'update', batch, port: 0 })
    if (page_to_disk) host.page(table)
    session.addTable(new HostedTable(host, entity_id, table, null, listFlatten))
    call.reply({})
    host.notifyHosted()
    return undefined
  },

  MakeJoinTable(call) {
    const { session, entity_id, body } = call
    const { host } = session
    session.demand('create', entity_id)
    host.claim(entity_id)
    session.demandRoomForTable()
    const [left, right] = [source(session, body.left_table_id), source(session, body.right_table_id)]
    const join = new Join(left.table, right.table, {
      on: body.on_column,
      rightOn: body.right_on_column || body.on_column,
      type: nameOf(JOIN_TYPES, body.join_type, 'Invalid join type'),
    })
    const rows = join.refresh()
    if (rows !== null) join.table.apply(rows)
    session.addTable(new HostedTable(host, entity_id, join.table, { join, tables: new Set([left, right]) }))
    call.reply({})
    host.notifyHosted()
    return undefined
  },
}

/** A table to be joined, with nothing queued. */
function source(session: TableSession, name: string): HostedTable {
  session.demand('read', name)
  const found = session.host.find(name)
  if (found === undefined) throw new TablecastError('table-not-found', `Table "${name}" not found`)
  found.flush()
  return found
}
