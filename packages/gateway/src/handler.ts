import { receiverOf, WebSocketCallbacks } from './callbacks.js'
import type { HandshakeRequest, Refusal } from './handshake.js'
import type { Message, Receiver, Socket } from './socket.js'

const handlers = new WeakMap<Socket, WebSocketHandler>()

/** A class of handlers: what is mounted on a path. */
export type HandlerClass<T extends WebSocketHandler = WebSocketHandler> = new (
  socket: Socket,
  request: HandshakeRequest,
) => T

/**
 * One WebSocket of a server, as an object: override what you need, and mount the class itself on a path, since the
 * class is an endpoint: `endpoints: { '/chat/:room': ChatHandler }`. Each connection gets an instance of its own.
 */
export abstract class WebSocketHandler extends WebSocketCallbacks {
  /** The subprotocols the class speaks, best first. */
  static readonly protocols: readonly string[] = []

  /** Has a say before the 101; see `Endpoint.handshake`. */
  static handshake(_request: HandshakeRequest): Refusal | undefined | Promise<Refusal | undefined> {
    return undefined
  }

  /** Makes the instance for a socket; for the gateway. */
  static opened(this: HandlerClass, socket: Socket, request: HandshakeRequest): Receiver {
    const handler = new this(socket, request)
    handlers.set(socket, handler)
    return receiverOf(handler)
  }

  readonly socket: Socket
  /** The handshake: path parameters, headers, and the framework's own request as `raw`. */
  readonly request: HandshakeRequest

  constructor(socket: Socket, request: HandshakeRequest) {
    super()
    this.socket = socket
    this.request = request
  }
}

/** Sends back what it gets. */
export class EchoHandler extends WebSocketHandler {
  override received_message(message: Message): void {
    this.send(message)
  }
}

/** The handler of a socket, if a handler class opened it. */
export function handlerOf(socket: Socket): WebSocketHandler | undefined {
  return handlers.get(socket)
}
