import type { MessagePort } from 'node:worker_threads'

/** What an engine's worker is given. */
export interface EngineStart {
  /** The module to load, as a URL. */
  readonly module: string
  /** The engine's end of the link. */
  readonly port: MessagePort
  /** For the module. */
  readonly data: unknown
}

/** What the worker says once its server is served; the module may have messages of its own. */
export const ready = 'tablecast: ready'

/** What the worker is told when it is to end. */
export const close = 'tablecast: close'
