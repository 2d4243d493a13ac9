import { closeCodes } from './close-codes.js'
import type { Endpoint } from './endpoint.js'
import type { Principal } from './handshake.js'
import type { Message, Receiver, Socket } from './socket.js'
import type { TableServer, TableSession, TableVerb } from './table-server.js'

/** What remote clients may do with the tables. */
export interface LiveTablesOptions {
  /**
   * The verbs every client has, or a question asked per request. Default: `['read']`, so remote clients can look but
   * not touch.
   */
  readonly allow?:
    | readonly TableVerb[]
    | ((principal: Principal | undefined, verb: TableVerb, table: string) => boolean)
  /** The most views a session holds at once; one more is answered with an error. Default 256. */
  readonly views?: number
  /** The most tables a session creates; one more is answered with an error. Default 16. */
  readonly tables?: number
}

/**
 * The live-tables endpoint: Perspective's wire, one session per socket. One binary message is one request; a text
 * message closes with 1003.
 *
 * While a socket is full its session is paused: notifications merge in the session, requests wait in the socket, and
 * replies are neither dropped nor reordered.
 */
export function liveTables(server: TableServer, options: LiveTablesOptions = {}): Endpoint {
  const { allow = ['read'], views = 256, tables = 16 } = options
  return {
    opened(socket) {
      const { principal } = socket
      return new TableReceiver(socket, (send) =>
        server.new_session(send, {
          allow:
            typeof allow === 'function'
              ? (verb, table) => allow(principal, verb, table)
              : (verb) => allow.includes(verb),
          max_views: views,
          max_tables: tables,
        }),
      )
    },
  }
}

class TableReceiver implements Receiver {
  readonly #socket: Socket
  readonly #session: TableSession

  constructor(socket: Socket, begin: (send: (frame: Uint8Array | readonly Uint8Array[]) => void) => TableSession) {
    this.#socket = socket
    this.#session = begin((frame) => {
      socket.send(frame)
    })
  }

  message(data: Message): void | Promise<void> {
    if (typeof data === 'string') {
      this.#socket.close(closeCodes.unsupportedData, 'binary messages only')
      return
    }
    return this.#session.handle_request(data)
  }

  /** Requests that came in one packet are polled for once, so that their updates make one notification. */
  idle(): void | Promise<void> {
    return this.#session.poll()
  }

  full(): void {
    this.#session.pause?.()
  }

  drained(): void {
    this.#session.resume?.()
  }

  closed(): void {
    this.#session.close()
  }
}
