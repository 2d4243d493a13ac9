import { pathToFileURL } from 'node:url'
import { type EngineWorker, type EngineWorkerOptions, engineWorker } from '@tablecast/gateway'
import { serviceTree } from './services-tree.js'

/** An engine whose module is `text`, in a folder from which it finds Tablecast's packages. */
export function engineOf(text: string, options?: EngineWorkerOptions) {
  const tree = serviceTree({ 'tables.js': text })
  const engine = engineWorker(pathToFileURL(`${tree.root}/tables.js`), options)
  return {
    engine,
    async [Symbol.asyncDispose]() {
      await engine.close()
      tree[Symbol.dispose]()
    },
  }
}

/** Settles once the engine was started again. */
export async function restarted(engine: EngineWorker, times = 1): Promise<void> {
  while (engine.restarts < times) await new Promise((resolve) => setTimeout(resolve, 5))
  await engine.ready
}
