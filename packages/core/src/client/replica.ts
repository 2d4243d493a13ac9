import { TablecastError } from '@tablecast/engine/error'
import type { MakeTableDataValue } from '../protocol/messages.js'
import { reportFault } from './report.js'
import type { Table } from './table.js'
import type { TableInitOptions } from './types.js'
import type { View } from './view.js'

/**
 * Makes a table that mirrors a view, which may be one of another client: from what the view shows now, then from its
 * changes. Keeps the source table's index when the view still shows whole rows of it, and its limit.
 *
 * @param make makes the table; its third argument is called before the table is deleted
 */
export async function replicate(
  view: View,
  options: TableInitOptions,
  make: (data: MakeTableDataValue, options: TableInitOptions, beforeDelete: () => Promise<void>) => Promise<Table>,
): Promise<Table> {
  const { index: sourceIndex, limit: sourceLimit } = view.source
  const index = options.index ?? (await inheritedIndex(view, sourceIndex))
  const limit = options.limit ?? (index === undefined ? sourceLimit : undefined)
  const arrow = new Uint8Array(await view.to_arrow())
  const subscriptions: (() => Promise<void>)[] = []
  const table = await make({ data: { case: 'from_arrow', value: arrow } }, { ...options, index, limit }, async () => {
    for (const end of subscriptions.splice(0)) await end()
  })
  const updates = await view.on_update(
    ({ delta }) => {
      if (delta === null) throw new TablecastError('invalid-frame', 'An update of a row subscription has no rows')
      table.update(delta).catch(reportFault)
    },
    { mode: 'row' },
  )
  subscriptions.push(() => view.remove_update(updates))
  if (index !== undefined && index === sourceIndex) {
    const removals = await view.on_remove(({ indices }) => table.remove(indices).catch(reportFault))
    subscriptions.push(() => view.remove_remove(removals))
  }
  return table
}

/** The source table's index, if each row of the view is one of its rows and has its key. */
async function inheritedIndex(view: View, index: string | undefined): Promise<string | undefined> {
  if (index === undefined) return undefined
  const { group_by, split_by, columns } = await view.get_config()
  return group_by.length === 0 && split_by.length === 0 && columns.includes(index) ? index : undefined
}
