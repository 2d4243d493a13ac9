import { TablecastError } from '@tablecast/engine/error'
import { Client } from '../client/client.js'
import type { SendFrame, Session, SessionOptions } from '../server/session.js'
import { type Batch, BatchWriter, itemsOf } from './batch.js'
import { toEngine } from './link.js'
import type { Port } from './port.js'
import { RemoteSession } from './remote-session.js'
import { whole } from './whole.js'

declare const console: { error(...parts: unknown[]): void }
declare const queueMicrotask: (callback: () => void) => void

const NO_ENGINE = 'The engine is not running'

/** Tables whose ports are remembered for the next engine: more than an application has, less than a client could make. */
const TABLES = 10_000

export interface RemoteServerOptions {
  /** Takes faults that no client can be told more of. Default: `console.error`. */
  readonly report?: ((error: unknown, what: string) => void) | undefined
}

/**
 * A server whose engine is in another thread, where an `EngineLink` serves it. Stands wherever a `Server` does.
 *
 * Its sessions hold back, while paused, also the requests they have not begun. When the engine is lost, those that only
 * read go on with the next one and are told that everything changed; the others end, which `SessionOptions.on_end` tells:
 * those that made tables, are told of every single change, or opened rows one by one.
 */
export class RemoteServer {
  readonly #report: (error: unknown, what: string) => void
  readonly #sessions = new Map<number, RemoteSession>()
  readonly #out = new BatchWriter()
  /** The highest port that clients got, by table. */
  readonly #ports = new Map<string, number>()
  #port: Port | undefined
  #isFlushDue = false
  #lastId = 0

  constructor({ report }: RemoteServerOptions = {}) {
    this.#report = report ?? ((error, what) => console.error(`tablecast: ${what}:`, error))
  }

  /** Whether there is an engine. */
  get isConnected(): boolean {
    return this.#port !== undefined
  }

  /** Takes the port to an engine: the first one, or the next after one was lost, with which kept sessions go on. */
  connect(port: Port): void {
    this.#port = port
    port.onmessage = ({ data }: { data: Batch }) => this.#receive(port, data)
    for (const [table, highest] of this.#ports) {
      this.#post(toEngine.ports, 0, highest, 0, undefined, undefined, table)
    }
    for (const session of this.#sessions.values()) session.restore()
  }

  /**
   * The engine is gone. Requests under way that change something are answered with an error that says `reason`. Sessions
   * that can go on with the next engine are kept, and their other requests wait for it; all others end.
   */
  disconnect(reason: string): void {
    const port = this.#port
    if (port === undefined) return
    port.onmessage = null
    this.#port = undefined
    this.#out.take()
    for (const session of [...this.#sessions.values()]) session.lose(reason)
  }

  /** There will be no next engine, or not soon: ends the sessions that were kept for it. */
  abandon(reason: string): void {
    if (this.isConnected) return
    for (const session of [...this.#sessions.values()]) session.abandon(reason)
  }

  /** Begins a session, as `Server.new_session` does. Without an engine it ends at once. */
  new_session(send: SendFrame, options: SessionOptions = {}): Session {
    const session = new RemoteSession(
      ++this.#lastId,
      {
        post: this.#post,
        report: this.#report,
        forget: ({ id }) => this.#sessions.delete(id),
        holdsPort: (table, made) => this.#holdsPort(table, made),
      },
      send,
      options,
    )
    this.#sessions.set(session.id, session)
    if (!this.isConnected) queueMicrotask(() => session.abandon(NO_ENGINE))
    return session
  }

  /**
   * A client of this thread. When the engine is lost, its `on_error` callbacks get a function that connects again, to
   * the next engine.
   *
   * @throws TablecastError `unavailable` when there is no engine
   */
  new_local_client(): Client {
    let session: Session
    let isOpen = false
    let isPollDue = false
    const connect = () => {
      if (isOpen) return
      if (!this.isConnected) throw new TablecastError('unavailable', NO_ENGINE)
      session = this.new_session((frame) => void client.handle_response(whole(frame)), {
        on_end(reason) {
          isOpen = false
          void client.handle_error(reason, connect)
        },
      })
      isOpen = true
    }
    const poll = () => {
      isPollDue = false
      void session.poll()
    }
    const client = new Client(
      (frame) => {
        if (!isOpen) throw new TablecastError('closed', 'This client is not connected')
        void session.handle_request(frame)
        if (isPollDue) return
        isPollDue = true
        queueMicrotask(poll)
      },
      () => {
        isOpen = false
        session.close()
      },
    )
    connect()
    return client
  }

  #holdsPort(table: string, made: number): void {
    const known = this.#ports.get(table)
    if (known === undefined && this.#ports.size >= TABLES) return
    this.#ports.set(table, Math.max(made, known ?? 0))
  }

  #receive(port: Port, batch: Batch): void {
    for (const item of itemsOf(batch)) {
      if (port !== this.#port) return
      this.#sessions.get(item.session)?.receive(item)
    }
    this.#post(toEngine.delivered, 0, batch.weight)
  }

  readonly #post: BatchWriter['add'] = (...item) => {
    if (this.#port === undefined) return
    this.#out.add(...item)
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    queueMicrotask(() => {
      this.#isFlushDue = false
      if (this.#out.isEmpty) return
      const { batch, transfer } = this.#out.take()
      this.#port?.postMessage(batch, transfer)
    })
  }
}
