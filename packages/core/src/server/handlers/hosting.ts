import type { HostedTableValue } from '../../protocol/messages.js'
import { FEATURES } from '../features.js'
import type { HostedTable } from '../hosted-table.js'
import { memory } from '../memory.js'
import type { Handlers } from './index.js'

/** Requests about the server as a whole. */
export const hostingHandlers: Handlers<
  'GetFeatures' | 'GetHostedTables' | 'RemoveHostedTablesUpdate' | 'ServerSystemInfo'
> = {
  GetFeatures: () => FEATURES,

  GetHostedTables({ session, body, msg_id }) {
    if (body.subscribe) {
      session.demandRoomForSubscription()
      session.host.listen(session, msg_id)
      return undefined
    }
    const tables = [...session.host.hosted()].filter(({ name }) => session.may('read', name))
    return { table_infos: tables.map(tableInfo) }
  },

  RemoveHostedTablesUpdate({ session, body }) {
    session.host.unlisten(session, body.id)
    return {}
  },

  ServerSystemInfo({ session }) {
    const { worked, passed } = session.host.takeCpuTime()
    return { ...memory(), cpu_time: Math.round(worked), cpu_time_epoch: Math.round(passed) }
  },
}

function tableInfo({ name, table }: HostedTable): HostedTableValue {
  return { entity_id: name, index: table.index ?? undefined, limit: table.limit ?? undefined }
}
