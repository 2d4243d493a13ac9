import type { SendFrame, Session, SessionOptions, TableVerb } from '@tablecast/core'
import { closeCodes } from './close-codes.js'
import type { Endpoint } from './endpoint.js'
import type { Principal } from './handshake.js'
import { type Metrics, secondsBounds } from './metrics.js'
import type { Message, Receiver, Socket } from './socket.js'

/**
 * What live tables need of a table server: the shape of `Server`, so that one in a worker serves as well. That one has
 * its own word on handshakes, metrics and the end.
 */
export interface TableServer extends Pick<Endpoint, 'handshake' | 'watch' | 'close'> {
  new_session(send: SendFrame, options?: SessionOptions): Session
}

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
  /** The most notifications a session is subscribed to at once; one more is answered with an error. Default 1,024. */
  readonly subscriptions?: number
}

/** One in so many notifications is timed: timing one costs about a tenth of sending it. */
const timedEvery = 8

/**
 * The live-tables endpoint: Perspective's wire, one session per socket. One binary message is one request; a text
 * message closes with 1003.
 *
 * While a socket is full its session is paused: notifications merge in the session, requests wait in the socket, and
 * replies are neither dropped nor reordered.
 */
export function liveTables(server: TableServer, options: LiveTablesOptions = {}): Endpoint {
  const {
    allow = ['read'],
    views: max_views = 256,
    tables: max_tables = 16,
    subscriptions: max_subscriptions = 1_024,
  } = options
  const sessions = new Set<Session>()
  let mergedBefore = 0
  let limitedBefore = 0
  let notifications = 0
  let observe: ((seconds: number) => void) | undefined

  function begin(socket: Socket): Session {
    const { principal } = socket
    const session = server.new_session(
      (frame, since) => {
        socket.send(frame)
        if (since === undefined || notifications++ % timedEvery > 0) return
        observe?.((performance.now() - since) / 1000)
      },
      {
        allow: typeof allow === 'function' ? (verb, table) => allow(principal, verb, table) : allow,
        max_views,
        max_tables,
        max_subscriptions,
        on_end: (reason) => socket.close(closeCodes.serviceRestart, reason),
      },
    )
    sessions.add(session)
    return session
  }

  function end(session: Session): void {
    session.close()
    sessions.delete(session)
    mergedBefore += session.merged
    limitedBefore += session.limited
  }

  return {
    handshake: (request) => server.handshake?.(request),
    opened: (socket) => new TableReceiver(socket, begin(socket), end),
    watch(metrics: Metrics) {
      const sum = (of: (session: Session) => number) => Array.from(sessions, of).reduce((a, b) => a + b, 0)
      metrics.gauge('tablecast_sessions', 'Open table sessions', () => sessions.size)
      metrics.gauge('tablecast_views', 'Views held by sessions', () => sum(({ views }) => views))
      metrics.counter(
        'tablecast_merged_notifications_total',
        'Notifications merged into a later one while their socket was full',
        () => mergedBefore + sum(({ merged }) => merged),
      )
      metrics.counter(
        'tablecast_requests_limited_total',
        'Requests answered with an error because their session holds all that it may',
        () => limitedBefore + sum(({ limited }) => limited),
      )
      observe = metrics.histogram(
        'tablecast_update_to_send_seconds',
        'Time from applying a change to handing its notification to the socket',
        secondsBounds,
      )
      server.watch?.(metrics)
    },
    close: () => server.close?.(),
  }
}

class TableReceiver implements Receiver {
  readonly #socket: Socket
  readonly #session: Session
  readonly #end: (session: Session) => void

  constructor(socket: Socket, session: Session, end: (session: Session) => void) {
    this.#socket = socket
    this.#session = session
    this.#end = end
  }

  message(data: Message): void | Promise<void> {
    if (typeof data !== 'string') return this.#session.handle_request(data)
    this.#socket.close(closeCodes.unsupportedData, 'binary messages only')
  }

  /** Requests that came in one packet are polled for once, so that their updates make one notification. */
  idle(): void | Promise<void> {
    return this.#session.poll()
  }

  full(): void {
    this.#session.pause()
  }

  drained(): void {
    this.#session.resume()
  }

  closed(): void {
    this.#end(this.#session)
  }
}
