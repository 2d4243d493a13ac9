import type { LimitName } from './limits.js'

/** What the gateway counts. Plain numbers, so counting costs next to nothing; `metrics.ts` shows them to the outside. */
export class Stats {
  socketsOpened = 0
  messagesIn = 0
  messagesOut = 0
  bytesIn = 0
  bytesOut = 0
  /** Times a socket became full. */
  filled = 0
  /** Notifications merged into a later one while their socket was full. */
  merged = 0
  /** Errors thrown by endpoints, receivers and `authorize`. */
  errors = 0
  /** Refused handshakes by HTTP status. */
  readonly refused = new Map<number, number>()
  /** Closed sockets by close code. */
  readonly closed = new Map<number, number>()
  /** Exceeded limits by name. */
  readonly limited = new Map<LimitName, number>()
}

/** Adds one under a key. */
export function tally<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
