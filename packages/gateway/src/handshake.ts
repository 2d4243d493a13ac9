import type { IncomingMessage } from 'node:http'

/** Who is behind a socket, as `authorize` found out. */
export interface Principal {
  /** Stable and unique per user: sessions are counted by it. */
  readonly id: string
  /** Whatever the application wants to know later on (roles, tenant...). */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** The request that asks for a WebSocket, in terms of the web platform, the same on every host. */
export interface HandshakeRequest {
  /** The full address; scheme and host are the client's own words (from trusted proxies: the forwarded ones). */
  readonly url: URL
  /** The path as it was asked for: with the prefix of the mount point, without the query, not decoded. */
  readonly path: string
  /** Path parameters by name, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly headers: Headers
  /** The client's address; behind `trustedProxies` the one they forward. */
  readonly remoteAddress: string
  /** The subprotocols the client offers, in its order. */
  readonly protocols: readonly string[]
  /** The framework's own request (Fastify's request, Express' req, Koa's ctx, Node's IncomingMessage): sessions, cookies and users put there by its middleware. */
  readonly raw: unknown
  /** Who `authorize` said this is; undefined before it ran and without it. */
  readonly principal: Principal | undefined
}

/** The statuses a handshake may be refused with. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 408 | 413 | 426 | 429 | 500 | 501 | 503

/** The answer to a handshake that is not let in: a plain HTTP response. Return or throw it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: RefusalStatus
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param status the HTTP status.
   * @param reason the response's text; the client sees it.
   * @param headers further response headers.
   */
  constructor(status: RefusalStatus, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason)
    this.status = status
    this.headers = headers
  }

  /** The same as a web-standard response. */
  toResponse(): Response {
    return new Response(`${this.message}\n`, {
      status: this.status,
      headers: { 'content-type': 'text/plain; charset=utf-8', ...this.headers },
    })
  }
}

/** Shorthand for `new Refusal(...)`. */
export function refuse(status: RefusalStatus, reason: string, headers?: Readonly<Record<string, string>>): Refusal {
  return new Refusal(status, reason, headers)
}

/** What a host knows of a request beyond Node's own object. */
export interface HostRequest {
  readonly req: IncomingMessage
  readonly params: Readonly<Record<string, string>>
  /** The framework's own request. */
  readonly raw: unknown
}
