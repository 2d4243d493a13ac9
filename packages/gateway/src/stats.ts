import type { LimitName } from './limits.js'
import type { Metrics, Reading } from './metrics.js'
import type { Socket } from './socket.js'

/** What the gateway counts. Plain numbers, so counting costs next to nothing; `watchStats` shows them to the outside. */
export class Stats {
  socketsOpened = 0
  messagesIn = 0
  messagesOut = 0
  bytesIn = 0
  bytesOut = 0
  /** Errors thrown by endpoints, receivers and `authorize`. */
  errors = 0
  /** Refused handshakes by HTTP status. */
  readonly refused = new Map<number, number>()
  /** Closed sockets by close code. */
  readonly closed = new Map<number, number>()
  /** Exceeded limits by name. */
  readonly limited = new Map<LimitName, number>()
}

/** Shows what a gateway counts. Several gateways on the same metrics add up. */
export function watchStats(metrics: Metrics, stats: Stats, sockets: Iterable<Socket>): void {
  const total = (name: string, help: string, read: () => Reading, label?: string) =>
    metrics.counter(`tablecast_${name}_total`, help, read, label)
  total('sockets_opened', 'Opened sockets', () => stats.socketsOpened)
  total('sockets_closed', 'Closed sockets by close code', () => stats.closed, 'code')
  total('handshakes_refused', 'Refused handshakes by HTTP status', () => stats.refused, 'status')
  total('limits_exceeded', 'Exceeded limits by name', () => stats.limited, 'limit')
  total('messages_received', 'Received messages', () => stats.messagesIn)
  total('messages_sent', 'Sent messages', () => stats.messagesOut)
  total('received_bytes', 'Bytes in received messages', () => stats.bytesIn)
  total('sent_bytes', 'Bytes in sent messages', () => stats.bytesOut)
  total('errors', 'Errors of endpoints, receivers and authorize', () => stats.errors)
  const level = (name: string, help: string, of: (socket: Socket) => number) =>
    metrics.gauge(`tablecast_${name}`, help, () => Array.from(sockets, of).reduce((a, b) => a + b, 0))
  level('sockets', 'Open sockets', () => 1)
  level('full_sockets', 'Sockets at their bound', ({ full }) => (full ? 1 : 0))
  level('queued_bytes', 'Bytes given to sockets and not yet written', ({ bufferedAmount }) => bufferedAmount)
}

/** Adds one under a key. */
export function tally<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
