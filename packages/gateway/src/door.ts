import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TrustedProxies } from './addresses.js'
import type { Admission } from './admission.js'
import type { Endpoint } from './endpoint.js'
import type { GatewayOptions } from './gateway-options.js'
import { type HandshakeRequest, type HostRequest, Refusal, type RefusalStatus, refuse } from './handshake.js'
import { Headcount } from './headcount.js'
import type { LimitName, Limits } from './limits.js'
import { clientOf, NodeHandshakeRequest } from './node-request.js'
import { originProblem } from './origin.js'
import { type Stats, tally } from './stats.js'
import { handshakeProblem } from './well-formed.js'

/** Decides whom to let in. */
export class Door {
  /** Nobody is let in any more. */
  shut = false
  readonly #options: GatewayOptions
  readonly #limits: Limits
  readonly #stats: Stats
  readonly #proxies: TrustedProxies
  readonly #headcount: Headcount
  #pending = 0

  constructor(options: GatewayOptions, limits: Limits, stats: Stats, proxies: TrustedProxies) {
    this.#options = options
    this.#limits = limits
    this.#stats = stats
    this.#proxies = proxies
    this.#headcount = new Headcount(limits)
  }

  /** Whether a request comes from an address that has no handshakes left, whatever it asks for. */
  isOverRate(req: IncomingMessage): boolean {
    return this.#headcount.isOverRate(clientOf(req, this.#proxies), performance.now())
  }

  /**
   * Form, limits, origin, subprotocol, `authorize`, and the endpoint's own word, in this order.
   *
   * @throws Refusal, or what `authorize` and the endpoint throw.
   */
  async admit(host: HostRequest, endpoint: Endpoint): Promise<Admission> {
    this.#pending++
    try {
      return await this.#decide(host, endpoint)
    } finally {
      this.#pending--
    }
  }

  async #decide(host: HostRequest, endpoint: Endpoint): Promise<Admission> {
    this.#demandOpen()
    const problem = handshakeProblem(host.req)
    if (problem !== undefined) throw problem
    if (this.#pending > this.#limits.pendingHandshakes) throw this.#over('pendingHandshakes')
    const request = new NodeHandshakeRequest(host, this.#proxies)
    const tooFast = this.#headcount.knock(request.remoteAddress, performance.now())
    if (tooFast !== undefined) throw this.#over(tooFast)
    const origin = originProblem(request, this.#options.origins ?? 'same')
    if (origin !== undefined) throw refuse(403, origin)
    const protocol = chooseProtocol(endpoint, request)
    await this.#inTime(this.#ask(request, endpoint))
    this.#enter(request, host.req.socket)
    return { endpoint, request, protocol, cookies: [] }
  }

  /** The application's part: who is it, and does the endpoint want it. */
  async #ask(request: NodeHandshakeRequest, endpoint: Endpoint): Promise<void> {
    const principal = await this.#options.authorize?.(request)
    if (principal instanceof Refusal) throw principal
    request.principal = principal
    const refusal = await endpoint.handshake?.(request)
    if (refusal !== undefined) throw refusal
  }

  /** Takes a place for as long as the connection lasts, upgraded or not. */
  #enter(request: HandshakeRequest, connection: Duplex | undefined): void {
    this.#demandOpen()
    if (connection?.destroyed) throw refuse(400, 'the client has left')
    const id = request.principal?.id
    const limit = this.#headcount.enter(request.remoteAddress, id)
    if (limit !== undefined) throw this.#over(limit)
    connection?.once('close', () => this.#headcount.leave(request.remoteAddress, id))
  }

  async #inTime(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#over('handshakeMillis')), this.#limits.handshakeMillis)
    })
    try {
      await Promise.race([work, timeout])
    } finally {
      clearTimeout(timer)
    }
  }

  #demandOpen(): void {
    if (this.shut) throw refuse(503, 'the server is going away', { 'retry-after': '1' })
  }

  #over(limit: LimitName): Refusal {
    tally(this.#stats.limited, limit)
    return refuse(overStatus[limit] ?? 503, `over the limit: ${limit}`)
  }
}

/** The status a handshake over a limit is refused with. */
const overStatus: Partial<Record<LimitName, RefusalStatus>> = {
  handshakeMillis: 408,
  handshakesPerSecond: 429,
  socketsPerAddress: 429,
  socketsPerPrincipal: 429,
}

/** The first subprotocol of the endpoint's that the client offers. */
function chooseProtocol(endpoint: Endpoint, request: HandshakeRequest): string {
  const spoken = endpoint.protocols ?? []
  if (spoken.length === 0) return ''
  const protocol = spoken.find((name) => request.protocols.includes(name))
  if (protocol === undefined) throw refuse(400, `subprotocol missing, one of: ${spoken.join(', ')}`)
  return protocol
}
