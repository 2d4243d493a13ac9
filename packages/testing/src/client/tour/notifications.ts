import * as arrow from 'apache-arrow'
import { stepList, takeEvents } from './step.js'

const { steps, step } = stepList()

/** Updates, removals, errors and the coming and going of tables. */
export { steps as notificationSteps }

step('on_update', async ({ views, events, ids }) => {
  ids['update'] = await views['grouped']!.on_update((data) => events.push(['update', data]))
})
step('on_update: row', async ({ views, events, ids }) => {
  ids['row'] = await views['flat']!.on_update((data) => events.push(['row', data]), { mode: 'row' })
})
step('on_update: null mode', async ({ views, events, ids }) => {
  ids['null'] = await views['split']!.on_update((data) => events.push(['null mode', data]), { mode: null })
})
step('on_update: unknown mode', ({ views }) => views['flat']!.on_update(() => {}, { mode: 'cell' as 'row' }))
step('on_remove', async ({ views, events, ids }) => {
  ids['remove'] = await views['grouped']!.on_remove((data) => events.push(['remove', data]))
})
step('notified of an update', async (state) => {
  await state.tables['t']!.update([{ k: 7, s: 'e' }], { port_id: state.ids['port'] })
  return takeEvents(state)
})
step('notified of a removal', async (state) => {
  await state.tables['t']!.remove([7])
  return takeEvents(state)
})
step('remove_update', ({ views, ids }) => views['flat']!.remove_update(ids['row']!))
step('remove_update: again', ({ views, ids }) => views['flat']!.remove_update(ids['row']!))
step('remove_remove', ({ views, ids }) => views['grouped']!.remove_remove(ids['remove']!))
step('remove_remove: again', ({ views, ids }) => views['grouped']!.remove_remove(ids['remove']!))
step('remove: arrow', async (state) => {
  await state.tables['t']!.remove(arrow.tableToIPC(arrow.tableFromArrays({ k: Int32Array.of(6) }), 'stream'))
  return takeEvents(state)
})
step('remove: unindexed', ({ tables }) => tables['l']!.remove([1]))
step('replace', async (state) => {
  await state.tables['t']!.replace([{ k: 10, s: 'z' }])
  return [await state.tables['t']!.size(), await takeEvents(state)]
})
step('clear', async (state) => {
  await state.tables['t']!.clear()
  return [await state.tables['t']!.size(), await takeEvents(state)]
})
step('on_hosted_tables_update', async ({ client, events, ids }) => {
  ids['hosted'] = await client.on_hosted_tables_update((...data: unknown[]) => events.push(['hosted', data]))
})
step('notified of a new table', async (state) => {
  state.tables['gone'] = await state.client.table([{ a: 1 }], { name: 'gone' })
  return takeEvents(state)
})
step('table.on_delete', async ({ tables, events, ids }) => {
  await tables['gone']!.on_delete((...data: unknown[]) => events.push(['table deleted', data]))
  ids['deleted'] = await tables['gone']!.on_delete(() => events.push('removed'))
})
step('table.remove_delete', ({ tables, ids }) => tables['gone']!.remove_delete(ids['deleted']!))
step('delete: table with views', async ({ tables, views }) => {
  views['last'] = await tables['gone']!.view()
  await tables['gone']!.delete()
})
step('view.on_delete', async ({ views, events, ids }) => {
  await views['last']!.on_delete((...data: unknown[]) => events.push(['view deleted', data]))
  ids['view deleted'] = await views['last']!.on_delete(() => events.push('removed'))
})
step('view.remove_delete', ({ views, ids }) => views['last']!.remove_delete(ids['view deleted']!))
step('view.delete', async (state) => {
  await state.views['last']!.delete()
  return takeEvents(state)
})
step('table.delete', async (state) => {
  await (await state.client.open_table('gone')).delete({ lazy: false })
  return takeEvents(state)
})
step('table.delete: lazy', async (state) => {
  await (await state.client.open_table('csv')).delete({ lazy: true })
  return takeEvents(state)
})
step('remove_hosted_tables_update', ({ client, ids }) => client.remove_hosted_tables_update(ids['hosted']!))
step('remove_hosted_tables_update: again', ({ client, ids }) => client.remove_hosted_tables_update(ids['hosted']!))
