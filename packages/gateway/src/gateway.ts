import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type PerMessageDeflateOptions, type WebSocket, WebSocketServer } from 'ws'
import { TrustedProxies } from './addresses.js'
import { type Admission, admissionOf, adopt, manage, remember } from './admission.js'
import { closeCodes } from './close-codes.js'
import type { Endpoint } from './endpoint.js'
import { PathTable } from './endpoint-paths.js'
import { type HandlerClass, handlerOf, type WebSocketHandler } from './handler.js'
import {
  type HandshakeRequest,
  type HostRequest,
  type Principal,
  Refusal,
  type RefusalStatus,
  refuse,
} from './handshake.js'
import { Headcount } from './headcount.js'
import { defaultLimits, type LimitName, type Limits } from './limits.js'
import { SocketManager } from './manager.js'
import { NodeHandshakeRequest } from './node-request.js'
import { takeUpgrade } from './node-server.js'
import { type Origins, originProblem } from './origin.js'
import { Stats, tally } from './stats.js'
import { handshakeProblem } from './well-formed.js'
import { type SocketOwner, WsSocket } from './ws-socket.js'

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
  /** Takes the errors of the application's own code. Default: `console.error`. */
  readonly report?: (error: unknown, what: string) => void
}

/**
 * One set of endpoints with one policy, on one host. It decides on handshakes, owns the open sockets and ends them.
 * Hosts (adapters) bring requests and connections; nothing a peer sends throws out of here.
 */
