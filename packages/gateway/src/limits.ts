/**
 * What one client, one user and all together may take. Every limit holds on every host; exceeding one is counted in
 * `Stats.limited` under the limit's own name.
 */
export interface Limits {
  /** Time from the request to the 101, the framework's middleware and `authorize` included. Over it: 408. Default 10,000 ms. */
  readonly handshakeMillis: number
  /** Handshakes under way at once. Over it: 503. Default 256. */
  readonly pendingHandshakes: number
  /**
   * Handshakes per second of one address, up to ten seconds' worth at once: an office behind one address that comes
   * back together after a restart is let in, a crowd that comes and goes for no reason is not. Over it: 429, before the
   * framework is asked. Default 50.
   */
  readonly handshakesPerSecond: number
  /** Open sockets of the gateway. Over it: 503. Default 16,384. */
  readonly sockets: number
  /** Open sockets of one address (IPv6: of one /64 network). Over it: 429. Default 1,024. */
  readonly socketsPerAddress: number
  /** Open sockets of one principal. Over it: 429. Default 256. */
  readonly socketsPerPrincipal: number
  /** Size of a received message. Over it: close 1009. Default 1 MiB. */
  readonly payloadBytes: number
  /** Messages of one socket handled per second, pings and pongs included. Over it the peer is read more slowly; for longer than `stallMillis`: close 4429. Default 1,000. */
  readonly messagesPerSecond: number
  /** Bytes of one socket's messages handled per second. Over it as above. Default 8 MiB. */
  readonly bytesPerSecond: number
  /** Unwritten bytes from which a socket counts as full: notifications merge, its peer is not read, nobody is closed. Default 1 MiB. */
  readonly bufferBytes: number
  /** Unwritten bytes above which a full socket given one more message is cut off. Close 4413. Default 16 MiB. */
  readonly maxBufferBytes: number
  /** How long a socket may stay full. Over it: close 4413. Default 30,000 ms. */
  readonly stallMillis: number
  /** Ping after this much silence; no answer until the next is due: close 4408. 0 turns it off. Default 30,000 ms. */
  readonly heartbeatMillis: number
  /** How long a peer may take to answer a close frame. Over it: the connection is cut. Default 5,000 ms. */
  readonly closeMillis: number
}

/** The name of a limit. */
export type LimitName = keyof Limits

export const defaultLimits: Limits = {
  handshakeMillis: 10_000,
  pendingHandshakes: 256,
  handshakesPerSecond: 50,
  sockets: 16_384,
  socketsPerAddress: 1_024,
  socketsPerPrincipal: 256,
  payloadBytes: 1024 * 1024,
  messagesPerSecond: 1_000,
  bytesPerSecond: 8 * 1024 * 1024,
  bufferBytes: 1024 * 1024,
  maxBufferBytes: 16 * 1024 * 1024,
  stallMillis: 30_000,
  heartbeatMillis: 30_000,
  closeMillis: 5_000,
}

/** So much per second, with a number of seconds' worth saved up at most. What is left may be overdrawn once, so that one large amount passes. */
export class Budget {
  readonly #perSecond: number
  readonly #most: number
  #left: number
  #at: number

  constructor(perSecond: number, seconds: number, now: number) {
    this.#perSecond = perSecond
    this.#most = perSecond * seconds
    this.#left = this.#most
    this.#at = now
  }

  /** What is left at the time `now` (ms). */
  left(now: number): number {
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) * this.#perSecond) / 1000)
    this.#at = now
    return this.#left
  }

  take(amount: number): void {
    this.#left -= amount
  }

  /** True when forgetting it changes nothing. */
  isFull(now: number): boolean {
    return this.left(now) >= this.#most
  }
}
