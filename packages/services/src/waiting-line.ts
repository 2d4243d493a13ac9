import type { Socket } from '@tablecast/gateway'
import type { Transaction } from './transaction.js'

/** A client's message that found the queue full. Its socket is not read until `done`. */
interface Waiting {
  readonly socket: Socket
  readonly transaction: Transaction
  readonly since: number
  readonly done: () => void
}

/** How often it is looked whether those who wait are still there. */
const sweepMillis = 50

/** Clients in line for a full queue: first come, first served, one message each. */
export class WaitingLine {
  readonly #stallMillis: number
  readonly #stalled: (socket: Socket) => void
  #line: Waiting[] = []
  #sweeper: NodeJS.Timeout | undefined

  /** @param stalled takes a socket that has waited for `stallMillis`. */
  constructor(stallMillis: number, stalled: (socket: Socket) => void) {
    this.#stallMillis = stallMillis
    this.#stalled = stalled
  }

  get size(): number {
    return this.#line.length
  }

  /** Settles when the message has left the line, delivered or not. */
  join(socket: Socket, transaction: Transaction): Promise<void> {
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMillis)
    return new Promise((done) => this.#line.push({ socket, transaction, since: performance.now(), done }))
  }

  /** Lets the first ones go on for as long as `deliver` returns true. */
  advance(deliver: (transaction: Transaction) => boolean): void {
    let count = 0
    while (count < this.#line.length && deliver(this.#line[count]!.transaction)) this.#line[count++]!.done()
    this.#line.splice(0, count)
    this.#rest()
  }

  /** Sends everybody home. */
  clear(): void {
    for (const { done } of this.#line.splice(0)) done()
    this.#rest()
  }

  /** A socket whose peer left, or that is being drained, waits for its receiver: it must not wait for the queue. */
  #sweep(): void {
    const now = performance.now()
    this.#line = this.#line.filter(({ socket, since, done }) => {
      if (socket.open && now - since < this.#stallMillis) return true
      if (socket.open) this.#stalled(socket)
      done()
      return false
    })
    this.#rest()
  }

  #rest(): void {
    if (this.#line.length > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }
}
