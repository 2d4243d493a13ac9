import type { SendFrame, Session, SessionOptions } from '../server/session.js'
import { type Batch, BatchWriter, itemsOf } from './batch.js'
import { type LinkedOptions, toEngine, WINDOW } from './link.js'
import { LinkedSession } from './linked-session.js'
import type { Port } from './port.js'

declare const performance: { now(): number }
declare const queueMicrotask: (callback: () => void) => void
declare const setTimeout: (callback: () => void, millis: number) => unknown

/** What is served: the shape of `Server`. */
export interface LinkedServer {
  new_session(send: SendFrame, options?: SessionOptions): Session
  reserve_ports?(table: string, port: number): void
}

/** How long requests are served before messages are looked at again, in ms. */
const TURN = 5

/** How long what is to be sent may wait for the end of a turn, in ms. */
const LINGER = 1

/**
 * The engine's end of a link: serves every session of the `RemoteServer` at the other end of `port`. Requests of one
 * session are served in order, those of several by turns.
 */
export class EngineLink {
  readonly #server: LinkedServer
  readonly #port: Port
  readonly #sessions = new Map<number, LinkedSession>()
  /** Those with something to do, in the order of their turns. */
  readonly #ready = new Set<LinkedSession>()
  /** Those that were paused because the link was full, in the order in which they go on. */
  readonly #held = new Set<LinkedSession>()
  readonly #out = new BatchWriter()
  #isFlushDue = false
  #isWorkDue = false
  /** Weight of what was sent and is not delivered yet. */
  #underWay = 0
  isFull = false

  constructor(server: LinkedServer, port: Port) {
    this.#server = server
    this.#port = port
    port.onmessage = ({ data }: { data: Batch }) => this.#receive(data)
  }

  /** Sends an item with the others of this moment. */
  readonly post: BatchWriter['add'] = (...item) => {
    this.#out.add(...item)
    if (!this.#isFlushDue) {
      this.#isFlushDue = true
      queueMicrotask(() => this.#flush())
    }
    if (!this.isFull && this.#underWay + this.#out.weight > WINDOW) this.#fill()
  }

  /** Gives a session its turn when it has something to do. */
  ready(session: LinkedSession): void {
    if (session.hasWork) this.#ready.add(session)
  }

  /** Serves requests, as long as a turn takes. */
  readonly work = (): void => {
    if (this.#isWorkDue) return
    const start = performance.now()
    for (const session of this.#ready) {
      if (this.isFull) return
      const passed = performance.now() - start
      if (passed > LINGER) this.#flush()
      if (passed > TURN) {
        this.#isWorkDue = true
        setTimeout(() => {
          this.#isWorkDue = false
          this.work()
        }, 0)
        return
      }
      this.#ready.delete(session)
      // A set visits what is added meanwhile: a session that has more to do comes after all others.
      session.serveNext()
    }
  }

  #receive(batch: Batch): void {
    for (const item of itemsOf(batch)) {
      const { kind, session: id, value } = item
      if (kind === toEngine.delivered) this.#delivered(item.a)
      else if (kind === toEngine.ports) this.#server.reserve_ports?.(value as string, item.a)
      else if (kind === toEngine.open) {
        const session = new LinkedSession(this, id, this.#server, value as LinkedOptions)
        this.#sessions.set(id, session)
        if (this.isFull) this.#hold(session)
      } else {
        const session = this.#sessions.get(id)
        if (session === undefined) continue
        if (kind === toEngine.request) session.push(item.body ?? item.head)
        else if (kind === toEngine.poll) session.push('poll')
        else if (kind === toEngine.pause) session.pause()
        else if (kind === toEngine.resume) session.resume()
        else if (kind === toEngine.answer) session.answered(value as boolean[])
        else if (kind === toEngine.close) this.#close(session)
      }
    }
    this.work()
  }

  #close(session: LinkedSession): void {
    this.#sessions.delete(session.id)
    this.#ready.delete(session)
    this.#held.delete(session)
    session.close()
  }

  #fill(): void {
    this.isFull = true
    for (const session of this.#sessions.values()) this.#hold(session)
  }

  #hold(session: LinkedSession): void {
    this.#held.add(session)
    session.hold()
  }

  #delivered(weight: number): void {
    this.#underWay -= weight
    if (this.#underWay + this.#out.weight > WINDOW / 2) return
    this.isFull = false
    for (const session of this.#held) {
      this.#held.delete(session)
      session.release()
      if (this.isFull) return
    }
  }

  #flush(): void {
    if (!this.#isFlushDue) return
    this.#isFlushDue = false
    for (const session of this.#sessions.values()) session.tellMerged()
    const { batch, transfer } = this.#out.take()
    this.#underWay += batch.weight
    this.#port.postMessage(batch, transfer)
  }
}
