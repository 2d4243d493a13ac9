import { type Pieces, toArrow, type View } from '@tablecast/engine'
import type { Answer } from './answer-cache.js'
import type { HostedTable, RemovedKeys } from './hosted-table.js'
import type { News } from './news.js'
import { RemoveSubscription } from './remove-subscription.js'
import type { TableSession } from './table-session.js'
import { UpdateSubscription } from './update-subscription.js'

/** A session's view on a table, with its subscriptions. */
export class HostedView {
  readonly id: string
  readonly session: TableSession
  readonly source: HostedTable
  readonly view: View
  /** Whether notifications carry the changed rows. One subscription that wants them turns it on for all of the view. */
  hasDeltas = false
  #updates: UpdateSubscription[] = []
  #removes: RemoveSubscription[] = []
  #deletes: number[] = []

  constructor(session: TableSession, source: HostedTable, id: string, view: View) {
    this.session = session
    this.source = source
    this.id = id
    this.view = view
    source.addView(this)
  }

  /** An answer that depends on the view, the table's version and `question`, made once for equal views. */
  answer<T extends Answer>(question: string, make: () => T): T {
    const { answers, table } = this.source
    return this.known<T>(question) ?? answers.keep(table.version, this.#key(question), make())
  }

  /** The same, made in pieces. The table may move on in between. */
  *answerInPieces<T extends Answer>(question: string, make: () => Pieces<T>): Pieces<T> {
    const { answers, table } = this.source
    const { version } = table
    const key = this.#key(question)
    return this.known<T>(question) ?? answers.keep(version, key, yield* make())
  }

  /** An answer that was made before. */
  known<T extends Answer>(question: string): T | undefined {
    const { answers, table } = this.source
    return answers.find<T>(table.version, this.#key(question))
  }

  #key(question: string): string {
    return `${this.view.cacheKey} ${question}`
  }

  /** The rows that changed after table version `since`, by one port or all, as Arrow. */
  delta(since: number, port: number | null): Uint8Array {
    return this.answer(`delta ${since} ${port}`, () => toArrow(this.view.delta(since, port), { dataOnly: true }))
  }

  get subscriptions(): number {
    return this.#updates.length + this.#removes.length + this.#deletes.length
  }

  onUpdate(msg_id: number, withDeltas: boolean): void {
    this.#updates.push(new UpdateSubscription(this, msg_id))
    if (!withDeltas || this.hasDeltas) return
    this.hasDeltas = true
    // A grouped query remembers changes from the first delta it is asked for.
    this.view.delta(this.source.table.version)
  }

  removeOnUpdate(msg_id: number): void {
    this.#updates = this.#updates.filter((each) => each.msg_id !== msg_id)
  }

  onRemove(msg_id: number): void {
    this.#removes.push(new RemoveSubscription(this, msg_id))
  }

  removeOnRemove(msg_id: number): void {
    this.#removes = this.#removes.filter((each) => each.msg_id !== msg_id)
  }

  onDelete(msg_id: number): void {
    this.#deletes.push(msg_id)
  }

  removeOnDelete(msg_id: number): void {
    this.#deletes = this.#deletes.filter((each) => each !== msg_id)
  }

  notifyUpdated(news: News): void {
    for (const subscription of this.#updates) subscription.notify(news)
  }

  notifyRemoved(removed: RemovedKeys, port: number, at: number): void {
    for (const subscription of this.#removes) subscription.notify(removed, port, at)
  }

  /** Sends what was held back while the session was paused. */
  resume(): void {
    for (const subscription of this.#removes) subscription.resume()
    for (const subscription of this.#updates) subscription.resume()
  }

  /** Tells those who wait for the view's end. */
  notifyDeleted(): void {
    for (const msg_id of this.#deletes.splice(0)) {
      this.session.deliver({ msg_id, entity_id: this.id, client_resp: { case: 'ViewOnDelete', value: {} } })
    }
  }

  /** Frees the view. */
  close(): void {
    this.#updates = []
    this.#removes = []
    this.source.removeView(this)
    this.view.close()
  }
}
