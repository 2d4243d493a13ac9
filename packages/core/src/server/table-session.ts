import { TablecastError } from '@tablecast/engine'
import { decodeRequest, FrameError } from '../protocol/frames.js'
import type { Request, RequestCase, RequestOf, Response } from '../protocol/messages.js'
import { type AnswerTo, Call } from './call.js'
import { errorBody } from './errors.js'
import { handlers } from './handlers/index.js'
import type { HostedTable } from './hosted-table.js'
import type { HostedView } from './hosted-view.js'
import type { Session, SessionOptions, TableVerb } from './session.js'
import type { TableHost } from './table-host.js'

/** Takes responses, whose texts may be `Utf8Text`; see `SendFrame` for `since`. Throws when a response cannot be put on the wire. */
export type Deliver = (response: Response, since?: number, table?: string) => void

/** The reference's text for whatever it does not know. */
const UNKNOWN_REQUEST = 'Unhandled request type 2'

/** A session, as the server's own parts see it. */
export class TableSession implements Session {
  readonly host: TableHost
  merged = 0
  limited = 0
  readonly #deliver: Deliver
  readonly #poll: () => void | Promise<void>
  readonly #options: SessionOptions
  readonly #views = new Map<string, HostedView>()
  /** Tables it made. */
  readonly #tables = new Set<HostedTable>()
  /** A hosted-tables notification is owed to these. */
  readonly #heldHosted = new Set<number>()
  #isClosed = false
  #isPaused = false
  /** A request is being answered that takes its time. */
  #isAnswering = false
  #holdsNews = false
  /** Requests that came since. */
  readonly #behind: { readonly request: Request; readonly served: (pending: Promise<void> | undefined) => void }[] = []

  constructor(host: TableHost, deliver: Deliver, poll: () => void | Promise<void>, options: SessionOptions = {}) {
    this.host = host
    this.#deliver = deliver
    this.#poll = poll
    this.#options = options
  }

  handle_request(frame: Uint8Array): void | Promise<void> {
    let request: Request
    try {
      request = decodeRequest(frame)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      request = { msg_id: error.msg_id, entity_id: error.entity_id }
    }
    return this.handle(request)
  }

  /** Serves a request that needs no decoding. The promise, where there is one, settles after the reply. */
  handle(request: Request): void | Promise<void> {
    let pending: Promise<void> | null = null
    this.host.run(() => {
      pending = this.#serve(request)
    })
    return pending ?? undefined
  }

  #serve(request: Request): Promise<void> | null {
    if (this.#isClosed) return null
    if (this.#isAnswering) return new Promise((served) => this.#behind.push({ request, served }))
    const { msg_id, entity_id, client_req } = request
    if (client_req === undefined) {
      this.#refuse(msg_id, entity_id, new TablecastError('not-supported', UNKNOWN_REQUEST))
      return null
    }
    return this.#dispatch(msg_id, entity_id, client_req.case, client_req.value)
  }

  #dispatch<C extends RequestCase>(
    msg_id: number,
    entity_id: string,
    name: C,
    body: RequestOf<C>,
  ): Promise<void> | null {
    const call = new Call(this, name, msg_id, entity_id, body)
    try {
      const answer = handlers[name](call)
      if (answer instanceof Promise) return this.#answerLater(call, answer)
      if (answer !== undefined) call.reply(answer)
    } catch (error) {
      this.#fail(call, error)
    }
    return null
  }

  /** What is asked meanwhile is answered after it: a client may count on the order. */
  #answerLater<C extends RequestCase>(call: Call<C>, answer: Promise<AnswerTo<C>>): Promise<void> {
    this.#isAnswering = true
    return answer
      .then(call.reply)
      .catch((error) => this.#fail(call, error))
      .then(() => this.#goOn())
  }

  #goOn(): void {
    this.#isAnswering = false
    this.#holdsNews = false
    const isWaitedFor = this.#behind.length > 0
    this.#sendHeld()
    this.host.run(() => {
      while (!this.#isAnswering) {
        const next = this.#behind.shift()
        if (next === undefined) return
        next.served(this.#serve(next.request) ?? undefined)
      }
    })
    // Whoever sent them has polled already.
    if (isWaitedFor) void this.poll()
  }

  #fail(call: { msg_id: number; entity_id: string; name: string }, error: unknown): void {
    if (error instanceof TablecastError && error.code === 'limit-exceeded') this.limited++
    if (!(error instanceof TablecastError)) this.host.report(error, `${call.name} of "${call.entity_id}"`)
    this.#refuse(call.msg_id, call.entity_id, error)
  }

