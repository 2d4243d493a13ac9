import type { Message, Principal } from '@tablecast/gateway'

/** A client's socket, by the id that its transactions carry. Never used again after its CLOSE. */
export type SocketId = number

/** What a service is told of the handshake of a new socket. */
export interface SocketInfo {
  /** The full address, query included, as the client asked for it. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly remoteAddress: string
  /** The negotiated subprotocol, '' for none. */
  readonly protocol: string
  /** Who the gateway's `authorize` said this is. */
  readonly principal: Principal | undefined
}

/** A client connected: the first transaction of its socket. */
export interface NewSocketTransaction {
  readonly type: 'NEWSOCKET'
  readonly socket: SocketId
  readonly info: SocketInfo
}

/** A client sent a message: a string for text, bytes for binary. */
export interface DataTransaction {
  readonly type: 'DATA'
  readonly socket: SocketId
  readonly data: Message
}

/** A client is gone: the last transaction of its socket. 1006 when the connection broke. */
export interface CloseTransaction {
  readonly type: 'CLOSE'
  readonly socket: SocketId
  readonly code: number
  readonly reason: string
}

/** What comes out of a service's receive queue. */
export type Transaction = NewSocketTransaction | DataTransaction | CloseTransaction

/** One message for one or many clients; those who are gone by then are passed over. */
export interface SendData {
  readonly type: 'DATA'
  readonly sockets: SocketId | readonly SocketId[]
  readonly data: Message
}

/** Closes a client's socket; 1000 by default. */
export interface SendClose {
  readonly type: 'CLOSE'
  readonly socket: SocketId
  readonly code?: number
  readonly reason?: string
}

/** What goes into a service's send queue. */
export type SendTransaction = SendData | SendClose

/** What a transaction counts against the bound of its queue, in bytes; the same on both sides. */
export function costOf(transaction: Transaction | SendTransaction): number {
  const overhead = 64
  if (transaction.type === 'CLOSE') return overhead
  if (transaction.type === 'NEWSOCKET') {
    const { url, headers } = transaction.info
    let length = url.length
    for (const name in headers) length += name.length + headers[name]!.length
    return overhead + 2 * length
  }
  const { data } = transaction
  const listed = 'sockets' in transaction && typeof transaction.sockets === 'object' ? transaction.sockets.length : 0
  return overhead + 8 * listed + (typeof data === 'string' ? 2 * data.length : data.byteLength)
}
