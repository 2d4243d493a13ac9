// Runs in the worker of an engine: loads the module, whose default export is the server, and serves it.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { EngineLink, type LinkedServer, type Port } from '@tablecast/core/port'
import { close, type EngineStart, ready } from './engine-start.js'

const control = parentPort
if (control === null) throw new Error('this module is started by engineWorker(), as a worker')
const { module: href, port } = workerData as EngineStart
const module: Record<string, unknown> = await import(href)
const { default: server, close: closeModule } = module
if (!isServer(server)) {
  throw new TypeError(`${href} must export its Server as default: export default new Server()`)
}
new EngineLink(server, port as MessagePort & Port)
control.on('message', async (message) => {
  if (message !== close) return
  if (typeof closeModule === 'function') await closeModule()
  process.exit()
})
control.postMessage(ready)

function isServer(value: unknown): value is LinkedServer {
  return typeof value === 'object' && value !== null && 'new_session' in value
}
