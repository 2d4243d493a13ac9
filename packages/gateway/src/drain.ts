import { setTimeout } from 'node:timers/promises'
import type { WsSocket } from './ws-socket.js'

/** How a gateway ends. */
export interface DrainOptions {
  /** How long to wait, with readiness red and handshakes refused, before the first socket is closed. Default 0 ms. */
  readonly noticeMillis: number
  /** How many sockets are closed per second, so that their clients do not all come back at once. Default 1,000. */
  readonly socketsPerSecond: number
  /** How long a message being handled may take before its socket is closed all the same. Default 5,000 ms. */
  readonly graceMillis: number
  /** 1001, or 1012 to tell clients to come back. Default 1001. */
  readonly code: 1001 | 1012
}

export const defaultDrain: DrainOptions = { noticeMillis: 0, socketsPerSecond: 1000, graceMillis: 5000, code: 1001 }

/** Closes all sockets at a pace, each when the message it handles is done; settles when the set is empty. */
export async function closeAtPace(sockets: ReadonlySet<WsSocket>, options: DrainOptions): Promise<void> {
  const { socketsPerSecond, graceMillis, code } = options
  // Handshakes let in just before the drain may still open sockets while these close.
  while (sockets.size > 0) {
    const grace = new AbortController()
    const spreadMillis = (sockets.size / socketsPerSecond) * 1000
    const graceOver = setTimeout(spreadMillis + graceMillis, undefined, grace).catch(() => {})
    const gone: Promise<unknown>[] = []
    const start = performance.now()
    for (const socket of [...sockets]) {
      const ahead = (gone.length / socketsPerSecond) * 1000 - (performance.now() - start)
      // Timers are no finer than this; at a higher pace sockets are closed in small batches.
      if (ahead > 5) await setTimeout(ahead)
      gone.push(closeSettled(socket, graceOver, code))
    }
    await Promise.all(gone)
    grace.abort()
  }
}

async function closeSettled(socket: WsSocket, graceOver: Promise<void>, code: number): Promise<void> {
  await Promise.race([socket.settled(), graceOver])
  socket.close(code, 'going away')
  await socket.closed
}
