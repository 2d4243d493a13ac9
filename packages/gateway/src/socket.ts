import type { HandshakeRequest, Principal } from './handshake.js'

/** One received message: a string for a text frame, bytes for a binary one. */
export type Message = string | Uint8Array

/**
 * One message to send: a string goes out as text, bytes as binary. An array of parts is one binary message, the parts
 * put together; the parts are written without being copied, so bytes shared by many sockets exist once. What was sent
 * belongs to the socket: do not write to it afterwards.
 */
export type Frame = string | Uint8Array | readonly Uint8Array[]

/** How a socket ended. `code` is 1006 when the connection broke without a close frame. */
export interface CloseInfo {
  readonly code: number
  readonly reason: string
}

/**
 * One open WebSocket, whatever host it came in by. Nothing here throws because of the peer or the network: a send on a
 * socket that is closing or closed is dropped.
 */
export interface Socket {
  /** Unique within the process, never used again. */
  readonly id: number
  /** The negotiated subprotocol, '' when there is none. */
  readonly protocol: string
  /** The handshake that opened it. */
  readonly request: HandshakeRequest
  /** Who `authorize` said this is; undefined without `authorize`. */
  readonly principal: Principal | undefined
  /** Bytes given to `send` and not yet taken by the operating system. */
  readonly bufferedAmount: number
  /** True from the moment the bound (`limits.bufferBytes`) is reached until everything was written. While it is true, messages of the peer are not read. */
  readonly full: boolean
  /** True until a close began on either side. */
  readonly open: boolean
  /** Settles once the socket is gone; never rejects. */
  readonly closed: Promise<CloseInfo>
  /**
   * Sends one message. Messages go out in the order of the calls.
   *
   * @returns true while there is room for more; false when the socket is full or closing. What was given is sent all
   * the same when it is full, but a sender that can wait should wait for `Receiver.drained`. A socket that collects
   * more than `limits.maxBufferBytes` is closed with `closeCodes.stalled`.
   */
  send(frame: Frame): boolean
  /**
   * Sends one message in fragments, one per item, waiting whenever the socket is full. Its first item says whether it
   * is text or binary. Other messages sent meanwhile follow after it.
   *
   * @returns settles when the last fragment was handed over or the socket closed.
   * @throws what the source throws; a message cannot be taken back, so the socket is then closed with 1011.
   */
  stream(source: AsyncIterable<Message> | Iterable<Message>): Promise<void>
  /** Sends a ping with up to 125 bytes; the answer comes to `Receiver.ponged`. */
  ping(data?: Uint8Array): void
  /**
   * Begins the closing handshake; a peer that does not finish it in time is cut off.
   *
   * @param code 1000 by default; see `closeCodes`.
   * @param reason cut to the 123 bytes the wire has for it.
   * @throws RangeError when the code may not be sent (RFC 6455, 7.4).
   */
  close(code?: number, reason?: string): void
  /** Cuts the connection without a closing handshake. */
  terminate(): void
}

/**
 * What an endpoint does with its open socket. Calls never overlap: while `message` returns an unsettled promise, later
 * messages wait (and, past a few, the peer is no longer read), so they are handled in order.
 * Whatever throws or rejects here closes this socket with 1011 and touches no other.
 */
export interface Receiver {
  message(data: Message): void | Promise<void>
  /** After each burst: the messages that came in together are handled. A promise holds the next message back. */
  idle?(): void | Promise<void>
  /** The socket reached its bound: hold back what can be held back. */
  full?(): void | Promise<void>
  /** Everything was written; there is room again. Always follows `full` unless the socket closes first. */
  drained?(): void | Promise<void>
  ponged?(data: Uint8Array): void | Promise<void>
  /** Once, after the last of the other calls. Free everything here. */
  closed?(info: CloseInfo): void | Promise<void>
}