  #refuse(msg_id: number, entity_id: string, error: unknown): void {
    this.deliver({ msg_id, entity_id, client_resp: { case: 'ServerError', value: errorBody(error) } })
  }

  /** Sends a response. Throws when it cannot be put on the wire. */
  deliver(response: Response, since?: number, table?: string): void {
    if (!this.#isClosed) this.#deliver(response, since, table)
  }

  /** Sends a notification of a view, unless the session may not read its table any more. */
  notify(msg_id: number, view: HostedView, since: number, body: () => NonNullable<Response['client_resp']>): void {
    const { name } = view.source
    if (this.#isClosed || !(this.#options.notify_unasked || this.may('read', name))) return
    try {
      this.deliver({ msg_id, entity_id: view.id, client_resp: body() }, since, name)
    } catch (error) {
      this.#fail({ msg_id, entity_id: view.id, name: 'notification' }, error)
    }
  }

  /** Tells that the list of hosted tables changed. */
  notifyHosted(msg_id: number): void {
    if (this.isPaused) this.#heldHosted.add(msg_id)
    else this.deliver({ msg_id, entity_id: '' })
  }

  may(verb: TableVerb, table: string): boolean {
    const { allow } = this.#options
    return typeof allow === 'function' ? allow(verb, table) : (allow?.includes(verb) ?? true)
  }

  /** Throws what a client is told when it may not. */
  demand(verb: TableVerb, table: string): void {
    if (!this.may(verb, table)) throw new TablecastError('forbidden', `Not allowed to ${verb} table "${table}"`)
  }

  findView(id: string): HostedView | undefined {
    return this.#views.get(id)
  }

  /** Throws when the session holds as many views as it may. */
  demandRoomForView(): void {
    const { max_views = Infinity } = this.#options
    if (this.#views.size < max_views) return
    throw new TablecastError(
      'limit-exceeded',
      `A session may hold ${max_views} views, and this one does: delete one first`,
    )
  }

  addView(view: HostedView): void {
    this.#views.set(view.id, view)
  }

  removeView(view: HostedView): void {
    this.#views.delete(view.id)
    view.close()
  }

  /** Throws when the session has made as many tables as it may. */
  demandRoomForTable(): void {
    const { max_tables = Infinity } = this.#options
    for (const table of this.#tables) if (this.host.find(table.name) !== table) this.#tables.delete(table)
    if (this.#tables.size < max_tables) return
    throw new TablecastError(
      'limit-exceeded',
      `A session may create ${max_tables} tables, and this one has: delete one first`,
    )
  }

  /** Throws when the session waits for as many kinds of news as it may: each is told of every change. */
  demandRoomForSubscription(): void {
    const { max_subscriptions = Infinity } = this.#options
    if (max_subscriptions === Infinity) return
    let count = this.host.subscriptionsOf(this)
    for (const view of this.#views.values()) count += view.subscriptions
    if (count < max_subscriptions) return
    throw new TablecastError(
      'limit-exceeded',
      `A session may hold ${max_subscriptions} subscriptions, and this one does: end one first`,
    )
  }

  addTable(table: HostedTable): void {
    this.#tables.add(table)
    this.host.add(table)
  }

  poll(): void | Promise<void> {
    return this.#poll()
  }

  /** Whether notifications are held back. */
  get isPaused(): boolean {
    return this.#isPaused || this.#holdsNews
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#sendHeld()
  }

  /** Holds notifications back until the answer under way is out. */
  holdNews(): void {
    this.#holdsNews = true
  }

  /** Throws when the session was ended. */
  demandOpen(): void {
    if (this.#isClosed) throw new TablecastError('closed', 'The session was ended')
  }

  #sendHeld(): void {
    this.host.run(() => {
      for (const msg_id of this.#heldHosted) {
        if (this.isPaused) return
        this.#heldHosted.delete(msg_id)
        this.notifyHosted(msg_id)
      }
      for (const view of this.#views.values()) {
        if (this.isPaused) return
        view.resume()
      }
    })
  }

  get views(): number {
    return this.#views.size
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.host.run(() => {
      this.host.forget(this)
      const sources = new Set<HostedTable>()
      for (const view of this.#views.values()) {
        sources.add(view.source)
        view.close()
      }
      this.#views.clear()
      for (const source of sources) source.settle()
    })
  }
}
