import type { IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { type PerMessageDeflateOptions, type WebSocket, WebSocketServer } from 'ws'
import { TrustedProxies } from './addresses.js'
import { type Admission, admissionOf, adopt, manage, remember } from './admission.js'
import { Door } from './door.js'
import { closeAtPace, type DrainOptions, defaultDrain } from './drain.js'
import type { Endpoint } from './endpoint.js'
import { PathTable } from './endpoint-paths.js'
import { type Face, toRequest } from './faces.js'
import type { GatewayOptions } from './gateway-options.js'
import { type HandlerClass, handlerOf, type WebSocketHandler } from './handler.js'
import { type HostRequest, Refusal, refuse } from './handshake.js'
import { defaultLimits, type Limits } from './limits.js'
import type { SocketManager } from './manager.js'
import { secondsBounds } from './metrics.js'
import { clientOf, isForwarded } from './node-request.js'
import { takeUpgrade } from './node-server.js'
import { Roster } from './roster.js'
import { Stats, tally, watchStats } from './stats.js'
import { type SocketOwner, WsSocket } from './ws-socket.js'

/**
 * One set of endpoints with one policy, on one host. It decides on handshakes, owns the open sockets and ends them.
 * Hosts (adapters) bring requests and connections; nothing a peer sends throws out of here.
 */
export class Gateway implements SocketOwner {
  readonly limits: Limits
  readonly stats = new Stats()
  /** The endpoints by path, for hosts that match paths by themselves. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
  /** The HTTP faces by path, for hosts that match paths by themselves. */
  readonly routes: Readonly<Record<string, Face>>
  readonly #paths: PathTable<Endpoint>
  readonly #faces: PathTable<Face>
  readonly #options: GatewayOptions
  readonly #proxies: TrustedProxies
  readonly #door: Door
  readonly #roster: Roster
  readonly #wss: WebSocketServer
  #drained: Promise<void> | undefined
  #observeHandshake: ((seconds: number) => void) | undefined

  /** @throws TypeError when a path or a trusted proxy cannot be read. */
  constructor(options: GatewayOptions) {
    this.#options = options
    this.limits = { ...defaultLimits, ...options.limits }
    this.endpoints = options.endpoints
    this.routes = options.routes ?? {}
    this.#paths = new PathTable(Object.entries(this.endpoints))
    this.#faces = new PathTable(Object.entries(this.routes))
    this.#proxies = new TrustedProxies(options.trustedProxies ?? [])
    this.#door = new Door(options, this.limits, this.stats, this.#proxies)
    this.#roster = new Roster(this.limits)
    this.#wss = new WebSocketServer({ noServer: true, clientTracking: false, ...this.wsOptions })
    adopt(this.#wss)
    if (options.metrics === undefined) return
    watchStats(options.metrics, this.stats, this.#roster.sockets)
    this.#observeHandshake = options.metrics.histogram(
      'tablecast_handshake_seconds',
      'Time the gateway takes to decide on a handshake, authorize included',
      secondsBounds,
    )
    for (const endpoint of new Set(Object.values(this.endpoints))) endpoint.watch?.(options.metrics)
  }

  /** True from the moment a drain began. */
  get draining(): boolean {
    return this.#drained !== undefined
  }

  /** The options a host gives to its own `ws` server. */
  get wsOptions(): { maxPayload: number; perMessageDeflate: boolean | PerMessageDeflateOptions } {
    return { maxPayload: this.limits.payloadBytes, perMessageDeflate: this.#options.perMessageDeflate ?? false }
  }

  /** Every open socket. */
  get manager(): SocketManager {
    return this.#roster.all
  }

  /** The open sockets of one endpoint. */
  at(endpoint: Endpoint): SocketManager {
    return this.#roster.at(endpoint)
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
   * @param body the request's body, when the framework has read it already: text, bytes, or what it made of JSON.
   */
  async answer(
    req: IncomingMessage,
    path: string,
    raw: unknown,
    body?: unknown,
  ): Promise<Admission | Response | undefined> {
    try {
      const match = this.#paths.match(path)
      if (match !== undefined) {
        const admission = await this.admit({ req, params: match.params, raw }, match.value)
        return admission instanceof Refusal ? admission.toResponse() : admission
      }
      const face = this.#faces.match(path)
      return face === undefined ? undefined : await this.face(face.value, req, body)
    } catch (error) {
      return this.#refusal(error, path).toResponse()
    }
  }

  /** What an HTTP face answers. Never throws. */
  async face(face: Face, req: IncomingMessage, body?: unknown): Promise<Response> {
    try {
      const request = await toRequest(req, isForwarded(req, this.#proxies), body, this.limits.payloadBytes)
      return await face(request, this, clientOf(req, this.#proxies))
    } catch (error) {
      if (!(error instanceof Refusal)) this.report(error, `route ${req.url}`)
      return (error instanceof Refusal ? error : refuse(500, 'internal error')).toResponse()
    }
  }

  /** Whether an upgrade request is from an address over its handshakes per second. Cheap enough to ask before anything else. */
  isOverRate(req: IncomingMessage): boolean {
    return this.#door.isOverRate(req)
  }

  /** Counts an upgrade request that was refused with 429 for no more than `isOverRate`. */
  countTurnedAway(): void {
    tally(this.stats.limited, 'handshakesPerSecond')
    tally(this.stats.refused, 429)
  }

  /**
   * Decides on a handshake: form, limits, origin, subprotocol, `authorize`, and the endpoint's own word, in this order.
   * Never throws.
   */
  async admit(host: HostRequest, endpoint: Endpoint): Promise<Admission | Refusal> {
    const start = performance.now()
    try {
      const admission = await this.#door.admit(host, endpoint)
      remember(host.req, admission)
      return admission
    } catch (error) {
      return this.#refusal(error, host.req.url ?? '')
    } finally {
      this.#observeHandshake?.((performance.now() - start) / 1000)
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
    this.stats.socketsOpened++
    this.#roster.add(socket, endpoint)
    socket.start(() => endpoint.opened(socket, request))
  }

  /**
   * Ends in good order: nobody is let in any more and readiness is red at once; then the sockets are closed at a pace,
   * each when the message it handles is done; then the endpoints. Settles when nothing is left. Calling it again waits
   * for the same end.
   */
  drain(): Promise<void> {
    this.#drained ??= this.#drain({ ...defaultDrain, ...this.#options.drain })
    return this.#drained
  }

  async #drain(options: DrainOptions): Promise<void> {
    this.#door.shut = true
    if (options.noticeMillis > 0) await setTimeout(options.noticeMillis)
    await closeAtPace(this.#roster.sockets, options)
    for (const endpoint of new Set(Object.values(this.endpoints))) await endpoint.close?.()
  }

  #refusal(error: unknown, path: string): Refusal {
    const refusal = error instanceof Refusal ? error : refuse(500, 'internal error')
    if (refusal !== error) this.report(error, `handshake at ${path}`)
    tally(this.stats.refused, refusal.status)
    return refusal
  }
}
