import { TablecastError } from '@tablecast/engine/error'
import { Enum } from '../protocol/enums.js'
import { decodeRequest, decodeResponse, encodeResponse, FrameError } from '../protocol/frames.js'
import type { SendFrame, Session, SessionOptions } from '../server/session.js'
import type { BatchWriter, Item } from './batch.js'
import { fromEngine, LARGE, type LinkedOptions, type Question, toEngine } from './link.js'
import { isRepeatable, responseCase, SessionMemory } from './session-memory.js'

declare const performance: { readonly timeOrigin: number }

/** Requests sent ahead of their replies, and their bytes, from which on the caller is made to wait. */
const AHEAD = 16
const BYTES_AHEAD = 256 * 1024

const CANNOT_GO_ON = 'The engine was started again, and does not have what this session had: connect again'

/** What a session needs of the server it belongs to. */
export interface RemoteSessionOwner {
  post: BatchWriter['add']
  report(error: unknown, what: string): void
  forget(session: RemoteSession): void
  /** A client has got this port of a table. */
  holdsPort(table: string, port: number): void
}

/** A request, or a poll, that was not answered yet. */
interface Unanswered {
  readonly frame: Uint8Array | undefined
  hasFailed: boolean
  /** Engines that were lost with it under way. */
  losses: number
}

/** A session at the sockets' end of a link. */
export class RemoteSession implements Session {
  readonly id: number
  views = 0
  merged = 0
  limited = 0
  readonly #owner: RemoteSessionOwner
  readonly #send: SendFrame
  readonly #options: SessionOptions
  readonly #linked: LinkedOptions
  readonly #memory = new SessionMemory()
  #unanswered: Unanswered[] = []
  #bytes = 0
  #isPaused = false
  /** Requests that set it up again and were not answered yet. */
  #restoring = 0
  #answered: Promise<void> | undefined
  #settle = () => {}
  #isClosed = false
  /** Merged by sessions on earlier engines. */
  #mergedBefore = 0
  #limitedBefore = 0

  constructor(id: number, owner: RemoteSessionOwner, send: SendFrame, options: SessionOptions) {
    const { allow, on_end, notify_unasked, ...rest } = options
    for (const [name, value] of Object.entries(rest)) {
      if (typeof value !== 'function') continue
      throw new TablecastError('not-supported', `A session in another thread cannot have "${name}": it is a function`)
    }
    this.id = id
    this.#owner = owner
    this.#send = send
    this.#options = options
    this.#linked = { ...rest, allow: typeof allow === 'function' ? 'ask' : allow }
    this.#open()
  }

