import { TablecastError } from '@tablecast/engine/error'
import { Enum } from '../protocol/enums.js'
import { decodeRequest, encodeResponse, FrameError } from '../protocol/frames.js'
import type { SendFrame, Session, SessionOptions } from '../server/session.js'
import type { BatchWriter, Item } from './batch.js'
import { fromEngine, LARGE, type LinkedOptions, type Question, toEngine } from './link.js'

declare const performance: { readonly timeOrigin: number }

/** Requests sent ahead of their replies, and their bytes, from which on the caller is made to wait. */
const AHEAD = 16
const BYTES_AHEAD = 256 * 1024

/** What a session needs of the server it belongs to. */
export interface RemoteSessionOwner {
  post: BatchWriter['add']
  report(error: unknown, what: string): void
  forget(session: RemoteSession): void
}

/** A session at the sockets' end of a link. */
export class RemoteSession implements Session {
  readonly id: number
  views = 0
  merged = 0
  readonly #owner: RemoteSessionOwner
  readonly #send: SendFrame
  readonly #options: SessionOptions
  /** Requests not answered yet, and polls. */
  readonly #unanswered: (Uint8Array | 'poll')[] = []
  #bytes = 0
  #answered: Promise<void> | undefined
  #settle = () => {}
  #isClosed = false

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
    const linked: LinkedOptions = { ...rest, allow: typeof allow === 'function' ? 'ask' : allow }
    owner.post(toEngine.open, id, 0, 0, undefined, undefined, linked)
  }

  /** Sends the request ahead. The promise, given when many are ahead, settles when all are answered. */
  handle_request(frame: Uint8Array): void | Promise<void> {
    if (this.#isClosed) return
    this.#unanswered.push(frame)
    this.#bytes += frame.length
    if (frame.length < LARGE) this.#owner.post(toEngine.request, this.id, 0, 0, frame)
    else this.#owner.post(toEngine.request, this.id, 0, 0, undefined, frame)
    if (this.#unanswered.length >= AHEAD || this.#bytes >= BYTES_AHEAD) return this.#whenAnswered()
  }

  /** Settles when every request so far is answered, and what they changed is applied. */
  poll(): void | Promise<void> {
    if (this.#isClosed) return
    this.#unanswered.push('poll')
    this.#owner.post(toEngine.poll, this.id)
    return this.#whenAnswered()
  }

  pause(): void {
    if (!this.#isClosed) this.#owner.post(toEngine.pause, this.id)
  }

  resume(): void {
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
      this.merged = item.b
      if (item.kind === fromEngine.done) this.#done()
    }
  }

  /** The engine is gone: fails what is not answered, and ends. */
  lose(reason: string): void {
    if (this.#isClosed) return
    for (const request of this.#unanswered) if (request !== 'poll') this.#refuse(request, reason)
    this.#end()
    this.#options.on_end?.(reason)
  }

  #deliver({ a: at, head, body, value: table }: Item): void {
    if (typeof table === 'string' && !this.#may(['read', table])) return
    const since = at === 0 ? undefined : at - performance.timeOrigin
    this.#hand(body === undefined ? head : [head, body], since)
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
    const done = this.#unanswered.shift()
    if (done !== undefined && done !== 'poll') this.#bytes -= done.length
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
    this.#unanswered.length = 0
    this.views = 0
    this.#settleAll()
    this.#owner.forget(this)
  }
}
