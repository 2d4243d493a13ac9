import type { HostedView } from './hosted-view.js'

/** What a paused subscription owes: everything since a version of the table. */
interface Held {
  readonly since: number
  /** The port of all that is held, or 0 when there are several: a client takes its own port for its own edits. */
  port: number
  readonly at: number
}

/** One `on_update` subscription. */
export class UpdateSubscription {
  readonly msg_id: number
  readonly #view: HostedView
  #held: Held | null = null

  constructor(view: HostedView, msg_id: number) {
    this.#view = view
    this.msg_id = msg_id
  }

  /** Tells of what happened after table version `since`; to a paused session, later and with all that follows. */
  notify(since: number, port: number, at: number): void {
    const { session } = this.#view
    if (!session.isPaused) this.#send({ since, port, at })
    else if (this.#held === null) this.#held = { since, port, at }
    else {
      session.merged++
      if (this.#held.port !== port) this.#held.port = 0
    }
  }

  resume(): void {
    const held = this.#held
    if (held === null || this.#view.session.isPaused) return
    this.#held = null
    this.#send(held)
  }

  #send({ since, port, at }: Held): void {
    const view = this.#view
    view.session.notify(this.msg_id, view, at, () => ({
      case: 'ViewOnUpdate',
      value: { port_id: port, delta: view.hasDeltas ? view.delta(since) : undefined },
    }))
  }
}
