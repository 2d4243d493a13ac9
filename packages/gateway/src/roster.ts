import type { Endpoint } from './endpoint.js'
import type { Limits } from './limits.js'
import { SocketManager } from './manager.js'
import type { WsSocket } from './ws-socket.js'

/** The open sockets of a gateway, by endpoint, with the one timer that looks after all of their time limits. */
export class Roster {
  readonly sockets = new Set<WsSocket>()
  readonly all = new SocketManager()
  readonly #managers = new Map<Endpoint, SocketManager>()
  readonly #tickMillis: number
  #timer: NodeJS.Timeout | undefined

  constructor({ heartbeatMillis, stallMillis, closeMillis }: Limits) {
    const shortest = Math.min(stallMillis, closeMillis, heartbeatMillis === 0 ? stallMillis : heartbeatMillis)
    this.#tickMillis = Math.min(1000, Math.max(10, shortest / 4))
  }

  /** The open sockets of one endpoint. */
  at(endpoint: Endpoint): SocketManager {
    let manager = this.#managers.get(endpoint)
    if (manager === undefined) {
      manager = new SocketManager()
      this.#managers.set(endpoint, manager)
    }
    return manager
  }

  /** Keeps a socket until it is closed. */
  add(socket: WsSocket, endpoint: Endpoint): void {
    const mine = this.at(endpoint)
    this.sockets.add(socket)
    this.all.add(socket)
    mine.add(socket)
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMillis).unref()
    void socket.closed.then(() => {
      this.sockets.delete(socket)
      this.all.delete(socket)
      mine.delete(socket)
      if (this.sockets.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    })
  }

  #tick(): void {
    const now = performance.now()
    for (const socket of this.sockets) socket.tick(now)
  }
}
