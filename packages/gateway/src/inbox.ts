import type { Message } from './socket.js'

/** Received messages that may wait for a busy receiver before the peer is no longer read. */
const backlog = 8

/**
 * How long one socket's messages are handled before others get their turn, in ms. They come by the packet, and a packet
 * of small requests can be seconds of work.
 */
const turnMillis = 5

/** What an inbox calls. */
export interface InboxOwner {
  /** Whether the budgets allow one more message; when not, messages wait for `retry`. */
  allows(message: Message, now: number): boolean
  /** Handles one message; a promise holds the next one back. */
  deliver(message: Message): void | Promise<void>
  /** The burst is handled. */
  idle(): void | Promise<void>
  /** Takes what the two throw. */
  failed(error: unknown): void
  /** Stops and starts reading from the peer. */
  read(go: boolean): void
}

/** The receiving half of a socket: one message at a time, in order, none while it is held. */
export class Inbox {
  readonly #owner: InboxOwner
  #waiting: Message[] = []
  #next = 0
  #busy = false
  #idleDue = false
  #held = true
  /** When the present turn began; 0 between turns. */
  #turnSince = 0
  /** The turn is over and the event loop has not come round yet. */
  #yielding = false
  #reading = true
  #whenIdle: (() => void)[] = []

  /** Starts held, so that messages which come before the receiver is there wait for it. */
  constructor(owner: InboxOwner) {
    this.#owner = owner
  }

  /** True while nothing waits and nothing is being handled. */
  get idle(): boolean {
    return !this.#busy && !this.#idleDue && this.#next === this.#waiting.length
  }

  /** True while the peer is being read. */
  get reading(): boolean {
    return this.#reading
  }

  push(message: Message): void {
    this.#waiting.push(message)
    this.#pump()
  }

  /** Goes on where the budgets were in the way, if they allow it now. */
  retry(): void {
    if (this.#waiting.length > 0) this.#pump()
  }

  /** No message is delivered and the peer is not read until `release`. */
  hold(): void {
    this.#held = true
    this.#regulate()
  }

  release(): void {
    this.#held = false
    this.#pump()
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.length = 0
    this.#next = 0
    this.#regulate()
  }

  /** Calls `done` as soon as nothing waits and nothing is being handled. */
  whenIdle(done: () => void): void {
    this.#whenIdle.push(done)
    this.#pump()
  }

  /** All messages of one packet are delivered before the microtasks. */
  readonly #burstOver = (): void => {
    if (this.#busy || this.#yielding || !this.#idleDue) return
    this.#idleDue = false
    this.#turnSince = 0
    this.#run(() => this.#owner.idle())
    this.#pump()
  }

  #run(call: () => void | Promise<void>): void {
    this.#busy = true
    let result: void | Promise<void> | undefined
    try {
      result = call()
    } catch (error) {
      this.#owner.failed(error)
    }
    if (result === undefined) this.#busy = false
    else
      result.then(this.#settled, (error) => {
        this.#owner.failed(error)
        this.#settled()
      })
  }

  readonly #settled = (): void => {
    this.#busy = false
    this.#turnSince = 0
    if (this.#idleDue) this.#burstOver()
    else this.#pump()
  }

  readonly #newTurn = (): void => {
    this.#yielding = false
    this.#turnSince = 0
    this.#pump()
    this.#burstOver()
  }

  #pump(): void {
    while (!this.#busy && !this.#held && !this.#yielding && this.#next < this.#waiting.length) {
      if (!this.#deliverNext()) break
    }
    if (this.#next === this.#waiting.length || this.#next > 1000) {
      this.#waiting.splice(0, this.#next)
      this.#next = 0
    }
    this.#regulate()
    if (this.#whenIdle.length === 0 || !this.idle) return
    const waiting = this.#whenIdle
    this.#whenIdle = []
    for (const done of waiting) done()
  }

  /** False when the next message has to wait. */
  #deliverNext(): boolean {
    const now = performance.now()
    if (this.#turnSince === 0) this.#turnSince = now
    else if (now - this.#turnSince > turnMillis) {
      this.#yielding = true
      setImmediate(this.#newTurn)
      return false
    }
    const message = this.#waiting[this.#next]!
    if (!this.#owner.allows(message, now)) return false
    this.#next++
    this.#run(() => this.#owner.deliver(message))
    if (!this.#idleDue) {
      this.#idleDue = true
      queueMicrotask(this.#burstOver)
    }
    return true
  }

  #regulate(): void {
    const reading = this.#waiting.length - this.#next < backlog && !this.#held
    if (reading === this.#reading) return
    this.#reading = reading
    this.#owner.read(reading)
  }
}
