// Runs in the worker of one service: loads its module, makes its `Service`, and lives as long as `run`.
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { cells, type FromWorker, type ToWorker, type WorkerStart } from './link.js'
import { ReceiveQueue } from './receive-queue.js'
import { SendQueue } from './send-queue.js'
import type { Service, ServiceContext } from './service.js'

type ServiceClass = new (context: ServiceContext) => Service

const port = parentPort
if (port === null) throw new Error('this module is started by a server, as a worker')
const start = workerData as WorkerStart
const shared = new Int32Array(start.shared)
const context = {
  path: start.path,
  receiveQueue: new ReceiveQueue(port, shared, start.receiveBytes),
  sendQueue: new SendQueue(port, shared, start.sendBytes),
  get shutdown() {
    return Atomics.load(shared, cells.shutdown) === 1
  },
}

port.on('message', (message: ToWorker) => {
  if ('transactions' in message) context.receiveQueue.add(message.transactions)
  else context.receiveQueue.end()
})

if (start.file.endsWith('.ts') && !('typescript' in process.features && process.features.typescript)) {
  register('./typescript-hooks.js', import.meta.url)
}
const service = new (await loadClass())(context)
port.postMessage({ type: 'ready' } satisfies FromWorker)
await service.run()
context.sendQueue.flush()
port.postMessage({ type: 'done' } satisfies FromWorker)

async function loadClass(): Promise<ServiceClass> {
  const module: Record<string, unknown> = await import(pathToFileURL(start.file).href)
  const exported = module['Service']
  if (!isServiceClass(exported)) throw new TypeError(`${start.file} exports no class "Service" with a method "run"`)
  return exported
}

function isServiceClass(value: unknown): value is ServiceClass {
  return typeof value === 'function' && typeof value.prototype?.run === 'function'
}
