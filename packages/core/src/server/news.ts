import type { ResponseBody } from '../protocol/messages.js'
import type { HostedView } from './hosted-view.js'

/** What there is to tell: what happened after a version of the table. */
export class News {
  readonly since: number
  /** The port it came by, or 0 when there are several: a client takes its own port for its own edits. */
  readonly port: number
  /** Whether only that is told which came by the port; the rest is told apart. */
  readonly onlyPort: boolean
  /** When it was applied. */
  readonly at: number
  readonly #bodies = new Map<string, ResponseBody>()

  constructor(since: number, port: number, onlyPort: boolean, at: number) {
    this.since = since
    this.port = port
    this.onlyPort = onlyPort
    this.at = at
  }

  /** What a view's subscribers are told: one object for all views that are equal, so that it is put on the wire once. */
  body(view: HostedView): ResponseBody {
    const { port } = this
    const key = view.hasDeltas ? view.view.cacheKey : ''
    let body = this.#bodies.get(key)
    if (body === undefined) {
      const delta = view.hasDeltas ? view.delta(this.since, this.onlyPort ? port : null) : undefined
      body = { case: 'ViewOnUpdate', value: { port_id: port, delta } }
      this.#bodies.set(key, body)
    }
    return body
  }
}
