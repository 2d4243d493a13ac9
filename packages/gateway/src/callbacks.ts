import type { CloseInfo, Frame, Message, Receiver, Socket } from './socket.js'

/**
 * What happens to a WebSocket, as methods to override; the same on a server (`WebSocketHandler`) and on a client
 * (`WebSocketClient`). Each may be async: messages wait for `opened` and for each other, so calls never overlap.
 * What a method throws goes to `unhandled_error`.
 */
export abstract class WebSocketCallbacks {
  /** The open socket underneath. */
  abstract readonly socket: Socket

  /** The socket is open. */
  opened(): void | Promise<void> {}

  /** A whole message came: a string for text, bytes for binary. */
  received_message(_message: Message): void | Promise<void> {}

  /** The answer to a ping came. */
  ponged(_data: Uint8Array): void | Promise<void> {}

  /** There is room again after a `send` that returned false. */
  drained(): void | Promise<void> {}

  /** The last call: the socket is gone. 1006 when the connection broke. */
  closed(_code: number, _reason: string): void | Promise<void> {}

  /** Another method failed. Throwing, as by default, logs the error and closes the socket with 1011; returning keeps it open. */
  unhandled_error(error: unknown): void | Promise<void> {
    throw error
  }

  /** Sends one message; see `Socket.send`. */
  send(frame: Frame): boolean
  /** Sends one message in fragments as they come; see `Socket.stream`. */
  send(source: AsyncIterable<Message>): Promise<void>
  send(data: Frame | AsyncIterable<Message>): boolean | Promise<void> {
    return isAsyncIterable(data) ? this.socket.stream(data) : this.socket.send(data)
  }

  /** Begins the closing handshake; see `Socket.close`. */
  close(code?: number, reason?: string): void {
    this.socket.close(code, reason)
  }
}

/** The callbacks as the receiver of their socket. `opened` is called at once. */
export function receiverOf(callbacks: WebSocketCallbacks): Receiver {
  const guard = (call: () => void | Promise<void>): void | Promise<void> => {
    try {
      return call()?.catch((error) => callbacks.unhandled_error(error))
    } catch (error) {
      return callbacks.unhandled_error(error)
    }
  }
  let opening = guard(() => callbacks.opened())?.finally(() => {
    opening = undefined
  })
  return {
    message: (data) =>
      opening === undefined
        ? guard(() => callbacks.received_message(data))
        : opening.then(() => guard(() => callbacks.received_message(data))),
    ponged: (data) => guard(() => callbacks.ponged(data)),
    drained: () => guard(() => callbacks.drained()),
    closed: ({ code, reason }: CloseInfo) => guard(() => callbacks.closed(code, reason)),
  }
}

function isAsyncIterable(data: Frame | AsyncIterable<Message>): data is AsyncIterable<Message> {
  return typeof data === 'object' && Symbol.asyncIterator in data
}
