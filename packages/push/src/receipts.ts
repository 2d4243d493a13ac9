import type { Entry } from './history.js'
import type { PushLimits } from './push-limits.js'
import type { Session } from './session.js'

/** One page's word that it has a message. */
export interface Receipt {
  readonly session: string
  readonly userid: string
  readonly compid: string
  /** Milliseconds since 1970. */
  readonly at: number
}

interface Tracked {
  readonly entry: Entry
  readonly receipts: Map<string, Receipt>
  readonly expires: number
}

/** The receipts of messages that asked for them. */
export class Receipts {
  readonly #limits: PushLimits
  /** In the order they expire. */
  readonly #messages = new Map<string, Tracked>()

  constructor(limits: PushLimits) {
    this.#limits = limits
  }

  track(entry: Entry, now: number): void {
    this.#messages.set(entry.id, { entry, receipts: new Map(), expires: now + this.#limits.memoryMillis })
    // Beyond, the oldest go early.
    if (this.#messages.size > this.#limits.memorySize) this.#messages.delete(this.#messages.keys().next().value!)
  }

  /** Takes a page's word. @returns undefined when there is nothing to it: an unknown message, not its own, or said before, or one too many. */
  take(session: Session, id: string): Receipt | undefined {
    const tracked = this.#messages.get(id)
    if (tracked === undefined || tracked.receipts.has(session.id)) return undefined
    if (!session.wants(tracked.entry) || !session.hasPassed(tracked.entry.offset)) return undefined
    // A page names its session by itself, and may do so anew at each connection.
    if (tracked.receipts.size >= this.#limits.receipts) return undefined
    const { userid, compid } = session
    const receipt = { session: session.id, userid, compid, at: Date.now() }
    tracked.receipts.set(session.id, receipt)
    return receipt
  }

  of(id: string): Receipt[] | undefined {
    const tracked = this.#messages.get(id)
    return tracked && [...tracked.receipts.values()]
  }

  expire(now: number): void {
    for (const [id, { expires }] of this.#messages) {
      if (expires > now) return
      this.#messages.delete(id)
    }
  }
}
