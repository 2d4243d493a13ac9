// Replicated: an engine in a worker of this page mirrors the server's table, and the viewer reads the mirror.
import perspective, { type Table } from '@perspective-dev/client'
import engineWasm from '@perspective-dev/server/dist/wasm/perspective-server.wasm?url'
import { connect, countTick, viewer } from './live.js'

perspective.init_server(fetch(engineWasm))
const worker = await perspective.worker()
let mirror: Promise<Table> | undefined

await connect(async (client) => {
  const table = await client.open_table('market')
  const limit = await table.get_limit()
  const view = await table.view()
  // Subscribed before the snapshot is read, so that no update falls between the two: a delta that comes before the
  // snapshot is in the snapshot too.
  const mirrorDelta = async ({ delta }: { delta?: Uint8Array }) => {
    countTick()
    await (await mirror)?.update(delta as Uint8Array & ArrayBuffer)
  }
  await view.on_update(mirrorDelta, { mode: 'row' })
  const snapshot = await view.to_arrow()
  if (mirror === undefined) mirror = worker.table(snapshot, { name: 'market', limit })
  else await (await mirror).replace(snapshot)
})

await viewer.load(worker)
await viewer.restore({ table: 'market', title: 'market, mirrored', sort: [['lastUpdate', 'desc']] })
