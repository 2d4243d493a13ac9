import type { MessagePort } from 'node:worker_threads'
import { cells, type FromWorker } from './link.js'
import { costOf, type SendTransaction } from './transaction.js'

/** Transactions sent to the server in one go at most, so that a busy service's answers are on their way meanwhile. */
const batch = 256

/** What a service sends to its clients, in order. */
export class SendQueue {
  readonly #port: MessagePort
  readonly #shared: Int32Array
  readonly #bound: number
  #waiting: SendTransaction[] = []
  #flushDue = false

  /** For the worker. */
  constructor(port: MessagePort, shared: Int32Array, bound: number) {
    this.#port = port
    this.#shared = shared
    this.#bound = bound
  }

  /** Bytes that the server has not handed to sockets yet. */
  get size(): number {
    return Atomics.load(this.#shared, cells.sent)
  }

  /**
   * Puts one transaction in. While the queue is full this holds the service's thread until the server has caught up:
   * a service cannot produce faster than the server sends. The bytes are copied.
   *
   * @throws TypeError when the data is neither a string nor bytes.
   */
  put(transaction: SendTransaction): void {
    let own = transaction
    if (transaction.type === 'DATA' && typeof transaction.data !== 'string') {
      if (!(transaction.data instanceof Uint8Array)) {
        throw new TypeError('DATA carries a string or a Uint8Array; serialise other things, for example as JSON')
      }
      // A view is posted with the whole buffer behind it, which may be a pool of other messages.
      own = { ...transaction, data: new Uint8Array(transaction.data) }
    }
    this.#waitForRoom()
    Atomics.add(this.#shared, cells.sent, costOf(own))
    this.#waiting.push(own)
    if (this.#waiting.length >= batch) this.flush()
    else if (!this.#flushDue) {
      this.#flushDue = true
      setImmediate(this.#flushLater)
    }
  }

  /** For the worker: hands over what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return
    this.#port.postMessage({ type: 'send', transactions: this.#waiting } satisfies FromWorker)
    this.#waiting = []
  }

  readonly #flushLater = (): void => {
    this.#flushDue = false
    this.flush()
  }

  #waitForRoom(): void {
    for (let sent = this.size; sent >= this.#bound; sent = this.size) {
      this.flush()
      Atomics.wait(this.#shared, cells.sent, sent)
    }
  }
}
