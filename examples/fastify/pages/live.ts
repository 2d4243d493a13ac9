import perspective, { type Client } from '@perspective-dev/client'
import viewerModule, { type HTMLPerspectiveViewerElement } from '@perspective-dev/viewer'
import viewerWasm from '@perspective-dev/viewer/dist/wasm/perspective-viewer.wasm?url'
import '@perspective-dev/viewer-datagrid'
import '@perspective-dev/viewer/themes/pro-dark.css'

await viewerModule.init_client(fetch(viewerWasm))

export const viewer = document.querySelector('perspective-viewer') as HTMLPerspectiveViewerElement

const status = document.querySelector('#status') as HTMLOutputElement
const ticks = document.querySelector('#ticks') as HTMLOutputElement

function showState(state: 'connected' | 'disconnected', reason = ''): void {
  status.value = state
  status.title = reason
  status.dataset['state'] = state
}

let ticked = 0
setInterval(() => {
  ticks.value = `${ticked} ticks/s`
  ticked = 0
}, 1_000)

/** Counts one update of the server's table for the status line. */
export function countTick(): void {
  ticked++
}

/**
 * Connects to the server and runs `subscribe` with the client. When the connection is lost, connects again after a
 * pause that doubles up to five seconds, makes the viewer read again, and runs `subscribe` again.
 */
export async function connect(subscribe: (client: Client) => Promise<void>): Promise<Client> {
  const client = await perspective.websocket(`${location.origin.replace('http', 'ws')}/websocket`)
  let recovering = false
  await client.on_error(async (_error: unknown, reconnect: () => Promise<void>) => {
    if (recovering) return
    recovering = true
    showState('disconnected')
    for (let pause = 250; recovering; pause = Math.min(pause * 2, 5_000)) {
      await new Promise((resolve) => setTimeout(resolve, pause))
      try {
        await reconnect()
        await viewer.resetError()
        await subscribe(client)
        recovering = false
      } catch (error) {
        showState('disconnected', String(error))
      }
    }
    showState('connected')
  })
  await subscribe(client)
  showState('connected')
  return client
}