  /** Sends the request ahead. The promise, given when many are ahead, settles when all are answered. */
  handle_request(frame: Uint8Array): void | Promise<void> {
    if (this.#isClosed) return
    this.#unanswered.push({ frame, hasFailed: false, losses: 0 })
    this.#bytes += frame.length
    this.#request(frame)
    if (this.#unanswered.length >= AHEAD || this.#bytes >= BYTES_AHEAD) return this.#whenAnswered()
  }

  /** Settles when every request so far is answered, and what they changed is applied. */
  poll(): void | Promise<void> {
    if (this.#isClosed) return
    this.#unanswered.push({ frame: undefined, hasFailed: false, losses: 0 })
    this.#owner.post(toEngine.poll, this.id)
    return this.#whenAnswered()
  }

  pause(): void {
    this.#isPaused = true
    if (!this.#isClosed) this.#owner.post(toEngine.pause, this.id)
  }

  resume(): void {
    this.#isPaused = false
    if (!this.#isClosed) this.#owner.post(toEngine.resume, this.id)
  }

  close(): void {
    if (this.#isClosed) return
    this.#owner.post(toEngine.close, this.id)
    this.#end()
  }

  /** Takes what the engine sent. */
  receive(item: Item): void {
    if (this.#isClosed) return
    if (item.kind === fromEngine.frame) this.#deliver(item)
    else if (item.kind === fromEngine.question) this.#answer(item.value as Question[])
    else {
      this.views = item.a
      this.merged = this.#mergedBefore + item.b
      if (typeof item.value === 'number') this.limited = this.#limitedBefore + item.value
      if (item.kind === fromEngine.done) this.#done()
    }
  }

  /** The engine is gone: fails what may have changed something, and ends unless it can go on with the next engine. */
  lose(reason: string): void {
    this.#restoring = 0
    this.#mergedBefore = this.merged
    this.#limitedBefore = this.limited
    if (!this.#memory.isEnough) {
      this.abandon(reason)
      return
    }
    const kept: Unanswered[] = []
    for (const each of this.#unanswered) {
      each.hasFailed = false
      // What was under way when two engines were lost may be what they were lost by.
      if (each.frame === undefined || (++each.losses < 2 && isRepeatable(each.frame))) kept.push(each)
      else this.#refuse(each.frame, reason)
    }
    this.#unanswered = kept
    this.#bytes = kept.reduce((sum, { frame }) => sum + (frame?.length ?? 0), 0)
    if (kept.length === 0) this.#settleAll()
  }

  /** Goes on with a new engine: sets up what it had, and makes again the requests that were not answered. */
  restore(): void {
    this.#open()
    if (this.#isPaused) this.#owner.post(toEngine.pause, this.id)
    for (const frame of this.#memory.requests()) {
      this.#restoring++
      this.#request(frame)
    }
    for (const { frame } of this.#unanswered) {
      if (frame === undefined) this.#owner.post(toEngine.poll, this.id)
      else this.#request(frame)
    }
  }

  /** Fails what is not answered, and ends. */
  abandon(reason: string): void {
    if (this.#isClosed) return
    for (const { frame } of this.#unanswered) if (frame !== undefined) this.#refuse(frame, reason)
    this.#end()
    this.#options.on_end?.(reason)
  }

  #open(): void {
    this.#owner.post(toEngine.open, this.id, 0, 0, undefined, undefined, this.#linked)
  }

  #request(frame: Uint8Array): void {
    if (frame.length < LARGE) this.#owner.post(toEngine.request, this.id, 0, 0, frame)
    else this.#owner.post(toEngine.request, this.id, 0, 0, undefined, frame)
  }

  #deliver({ a: at, head, body, value: table }: Item): void {
    const answered = at === 0 ? responseCase(head) : undefined
    if (answered === 'ServerError') {
      if (this.#restoring > 0) {
        this.#owner.post(toEngine.close, this.id)
        this.abandon(CANNOT_GO_ON)
        return
      }
      const [failed] = this.#unanswered
      if (failed !== undefined) failed.hasFailed = true
    }
    // What the next engine says to what it is told anew, the client knows.
    if (this.#restoring > 0) return
    if (typeof table === 'string' && !this.#may(['read', table])) return
    if (answered === 'TableMakePort') this.#notePort(head)
    const since = at === 0 ? undefined : at - performance.timeOrigin
    this.#hand(body === undefined ? head : [head, body], since)
  }

  #notePort(head: Uint8Array): void {
    const { entity_id, client_resp } = decodeResponse(head)
    if (client_resp?.case === 'TableMakePort') this.#owner.holdsPort(entity_id, client_resp.value.port_id)
  }

  #hand(frame: Uint8Array | readonly Uint8Array[], since?: number): void {
    try {
      this.#send(frame, since)
    } catch (error) {
      this.#owner.report(error, 'send of a session')
      this.close()
    }
  }

  #answer(questions: readonly Question[]): void {
    const answers = questions.map((question) => this.#may(question))
    this.#owner.post(toEngine.answer, this.id, 0, 0, undefined, undefined, answers)
  }

  #may([verb, table]: Question): boolean {
    const { allow } = this.#options
    try {
      return typeof allow !== 'function' || allow(verb, table)
    } catch (error) {
      this.#owner.report(error, `allow of a session, asked to ${verb} "${table}"`)
      return false
    }
  }

  #done(): void {
    if (this.#restoring > 0) {
      if (--this.#restoring > 0) return
      for (const notice of this.#memory.notices()) this.#hand(encodeResponse(notice))
      return
    }
    const done = this.#unanswered.shift()
    if (done?.frame !== undefined) {
      this.#bytes -= done.frame.length
      if (!done.hasFailed) this.#memory.note(done.frame)
    }
    if (this.#unanswered.length === 0) this.#settleAll()
  }

  #whenAnswered(): Promise<void> {
    this.#answered ??= new Promise((resolve) => {
      this.#settle = resolve
    })
    return this.#answered
  }

  #settleAll(): void {
    this.#answered = undefined
    this.#settle()
  }

  #refuse(request: Uint8Array, message: string): void {
    try {
      const { msg_id, entity_id } = decodeRequest(request)
      const value = { message, status_code: Enum.StatusCode.SERVER_ERROR }
      this.#hand(encodeResponse({ msg_id, entity_id, client_resp: { case: 'ServerError', value } }))
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
    }
  }

  #end(): void {
    this.#isClosed = true
    this.#unanswered = []
    this.views = 0
    this.#settleAll()
    this.#owner.forget(this)
  }
}
