import type { Message } from '@tablecast/gateway'
import type { ReceiveQueue } from './receive-queue.js'
import type { SendQueue } from './send-queue.js'
import type { SocketId } from './transaction.js'

/** What a service is made with; pass it on to `super` from a constructor of your own. */
export interface ServiceContext {
  /** The path below the root it is served by. */
  readonly path: string
  readonly receiveQueue: ReceiveQueue
  readonly sendQueue: SendQueue
  readonly shutdown: boolean
}

/**
 * A service: extend it in a module below the root and export the class under the name `Service`. It runs in a worker
 * thread of its own from its first client on, and has no sockets, only two queues of transactions:
 *
 * ```ts
 * import { Service as Base } from '@tablecast/services/service'
 *
 * export class Service extends Base {
 *   async run() {
 *     for await (const transaction of this.receiveQueue) {
 *       if (transaction.type === 'DATA') this.send(transaction.socket, transaction.data)
 *     }
 *   }
 * }
 * ```
 */
export abstract class Service {
  readonly path: string
  readonly receiveQueue: ReceiveQueue
  readonly sendQueue: SendQueue
  readonly #context: ServiceContext

  constructor(context: ServiceContext) {
    this.path = context.path
    this.receiveQueue = context.receiveQueue
    this.sendQueue = context.sendQueue
    this.#context = context
  }

  /** True once the service is to end; then the receive queue ends too. A service that takes too long is cut off. */
  get shutdown(): boolean {
    return this.#context.shutdown
  }

  /**
   * The service's life. Its end is the service's end: its clients are closed, with 1000 when it returned and with 1012
   * when it threw, and the next client starts it again.
   */
  abstract run(): void | Promise<void>

  /** Sends one message to one or many clients; see `SendQueue.put`. */
  send(sockets: SocketId | readonly SocketId[], data: Message): void {
    this.sendQueue.put({ type: 'DATA', sockets, data })
  }

  /** Closes a client's socket, after what was sent before. */
  close(socket: SocketId, code?: number, reason?: string): void {
    this.sendQueue.put({
      type: 'CLOSE',
      socket,
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
    })
  }
}
