import type { Session, TableVerb } from '../server/session.js'
import type { EngineLink, LinkedServer } from './engine-link.js'
import { fromEngine, type LinkedOptions, type Question } from './link.js'

declare const performance: { readonly timeOrigin: number }

/** One session at the engine's end of a link. */
export class LinkedSession {
  readonly id: number
  readonly #link: EngineLink
  readonly #session: Session
  /** Requests to serve, and polls. */
  readonly #waiting: (Uint8Array | 'poll')[] = []
  #isBusy = false
  /** Its socket is full. */
  #isPaused = false
  #mergedTold = 0
  /** What is known of the policy for the request under way. */
  readonly #answers = new Map<string, boolean>()
  #unanswered: Question[] = []
  /** The request to serve again once the questions are answered. */
  #asking: Uint8Array | undefined
  /** Replies to a request that may have to be served again. */
  #replies: (() => void)[] | undefined

  constructor(link: EngineLink, id: number, server: LinkedServer, { allow, ...options }: LinkedOptions) {
    this.#link = link
    this.id = id
    this.#session = server.new_session(
      (frame, since, table) => {
        const [head, body] = frame instanceof Uint8Array ? [frame] : frame
        const at = since === undefined ? 0 : since + performance.timeOrigin
        const send = () => link.post(fromEngine.frame, id, at, 0, head, body, allow === 'ask' ? table : undefined)
        if (this.#replies === undefined || since !== undefined) send()
        else this.#replies.push(send)
      },
      {
        ...options,
        allow: allow === 'ask' ? (verb, table) => this.#may(verb, table) : allow,
        // They are asked for where they are delivered.
        notify_unasked: allow === 'ask',
      },
    )
    if (allow === 'ask') this.#attempt = this.#attemptAsking
  }

  /** Whether it may have a turn. */
  get hasWork(): boolean {
    return this.#waiting.length > 0 && !this.#isBusy && !this.#isPaused
  }

  push(work: Uint8Array | 'poll'): void {
    this.#waiting.push(work)
    this.#link.ready(this)
  }

  serveNext(): void {
    const next = this.hasWork ? this.#waiting.shift() : undefined
    if (next === undefined) return
    this.#answers.clear()
    this.#serve(next)
  }

  pause(): void {
    this.#isPaused = true
    this.hold()
  }

  resume(): void {
    this.#isPaused = false
    if (!this.#link.isFull) this.release()
  }

  /** Holds notifications back, because the link is full. */
  hold(): void {
    this.#session.pause()
  }

  /** The link has room again. */
  release(): void {
    if (this.#isPaused) return
    this.#session.resume()
    this.#link.ready(this)
  }

  answered(answers: readonly boolean[]): void {
    const request = this.#asking
    if (request === undefined) return
    this.#asking = undefined
    for (const [i, [verb, table]] of this.#unanswered.entries()) {
      this.#answers.set(`${verb} ${table}`, answers[i] ?? false)
    }
    this.#serve(request)
  }

  /** Tells how many notifications were merged, if that changed. */
  tellMerged(): void {
    if (this.#session.merged !== this.#mergedTold) this.#tell(fromEngine.state)
  }

  close(): void {
    this.#waiting.length = 0
    this.#session.close()
  }

  #serve(work: Uint8Array | 'poll'): void {
    this.#isBusy = true
    const pending = work === 'poll' ? this.#session.poll() : this.#attempt(work)
    if (this.#asking !== undefined) return
    if (pending === undefined) this.#done()
    else {
      void pending.then(() => {
        this.#done()
        this.#link.work()
      })
    }
  }

  #done(): void {
    this.#isBusy = false
    this.#tell(fromEngine.done)
    this.#link.ready(this)
  }

  #tell(kind: number): void {
    this.#mergedTold = this.#session.merged
    const { views, merged, limited } = this.#session
    this.#link.post(kind, this.id, views, merged, undefined, undefined, limited === 0 ? undefined : limited)
  }

  #attempt = (request: Uint8Array): void | Promise<void> => this.#session.handle_request(request)

  /**
   * What is not known of the policy is first answered with no: a request that may not do something has done nothing. If
   * that happened, the replies are dropped, the questions asked, and the request is served again.
   */
  readonly #attemptAsking = (request: Uint8Array): void | Promise<void> => {
    this.#unanswered = []
    const replies: (() => void)[] = []
    this.#replies = replies
    const pending = this.#session.handle_request(request)
    this.#replies = undefined
    if (this.#unanswered.length === 0) {
      for (const send of replies) send()
      return pending
    }
    this.#asking = request
    this.#link.post(fromEngine.question, this.id, 0, 0, undefined, undefined, this.#unanswered)
    return undefined
  }

  #may(verb: TableVerb, table: string): boolean {
    const known = this.#answers.get(`${verb} ${table}`)
    if (known === undefined) this.#unanswered.push([verb, table])
    return known ?? false
  }
}
