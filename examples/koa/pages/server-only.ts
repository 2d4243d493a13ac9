// Server-only: the viewer reads the server's table through the wire, and only the rows it shows are sent.
import { connect, countTick, viewer } from './live.js'

const client = await connect(async (client) => {
  const table = await client.open_table('market')
  const view = await table.view({ columns: ['lastUpdate'] })
  await view.on_update(countTick)
})

await viewer.load(client)
await viewer.restore({ table: 'market', title: 'market', sort: [['lastUpdate', 'desc']] })
