// Editing: what is typed into the grid goes to the server's table, and every page that shows it sees the change.
import { connect, countTick, viewer } from './live.js'

const client = await connect(async (client) => {
  const table = await client.open_table('orders')
  const view = await table.view({ columns: ['order'] })
  await view.on_update(countTick)
})

await viewer.load(client)
await viewer.restore({ table: 'orders', title: 'orders', plugin_config: { edit_mode: 'EDIT' } })
