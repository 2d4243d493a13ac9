import type { PerMessageDeflateOptions } from 'ws'
import type { DrainOptions } from './drain.js'
import type { Endpoint } from './endpoint.js'
import type { Face } from './faces.js'
import type { HandshakeRequest, Principal, Refusal } from './handshake.js'
import type { Limits } from './limits.js'
import type { Metrics } from './metrics.js'
import type { Origins } from './origin.js'

/** What a gateway serves and whom it lets in; the same on every host. */
export interface GatewayOptions {
  /** Endpoints by path; `:name` stands for one segment, a final `*` for the rest. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
  /** Which pages may connect. Default: those of the same origin; clients that are no browser send none and pass. */
  readonly origins?: Origins
  /**
   * Finds out who is asking, before the 101 and after the framework's own middleware. Returning (or throwing) a
   * `Refusal` answers with its status; any other throw answers 500 and is logged. Default: everybody, anonymous.
   */
  readonly authorize?: (request: HandshakeRequest) => Principal | Refusal | Promise<Principal | Refusal>
  /** Addresses, networks or "loopback" whose `X-Forwarded-*` headers are believed. Default: nobody's. */
  readonly trustedProxies?: readonly string[]
  /** Limits that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>
  /** Compression; costs memory and time per socket, and equal bytes are then compressed once per socket. Default: off. */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions
  /** HTTP faces by path, for any method: `routes: { '/healthz': health, '/readyz': readiness, '/metrics': metrics.face }`. */
  readonly routes?: Readonly<Record<string, Face>>
  /** Where to show what is counted; see `prometheus`. Default: nowhere. */
  readonly metrics?: Metrics
  /** How the sockets are closed when the gateway drains. */
  readonly drain?: Partial<DrainOptions>
  /** Takes the errors of the application's own code. Default: `console.error`. */
  readonly report?: (error: unknown, what: string) => void
}
