import { Column, type Scalar } from '@tablecast/engine'
import type { RemovedKeys } from './hosted-table.js'
import type { HostedView } from './hosted-view.js'

/** What a paused subscription owes: every key that was removed, each once. */
interface Held {
  readonly keys: Set<Scalar>
  port: number
  readonly at: number
}

/** One `on_remove` subscription. */
export class RemoveSubscription {
  readonly msg_id: number
  readonly #view: HostedView
  #held: Held | null = null

  constructor(view: HostedView, msg_id: number) {
    this.#view = view
    this.msg_id = msg_id
  }

  notify(removed: RemovedKeys, port: number, at: number): void {
    const { session } = this.#view
    if (!session.isPaused) {
      this.#send(removed.arrow, port, at)
      return
    }
    if (this.#held === null) this.#held = { keys: new Set(), port, at }
    else {
      session.merged++
      if (this.#held.port !== port) this.#held.port = 0
    }
    for (let i = 0; i < removed.keys.length; i++) this.#held.keys.add(removed.keys.get(i))
  }

  resume(): void {
    const held = this.#held
    if (held === null || this.#view.session.isPaused) return
    this.#held = null
    const { source } = this.#view
    const { storage } = source.table.schema[source.table.indexPosition]!
    this.#send(() => source.keysArrow(Column.of(storage, [...held.keys])), held.port, held.at)
  }

  #send(indices: () => Uint8Array, port: number, at: number): void {
    this.#view.session.notify(this.msg_id, this.#view, at, () => ({
      case: 'ViewOnRemove',
      value: { port_id: port, indices: indices() },
    }))
  }
}
