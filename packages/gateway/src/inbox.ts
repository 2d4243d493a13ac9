import type { Message } from './socket.js'

/** Received messages that may wait for a busy receiver before the peer is no longer read. */
const backlog = 8

/** What an inbox calls. */
export interface InboxOwner {
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
  #reading = true
  #whenIdle: (() => void)[] = []

  /** Starts held, so that messages which come before the receiver is there wait for it. */
  constructor(owner: InboxOwner) {
    this.#owner = owner
  }

  /** True while nothing waits and nothing is being handled. */
  get idle(): boolean {
    return !this.#busy && !this.#idleDue && this.#waiting.length === 0
  }

  /** True while the peer is being read. */
  get reading(): boolean {
    return this.#reading
  }

  push(message: Message): void {
    if (this.#busy || this.#held || this.#waiting.length > 0) {
      this.#waiting.push(message)
      this.#regulate()
      return
    }
    this.#handle(message)
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

  #handle(message: Message): void {
    this.#run(() => this.#owner.deliver(message))
    if (this.#idleDue) return
    this.#idleDue = true
    queueMicrotask(this.#burstOver)
  }

  /** All messages of one packet are delivered before the microtasks. */
  readonly #burstOver = (): void => {
    if (this.#busy) return
    this.#idleDue = false
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
    if (this.#idleDue) this.#burstOver()
    else this.#pump()
  }

  #pump(): void {
    while (!this.#busy && !this.#held && this.#next < this.#waiting.length) this.#handle(this.#waiting[this.#next++]!)
    this.#waiting.splice(0, this.#next)
    this.#next = 0
    this.#regulate()
    if (this.#whenIdle.length === 0 || !this.idle) return
    const waiting = this.#whenIdle
    this.#whenIdle = []
    for (const done of waiting) done()
  }

  #regulate(): void {
    const reading = this.#waiting.length - this.#next < backlog && !this.#held
    if (reading === this.#reading) return
    this.#reading = reading
    this.#owner.read(reading)
  }
}
