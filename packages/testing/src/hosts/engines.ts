import { type Client, Server } from '@tablecast/core'
import { engineWorker, type TableServer } from '@tablecast/gateway'

/** A table server as tests use it. */
export type TestEngine = TableServer & { new_local_client(): Client }

/** A place for the engine of the tables. */
export interface EngineDriver {
  readonly name: string
  start(): Promise<TestEngine>
}

export const inProcess: EngineDriver = {
  name: 'in process',
  start: async () => new Server({ report() {} }),
}

/** Gateways that serve its engines end them. */
export const inWorker: EngineDriver = {
  name: 'in a worker',
  async start() {
    const engine = engineWorker(new URL('../../dist/hosts/engine-module.js', import.meta.url))
    await engine.ready
    return engine
  },
}

/** Every place there is; the suites run on all of them. */
export const engines: readonly EngineDriver[] = [inProcess, inWorker]
