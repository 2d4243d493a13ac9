import type { HandshakeRequest, Refusal } from './handshake.js'
import type { Metrics } from './metrics.js'
import type { Receiver, Socket } from './socket.js'

/**
 * Anything served over WebSocket: live tables, handler classes, directory services, the push hub. An endpoint knows
 * nothing of frameworks, and any endpoint mounts on any host.
 */
export interface Endpoint {
  /** The subprotocols it speaks, best first. With none given, a client's offer is ignored; with some, a client that offers none of them is refused with 400. */
  readonly protocols?: readonly string[]
  /**
   * Runs before the 101, after the framework's own hooks and the gateway's policy. Returning (or throwing) a `Refusal`
   * answers with its status; any other throw answers 500 and is logged, not leaked.
   */
  handshake?(request: HandshakeRequest): Refusal | undefined | Promise<Refusal | undefined>
  /**
   * Takes an opened socket. Messages that came early are delivered after this returns, none is lost.
   * A throw closes the socket with 1011.
   */
  opened(socket: Socket, request: HandshakeRequest): Receiver
  /** Called once, when there are metrics: name what the endpoint counts. */
  watch?(metrics: Metrics): void
  /** Called once when the gateway has closed every socket: stop what the endpoint itself runs. */
  close?(): void | Promise<void>
}
