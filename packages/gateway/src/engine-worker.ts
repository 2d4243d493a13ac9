import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, type ResourceLimits, Worker } from 'node:worker_threads'
import type { Client, SendFrame, Session, SessionOptions } from '@tablecast/core'
import { type Port, RemoteServer } from '@tablecast/core/port'
import { close, type EngineStart, ready } from './engine-start.js'
import { type Refusal, refuse } from './handshake.js'
import type { TableServer } from './live-tables.js'
import type { Metrics } from './metrics.js'

/** The built file, also when this is run from source: Node's workers load no TypeScript. */
const workerFile = fileURLToPath(new URL('../dist/engine-main.js', import.meta.url))

/** The longest wait before an engine that keeps ending is started again, and the wait after the second end in a row. */
const longestWaitMillis = 30_000
const firstWaitMillis = 100

/** An engine that ran this long before it ended has recovered from what ended it before. */
const recoveredMillis = 30_000

/** Ends in a row after which nobody is kept waiting any more. */
const patientEnds = 3

/** What clients are told when the engine ended. */
const lost = 'The engine failed and is started again: connect again'

export interface EngineWorkerOptions {
  /** For the module, which finds it as `workerData.data` of `node:worker_threads`. Must be cloneable. */
  readonly data?: unknown
  /** How long `close` waits for the module's own `close`. Over it: the worker is cut off. Default 5,000 ms. */
  readonly stopMillis?: number
  /** How long sockets are kept open for the next engine. Over it: close 1012. Default 10,000 ms. */
  readonly keepMillis?: number
  /** Memory of the worker; see Node's `resourceLimits`. An engine that exceeds it crashes alone. Default: Node's. */
  readonly memory?: ResourceLimits
  /** Takes what ended the engine. Default: `console.error`. */
  readonly report?: (error: unknown, what: string) => void
}

/**
 * A table server whose engine runs in a worker thread, so that no request on its tables holds the event loop of the web
 * server. Mount it with `liveTables(engine)`.
 *
 * When the worker ends without having been asked to, it is started again: at once the first time, then after 100 ms,
 * 200 ms... up to 30 s. Sockets of clients that read stay open meanwhile, and go on with what they had; the others are
 * closed with 1012. Until it runs, handshakes are refused with 503.
 */
export class EngineWorker implements TableServer {
  readonly #module: string
  readonly #options: EngineWorkerOptions
  readonly #report: (error: unknown, what: string) => void
  readonly #remote: RemoteServer
  #worker: Worker | undefined
  #started!: Promise<void>
  #startedAt = 0
  #restarts = 0
  /** Ends in a row. */
  #ends = 0
  #timer: NodeJS.Timeout | undefined
  #keeping: NodeJS.Timeout | undefined
  #startsAt = 0
  #closed: Promise<void> | undefined

  constructor(module: URL | string, options: EngineWorkerOptions) {
    this.#module = String(module)
    this.#options = options
    this.#report = options.report ?? ((error, what) => console.error(`tablecast: ${what}:`, error))
    this.#remote = new RemoteServer({ report: this.#report })
    this.#start()
  }

  /** Settles when the engine runs. Rejects when this start of it failed; it is tried again all the same. */
  get ready(): Promise<void> {
    return this.#started
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts
  }

  /** Begins a session of its server. Without a running engine it ends at once. */
  new_session(send: SendFrame, options?: SessionOptions): Session {
    return this.#remote.new_session(send, options)
  }

  /**
   * A client of this thread, which may do everything.
   *
   * @throws TablecastError `unavailable` while the engine does not run
   */
  new_local_client(): Client {
    return this.#remote.new_local_client()
  }

  /** Lets a handshake wait for an engine that is being started, and refuses it while there is none. */
  async handshake(): Promise<Refusal | undefined> {
    if (this.#remote.isConnected) return undefined
    try {
      if (this.#worker !== undefined) await this.#started
    } catch {}
    if (this.#remote.isConnected) return undefined
    const seconds = Math.ceil((this.#startsAt - performance.now()) / 1000)
    return refuse(503, 'the engine is being restarted', { 'retry-after': String(Math.max(1, seconds)) })
  }

  watch(metrics: Metrics): void {
    metrics.counter('tablecast_engine_restarts_total', 'Times the engine was started again', () => this.#restarts)
    metrics.gauge('tablecast_engine_up', 'Whether the engine runs', () => Number(this.#remote.isConnected))
  }

  /**
   * Ends the worker: its module's `close`, if it exports one, is awaited first. Settles when it is gone; calling it again
   * waits for the same end. A gateway that serves the engine does this at the end of its drain.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  #start(): void {
    const { port1, port2 } = new MessageChannel()
    this.#startedAt = performance.now()
    const worker = new Worker(workerFile, {
      workerData: { module: this.#module, port: port2, data: this.#options.data } satisfies EngineStart,
      transferList: [port2],
      name: 'tablecast engine',
      resourceLimits: this.#options.memory ?? {},
    })
    this.#worker = worker
    let failure: unknown
    this.#started = new Promise((resolve, reject) => {
      worker.on('message', (message) => {
        if (message !== ready) return
        clearTimeout(this.#keeping)
        this.#keeping = undefined
        this.#remote.connect(port1 as MessagePort & Port)
        resolve()
      })
      worker.on('error', (error) => {
        failure = error
      })
      worker.on('exit', (code) => {
        port1.close()
        const reason = failure ?? new Error(`it ended with ${code}`)
        reject(reason)
        this.#ended(reason)
      })
    })
    // Nobody may be waiting; it is reported.
    this.#started.catch(() => {})
  }

  #ended(reason: unknown): void {
    this.#worker = undefined
    this.#remote.disconnect(lost)
    if (this.#closed !== undefined) {
      this.#remote.abandon(lost)
      return
    }
    this.#report(reason, `engine ${this.#module}`)
    const now = performance.now()
    this.#ends = now - this.#startedAt < recoveredMillis ? this.#ends + 1 : 1
    if (this.#ends >= patientEnds) this.#remote.abandon(lost)
    this.#keeping ??= setTimeout(() => this.#remote.abandon(lost), this.#options.keepMillis ?? 10_000)
    // The first restart is at once: most crashes are one bad message.
    const wait = this.#ends === 1 ? 0 : Math.min(longestWaitMillis, firstWaitMillis * 2 ** (this.#ends - 2))
    this.#startsAt = now + wait
    this.#timer = setTimeout(() => {
      this.#restarts++
      this.#start()
    }, wait)
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer)
    clearTimeout(this.#keeping)
    this.#remote.abandon(lost)
    const worker = this.#worker
    if (worker === undefined) return
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage(close)
    const timer = setTimeout(() => void worker.terminate(), this.#options.stopMillis ?? 5_000)
    await gone
    clearTimeout(timer)
  }
}

/**
 * Starts a worker whose module makes the tables: `module` must export its `Server` as default. What else it does (a feed,
 * a timer) goes on beside it; if it exports a function `close`, that runs before the worker ends.
 *
 * ```ts
 * const engine = engineWorker(new URL('./tables.js', import.meta.url))
 * await engine.ready
 * await app.register(tablecast, { endpoints: { '/websocket': liveTables(engine) } })
 * ```
 */
export function engineWorker(module: URL | string, options: EngineWorkerOptions = {}): EngineWorker {
  return new EngineWorker(module, options)
}
