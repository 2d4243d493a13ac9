import type { HostedView } from './hosted-view.js'

/** What there is to tell: what happened after a version of the table. */
export interface News {
  readonly since: number
  /** The port it came by, or 0 when there are several: a client takes its own port for its own edits. */
  readonly port: number
  /** Whether only that is told which came by the port; the rest is told apart. */
  readonly onlyPort: boolean
  /** When it was applied. */
  readonly at: number
}

/** One `on_update` subscription. */
export class UpdateSubscription {
  readonly msg_id: number
  readonly #view: HostedView
  #held: News | null = null

  constructor(view: HostedView, msg_id: number) {
    this.#view = view
    this.msg_id = msg_id
  }

  /** Tells it; to a paused session, later and with all that follows. */
  notify(news: News): void {
    const { session } = this.#view
    if (!session.isPaused) this.#send(news)
    else if (this.#held === null) this.#held = news
    else {
      session.merged++
      const { since, at, port } = this.#held
      this.#held = { since, at, port: port === news.port ? port : 0, onlyPort: false }
    }
  }

  resume(): void {
    const held = this.#held
    if (held === null || this.#view.session.isPaused) return
    this.#held = null
    this.#send(held)
  }

  #send({ since, port, onlyPort, at }: News): void {
    const view = this.#view
    view.session.notify(this.msg_id, view, at, () => ({
      case: 'ViewOnUpdate',
      value: { port_id: port, delta: view.hasDeltas ? view.delta(since, onlyPort ? port : null) : undefined },
    }))
  }
}
