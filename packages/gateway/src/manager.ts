import { closeCodes } from './close-codes.js'
import type { Frame, Socket } from './socket.js'

/** The open sockets of a gateway, or of one of its endpoints. A socket is in it from `opened` until `closed`. */
export class SocketManager implements Iterable<Socket> {
  readonly #sockets = new Set<Socket>()

  /** How many sockets are open. */
  get size(): number {
    return this.#sockets.size
  }

  [Symbol.iterator](): Iterator<Socket> {
    return this.#sockets.values()
  }

  /**
   * Sends one message to every open socket, or to those the filter picks. The bytes exist once for all.
   *
   * @returns how many it was sent to.
   */
  broadcast(frame: Frame, filter?: (socket: Socket) => boolean): number {
    let reached = 0
    for (const socket of this.#sockets) {
      if (!socket.open || (filter !== undefined && !filter(socket))) continue
      socket.send(frame)
      reached++
    }
    return reached
  }

  /** Begins the closing handshake on every socket; settles when all are gone. */
  async close_all(code: number = closeCodes.goingAway, reason = ''): Promise<void> {
    const sockets = [...this.#sockets]
    for (const socket of sockets) socket.close(code, reason)
    await Promise.all(sockets.map((socket) => socket.closed))
  }

  /** For the gateway only. */
  add(socket: Socket): void {
    this.#sockets.add(socket)
  }

  /** For the gateway only. */
  delete(socket: Socket): void {
    this.#sockets.delete(socket)
  }
}