export class Gateway implements SocketOwner {
  readonly limits: Limits
  readonly stats = new Stats()
  /** Every open socket. */
  readonly manager = new SocketManager()
  /** The endpoints by path, for hosts that match paths by themselves. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
  readonly #paths: PathTable<Endpoint>
  readonly #options: GatewayOptions
  readonly #proxies: TrustedProxies
  readonly #headcount: Headcount
  readonly #sockets = new Set<WsSocket>()
  readonly #managers = new Map<Endpoint, SocketManager>()
  readonly #wss: WebSocketServer
  #pending = 0
  #closing: Promise<void> | undefined
  #sweeper: NodeJS.Timeout | undefined

  /** @throws TypeError when a path or a trusted proxy cannot be read. */
  constructor(options: GatewayOptions) {
    this.#options = options
    this.limits = { ...defaultLimits, ...options.limits }
    this.endpoints = options.endpoints
    this.#paths = new PathTable(Object.entries(options.endpoints))
    this.#proxies = new TrustedProxies(options.trustedProxies ?? [])
    this.#headcount = new Headcount(this.limits)
    this.#wss = new WebSocketServer({ noServer: true, clientTracking: false, ...this.wsOptions })
    adopt(this.#wss)
  }

  /** The options a host gives to its own `ws` server. */
  get wsOptions(): { maxPayload: number; perMessageDeflate: boolean | PerMessageDeflateOptions } {
    return { maxPayload: this.limits.payloadBytes, perMessageDeflate: this.#options.perMessageDeflate ?? false }
  }

  /** The open sockets of one endpoint. */
  at(endpoint: Endpoint): SocketManager {
    let manager = this.#managers.get(endpoint)
    if (manager === undefined) {
      manager = new SocketManager()
      this.#managers.set(endpoint, manager)
    }
    return manager
  }

  /** The live handlers of a class, for whoever wants to reach them from elsewhere, say an HTTP route. */
  *handlers<T extends WebSocketHandler>(handlerClass: HandlerClass<T> & Endpoint): Generator<T> {
    for (const socket of this.at(handlerClass)) {
      const handler = handlerOf(socket)
      if (handler instanceof handlerClass) yield handler
    }
  }

  report(error: unknown, what: string): void {
    this.stats.errors++
    const { report } = this.#options
    if (report !== undefined) report(error, what)
    else console.error(`tablecast: ${what}:`, error)
  }

  /**
   * What to do with a request a host was given: `undefined` when it is none of the gateway's paths, a response to send,
   * or an admission, after which the host calls `upgrade` (or upgrades by itself and calls `open`). Never throws.
   *
   * @param path below the mount point, not decoded, without query.
   * @param raw the framework's own request.
   */
  async answer(req: IncomingMessage, path: string, raw: unknown): Promise<Admission | Response | undefined> {
    try {
      const match = this.#paths.match(path)
      if (match === undefined) return undefined
      const admission = await this.admit({ req, params: match.params, raw }, match.value)
      return admission instanceof Refusal ? admission.toResponse() : admission
    } catch (error) {
      return this.#refusal(error, path).toResponse()
    }
  }

  /**
   * Decides on a handshake: form, limits, origin, subprotocol, `authorize`, and the endpoint's own word, in this order.
   * Never throws.
   */
  async admit(host: HostRequest, endpoint: Endpoint): Promise<Admission | Refusal> {
    this.#pending++
    try {
      const admission = await this.#decide(host, endpoint)
      remember(host.req, admission)
      return admission
    } catch (error) {
      return this.#refusal(error, host.req.url ?? '')
    } finally {
      this.#pending--
    }
  }

  /**
   * Upgrades an admitted request that came through `attach`, and opens its socket.
   *
   * @throws Error when it did not.
   */
  upgrade(req: IncomingMessage): void {
    const upgrade = takeUpgrade(req)
    if (upgrade === undefined) throw new Error(`${req.url}: no upgrade of an attached server; call attach(server)`)
    const { connection, head } = upgrade
    this.#wss.handleUpgrade(req, connection, head, (ws) => this.open(ws, req))
  }

  /**
   * Opens the socket of an admitted request that its host has upgraded. To be called in the same turn as the upgrade,
   * so that no message is lost.
   */
  open(ws: WebSocket, req: IncomingMessage): void {
    const admission = admissionOf(req)
    if (admission === undefined) {
      ws.terminate()
      return
    }
    manage(ws)
    const { endpoint, request } = admission
    const socket = new WsSocket(ws, req.socket, request, this)
    const managers = [this.manager, this.at(endpoint)]
    this.stats.socketsOpened++
    this.#sockets.add(socket)
    for (const manager of managers) manager.add(socket)
    this.#sweep()
    void socket.closed.then(() => {
      this.#sockets.delete(socket)
      for (const manager of managers) manager.delete(socket)
      if (this.#sockets.size > 0) return
      clearInterval(this.#sweeper)
      this.#sweeper = undefined
    })
    socket.start(() => endpoint.opened(socket, request))
  }

  /**
   * Lets nobody in any more, closes every socket with 1001, then the endpoints. Calling it again waits for the same end.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.manager.close_all(closeCodes.goingAway, 'going away')
    for (const endpoint of new Set(Object.values(this.endpoints))) await endpoint.close?.()
  }

  async #decide(host: HostRequest, endpoint: Endpoint): Promise<Admission> {
    if (this.#closing !== undefined) throw refuse(503, 'the server is going away', { 'retry-after': '1' })
    const problem = handshakeProblem(host.req)
    if (problem !== undefined) throw problem
    if (this.#pending > this.limits.pendingHandshakes) throw this.#over('pendingHandshakes')
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
    if (connection?.destroyed) throw refuse(400, 'the client has left')
    const id = request.principal?.id
    const limit = this.#headcount.enter(request.remoteAddress, id)
    if (limit !== undefined) throw this.#over(limit)
    connection?.once('close', () => this.#headcount.leave(request.remoteAddress, id))
  }

  async #inTime(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#over('handshakeMillis')), this.limits.handshakeMillis)
    })
    try {
      await Promise.race([work, timeout])
    } finally {
      clearTimeout(timer)
    }
  }

  #refusal(error: unknown, path: string): Refusal {
    const refusal = error instanceof Refusal ? error : refuse(500, 'internal error')
    if (refusal !== error) this.report(error, `handshake at ${path}`)
    tally(this.stats.refused, refusal.status)
    return refusal
  }

  #over(limit: LimitName): Refusal {
    tally(this.stats.limited, limit)
    return refuse(overStatus[limit] ?? 503, `over the limit: ${limit}`)
  }

  #sweep(): void {
    if (this.#sweeper !== undefined) return
    const { heartbeatMillis, stallMillis, closeMillis } = this.limits
    const shortest = Math.min(stallMillis, closeMillis, heartbeatMillis === 0 ? stallMillis : heartbeatMillis)
    this.#sweeper = setInterval(
      () => {
        const now = performance.now()
        for (const socket of this.#sockets) socket.tick(now)
      },
      Math.min(1000, Math.max(10, shortest / 4)),
    )
    this.#sweeper.unref()
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
