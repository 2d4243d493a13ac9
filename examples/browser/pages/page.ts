// Perspective's own client and viewer, on Tablecast's engine in a worker. There is no server.
import perspective from '@perspective-dev/client'
import viewerModule, { type HTMLPerspectiveViewerElement } from '@perspective-dev/viewer'
import viewerWasm from '@perspective-dev/viewer/dist/wasm/perspective-viewer.wasm?url'
import '@perspective-dev/viewer-datagrid'
import '@perspective-dev/viewer/themes/pro-dark.css'

await viewerModule.init_client(fetch(viewerWasm))
// It hands its workers an engine as WebAssembly, and wants one before it talks to any. Ours needs none.
perspective.init_server(new ArrayBuffer(0), true)

const worker = new Worker(new URL('../engine/engine.ts', import.meta.url), { type: 'module' })
const client = await perspective.worker(Promise.resolve(worker))

const ticks = document.querySelector('#ticks') as HTMLOutputElement
let ticked = 0
setInterval(() => {
  ticks.value = `${ticked} ticks/s`
  ticked = 0
}, 1_000)

// The worker may still be making its table.
while (!(await client.get_hosted_table_names()).includes('market')) {
  await new Promise((resolve) => setTimeout(resolve, 10))
}
const view = await (await client.open_table('market')).view({ columns: ['lastUpdate'] })
await view.on_update(() => ticked++)

const viewer = document.querySelector('perspective-viewer') as HTMLPerspectiveViewerElement
await viewer.load(client)
await viewer.restore({ table: 'market', title: 'market, in this page', sort: [['lastUpdate', 'desc']] })
