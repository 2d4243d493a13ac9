import { readKeys, readUpdate, TablecastError } from '@tablecast/engine'
import { tableData } from '../table-data.js'
import type { Handlers } from './index.js'

/**
 * Requests that change the rows of a table. Their data is read, and refused when it is wrong, before anything is queued.
 */
export const mutationHandlers: Handlers<'TableUpdate' | 'TableRemove' | 'TableReplace'> = {
  TableUpdate(call) {
    const source = call.table('update')
    source.checkWritable()
    const { data, port_id: port } = call.body
    source.checkPort(port)
    const batch = readUpdate(tableData(call.session, data, 'MakeTableReq malformed'), source.table, source)
    if (batch.length > 0) source.queue({ kind: 'update', batch, port })
    else source.stirJoins()
    return {}
  },

  TableRemove(call) {
    const source = call.table('update')
    source.checkWritable()
    source.flush()
    if (source.table.index === null) {
      throw new TablecastError('invalid-argument', 'Cannot remove from unindexed Table\n')
    }
    const keys = readKeys(tableData(call.session, call.body.data, 'remove malformed'), source.table)
    if (keys.length > 0) source.queue({ kind: 'remove', keys, port: 0 })
    else source.stirJoins()
    return {}
  },

  TableReplace(call) {
    const source = call.table('update')
    source.checkWritable()
    const batch = readUpdate(tableData(call.session, call.body.data, 'TableReplaceReq malformed'), source.table, source)
    source.queue(batch.length > 0 ? { kind: 'replace', batch, port: 0 } : { kind: 'clear', port: 0 })
    return {}
  },
}
