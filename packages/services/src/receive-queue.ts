import type { MessagePort } from 'node:worker_threads'
import { cells, type FromWorker } from './link.js'
import { costOf, type Transaction } from './transaction.js'

/**
 * What a service's clients do, in order. Iterate over it once: `for await (const transaction of this.receiveQueue)`.
 * The loop ends at shutdown, after what had come before.
 */
export class ReceiveQueue implements AsyncIterableIterator<Transaction, undefined> {
  readonly #port: MessagePort
  readonly #shared: Int32Array
  readonly #bound: number
  #waiting: Transaction[] = []
  #next = 0
  #takers: ((result: IteratorResult<Transaction, undefined>) => void)[] = []
  #ended = false

  /** For the worker. @param bound the server's bound in bytes; at half of it clients who wait are let go on. */
  constructor(port: MessagePort, shared: Int32Array, bound: number) {
    this.#port = port
    this.#shared = shared
    this.#bound = bound
  }

  /** Transactions that wait. */
  get size(): number {
    return this.#waiting.length - this.#next
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** The next transaction, waiting for it; done at shutdown. */
  next(): Promise<IteratorResult<Transaction, undefined>> {
    if (this.size > 0) return Promise.resolve({ done: false, value: this.#take() })
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#takers.push(resolve))
  }

  /** For the worker. */
  add(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.#waiting.push(transaction)
    while (this.#takers.length > 0 && this.size > 0) this.#takers.shift()?.({ done: false, value: this.#take() })
  }

  /** For the worker: nothing more will come. */
  end(): void {
    this.#ended = true
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined })
  }

  #take(): Transaction {
    const transaction = this.#waiting[this.#next++]!
    if (this.#next === this.#waiting.length) {
      this.#waiting = []
      this.#next = 0
    }
    const cost = costOf(transaction)
    const left = Atomics.sub(this.#shared, cells.received, cost) - cost
    if (left < this.#bound / 2 && Atomics.exchange(this.#shared, cells.hungry, 0) === 1) {
      this.#port.postMessage({ type: 'room' } satisfies FromWorker)
    }
    return transaction
  }
}
