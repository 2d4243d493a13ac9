import { type Kept, Log } from './log.js'

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
  readonly #everybody = new Log()
  readonly #users = new Map<string, Log>()
  /** All of them. */
  readonly #all = new Log()
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
    return this.#all.size
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
    this.#all.push(kept)
    this.length += lengthOf(entry)
    while (this.length > this.#limits.historyLength || this.size > this.#limits.historyMessages) {
      this.#drop(this.#all.first()!)
    }
  }

  /** The kept messages for a user after an offset, in order. Stays right while messages are added. */
  *after(userid: string, offset: number): Generator<Entry> {
    let last = offset
    for (;;) {
      const own = this.#users.get(userid)?.after(last)
      const shared = this.#everybody.after(last)
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
    for (const kept of this.#all.expired(now)) this.#drop(kept)
  }

  #logOf(userid: string | undefined): Log {
    if (userid === undefined) return this.#everybody
    let log = this.#users.get(userid)
    if (log === undefined) {
      log = new Log()
      this.#users.set(userid, log)
    }
    return log
  }

  #drop(kept: Kept): void {
    const { entry } = kept
    const log = this.#logOf(entry.userid)
    kept.alive = false
    this.length -= lengthOf(entry)
    this.#all.oneDied()
    log.oneDied()
    if (entry.userid !== undefined && log.size === 0) this.#users.delete(entry.userid)
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

/** What a message counts: its own text, and the names it is kept from. */
function lengthOf({ frame, exclude }: Entry): number {
  let length = frame.length
  for (const session of exclude) length += session.length
  return length
}

function keyOf({ userid, compid }: Address): string {
  return JSON.stringify([userid ?? null, compid ?? null])
}
