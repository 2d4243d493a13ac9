/** Whom a message is for. */
export interface Address {
  /** Everybody when left out. */
  readonly userid?: string | undefined
  /** Every component when left out. */
  readonly compid?: string | undefined
}

/** One message on its way: sent to who is there, and kept for who comes back. */
export interface Entry extends Address {
  readonly offset: number
  readonly id: string
  /** Sessions that do not get it. */
  readonly exclude: ReadonlySet<string>
  /** The text that goes over the wire. */
  readonly frame: string
}

interface Kept {
  readonly entry: Entry
  readonly expires: number
  /** Cleared when history has let go of it. */
  alive: boolean
}

/** What is kept at most. */
export interface HistoryLimits {
  /** Characters of all kept messages. Default 32 Mi. */
  readonly historyLength: number
  /** Kept messages. Default 100,000. */
  readonly historyMessages: number
  /** Users and components it is remembered of that a message of theirs is gone. Beyond, the oldest share one answer. Default 100,000. */
  readonly historyNames: number
}

/**
 * The messages that may still be caught up on, by user, and how far back that reaches. Offsets count all messages of
 * the hub, so the messages of a user and those to everybody have one order.
 */
export class History {
  readonly #limits: HistoryLimits
  readonly #everybody: Kept[] = []
  readonly #users = new Map<string, Kept[]>()
  #order: Kept[] = []
  /** The highest offset gone, by address; and of all addresses not remembered. */
  readonly #gone = new Map<string, number>()
  #goneOfOthers = 0
  /** The offset of the latest message. */
  head = 0
  /** Characters kept. */
  length = 0

  constructor(limits: HistoryLimits) {
    this.#limits = limits
  }

  /** Messages kept. */
  get size(): number {
    return this.#order.length
  }

  /** Takes the next message, whose offset is `head + 1`. @param ttlMillis how long to keep it; 0 for not at all. */
  append(entry: Entry, ttlMillis: number, now: number): void {
    this.head = entry.offset
    if (ttlMillis <= 0) {
      this.#forget(entry)
      return
    }
    const kept = { entry, expires: now + ttlMillis, alive: true }
    this.#logOf(entry.userid).push(kept)
    this.#order.push(kept)
    this.length += entry.frame.length
    let excess = 0
    while (this.length > this.#limits.historyLength || this.#order.length - excess > this.#limits.historyMessages) {
      this.#drop(this.#order[excess++]!)
    }
    if (excess > 0) this.#order.splice(0, excess)
  }

  /** The kept messages for a user after an offset, in order. Stays right while messages are added. */
  *after(userid: string, offset: number): Generator<Entry> {
    let last = offset
    for (;;) {
      const own = firstAfter(this.#users.get(userid) ?? [], last)
      const shared = firstAfter(this.#everybody, last)
      const next = own === undefined || (shared !== undefined && shared.offset < own.offset) ? shared : own
      if (next === undefined) return
      last = next.offset
      yield next
    }
  }

  /** The highest offset of a message that may have been for this component and is gone; 0 for none. */
  goneFor(userid: string, compid: string): number {
    const gone = (address: Address) => this.#gone.get(keyOf(address)) ?? this.#goneOfOthers
    return Math.max(gone({}), gone({ compid }), gone({ userid }), gone({ userid, compid }))
  }

  /** Lets go of what has expired. */
  expire(now: number): void {
    let dropped = false
    for (const kept of this.#order) {
      if (kept.expires > now) continue
      this.#drop(kept)
      dropped = true
    }
    if (dropped) this.#order = this.#order.filter(({ alive }) => alive)
  }

  #logOf(userid: string | undefined): Kept[] {
    if (userid === undefined) return this.#everybody
    let log = this.#users.get(userid)
    if (log === undefined) {
      log = []
      this.#users.set(userid, log)
    }
    return log
  }

  #drop(kept: Kept): void {
    const { entry } = kept
    const log = this.#logOf(entry.userid)
    kept.alive = false
    this.length -= entry.frame.length
    const index = indexAfter(log, entry.offset - 1)
    if (log[index] === kept) log.splice(index, 1)
    if (entry.userid !== undefined && log.length === 0) this.#users.delete(entry.userid)
    this.#forget(entry)
  }

  #forget(entry: Entry): void {
    const key = keyOf(entry)
    const gone = Math.max(this.#gone.get(key) ?? this.#goneOfOthers, entry.offset)
    this.#gone.delete(key)
    this.#gone.set(key, gone)
    if (this.#gone.size <= this.#limits.historyNames) return
    const [oldest, theirs] = this.#gone.entries().next().value!
    this.#gone.delete(oldest)
    this.#goneOfOthers = Math.max(this.#goneOfOthers, theirs)
  }
}

function keyOf({ userid, compid }: Address): string {
  return JSON.stringify([userid ?? null, compid ?? null])
}

function firstAfter(log: readonly Kept[], offset: number): Entry | undefined {
  return log[indexAfter(log, offset)]?.entry
}

/** The index of the first entry after an offset. */
function indexAfter(log: readonly Kept[], offset: number): number {
  let low = 0
  let high = log.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (log[middle]!.entry.offset <= offset) low = middle + 1
    else high = middle
  }
  return low
}
