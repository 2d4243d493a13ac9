import { columnType, View, validateExpressions } from '@tablecast/engine'
import { COLUMN_TYPES } from '../../client/names.js'
import { HostedView } from '../hosted-view.js'
import { engineConfig } from '../view-config.js'
import type { Handlers } from './index.js'

/** Requests about a table that do not change its rows. */
export const tableHandlers: Handlers<
  | 'TableSchema'
  | 'TableSize'
  | 'TableMakePort'
  | 'TableValidateExpr'
  | 'TableMakeView'
  | 'TableDelete'
  | 'TableOnDelete'
  | 'TableRemoveDelete'
> = {
  TableSchema(call) {
    const source = call.table('read')
    source.flush()
    const schema = source.table.schema.map(({ name, storage }) => ({ name, type: COLUMN_TYPES[columnType(storage)] }))
    return { schema: { schema } }
  },

  TableSize(call) {
    const source = call.table('read')
    source.flush()
    return { size: source.table.size }
  },

  // A port is only a number: a reader needs one too, to tell its own edits apart where it may edit.
  TableMakePort(call) {
    const source = call.table('read')
    source.flush()
    return { port_id: source.makePort() }
  },

  TableValidateExpr(call) {
    const source = call.table('read')
    source.flush()
    const given = Object.fromEntries(call.body.column_to_expr)
    const { expression_schema, errors, expression_alias } = validateExpressions(source.table, given)
    return {
      expression_schema: new Map(Object.entries(expression_schema).map(([name, type]) => [name, COLUMN_TYPES[type]])),
      errors: new Map(Object.entries(errors)),
      expression_alias: new Map(Object.entries(expression_alias)),
    }
  },

  TableMakeView(call) {
    const { session, body } = call
    const source = call.table('read')
    source.flush()
    // The client made the id up; one it has already stands, and the answer must repeat it.
    if (session.findView(body.view_id) === undefined) {
      session.demandRoomForView()
      const view = new View(source.table, engineConfig(body.config))
      session.addView(new HostedView(session, source, body.view_id, view))
    }
    return { view_id: body.view_id }
  },

  TableDelete({ session, entity_id, msg_id, body }) {
    session.demand('delete', entity_id)
    const source = session.host.find(entity_id)
    // Deleting what is not there succeeds.
    if (source === undefined) return {}
    if (body.is_immediate) source.delete(session, msg_id)
    else source.deleteLazily(session, msg_id)
    return undefined
  },

  TableOnDelete({ session, entity_id, msg_id }) {
    session.demand('read', entity_id)
    session.demandRoomForSubscription()
    session.host.find(entity_id)?.onDelete(session, msg_id)
    return undefined
  },

  TableRemoveDelete({ session, entity_id, body }) {
    session.host.find(entity_id)?.removeOnDelete(session, body.id)
    return {}
  },
}
