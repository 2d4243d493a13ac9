import type { HostedView } from './hosted-view.js'
import { News } from './news.js'

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
      this.#held = new News(since, port === news.port ? port : 0, false, at)
    }
  }

  resume(): void {
    const held = this.#held
    if (held === null || this.#view.session.isPaused) return
    this.#held = null
    this.#send(held)
  }

  #send(news: News): void {
    const view = this.#view
    view.session.notify(this.msg_id, view, news.at, () => news.body(view))
  }
}
