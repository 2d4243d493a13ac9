import {
  type Endpoint,
  type HandshakeRequest,
  type Metrics,
  type Receiver,
  type Refusal,
  refuse,
  type Socket,
} from '@tablecast/gateway'
import { findService } from './find-service.js'
import { defaultServiceLimits, farewells, type RunningService, type ServiceLimits } from './running-service.js'
import { ServiceSlot } from './service-slot.js'

/** Where services come from. */
export interface ServicesOptions {
  /** The directory. `/foo/bar/` is served by `foo/bar/ws_service.{ts,js,mjs}` in it, `/foo/bar` by `foo/bar.{ts,js,mjs}`. */
  readonly root: string
  /** Subprotocols of all of them, best first. */
  readonly protocols?: readonly string[]
  /** Limits that differ from `defaultServiceLimits`. */
  readonly limits?: Partial<ServiceLimits>
  /** Takes what services throw. Default: `console.error`. */
  readonly report?: (error: unknown, what: string) => void
}

interface Entrance {
  readonly slot: ServiceSlot
  readonly running: RunningService
}

/**
 * Serves the modules of a directory, each in a worker of its own that all its clients share. Mount it on a path that
 * ends with `*`: `endpoints: { '/services/*': new Services({ root: 'services' }) }`.
 *
 * Handshakes are refused with 404 (no such service), 500 (it cannot be started; the reason is reported, not told),
 * 503 (it is being restarted, does not keep up, or too many run).
 */
export class Services implements Endpoint {
  readonly protocols: readonly string[]
  readonly #root: string
  readonly #limits: ServiceLimits
  readonly #report: (error: unknown, what: string) => void
  readonly #slots = new Map<string, ServiceSlot>()
  readonly #entrances = new WeakMap<HandshakeRequest, Entrance>()
  #closed = false

  constructor({ root, protocols = [], limits, report }: ServicesOptions) {
    this.#root = root
    this.protocols = protocols
    this.#limits = { ...defaultServiceLimits, ...limits }
    this.#report = report ?? ((error, what) => console.error(`tablecast: ${what}:`, error))
  }

  async handshake(request: HandshakeRequest): Promise<Refusal | undefined> {
    const path = request.params['*']
    if (path === undefined) throw new Error(`services are mounted at ${request.path}; the path must end with "*"`)
    const file = await findService(this.#root, path)
    if (file === undefined) return refuse(404, 'no such service')
    const slot = this.#slots.get(file) ?? this.#newSlot(file, path)
    if (this.#closed) return refuse(503, 'the server is going away')
    if (!slot.alive && this.#alive() >= this.#limits.services) return refuse(503, 'too many services')
    const running = await slot.enter()
    if (running instanceof Error) return running
    this.#entrances.set(request, { slot, running })
    return undefined
  }

  opened(socket: Socket, request: HandshakeRequest): Receiver {
    const { slot, running } = this.#entrances.get(request)!
    return slot.open(running, socket, request)
  }

  /**
   * Ends services in good order, so that their next client gets them as their files are now. Their clients are closed
   * with 1012. Meant for development.
   *
   * @param path of one service below the root, as clients name it; all by default.
   */
  async reload(path?: string): Promise<void> {
    const file = path === undefined ? undefined : await findService(this.#root, path.replace(/^\//, ''))
    const slots = [...this.#slots.values()].filter((slot) => path === undefined || slot.file === file)
    await Promise.all(slots.map((slot) => slot.stop(farewells.reloaded)))
  }

  /** The services that run now: their paths, clients, and the bytes that wait for them. */
  *running(): Generator<{ path: string; sockets: number; queued: number; starts: number }> {
    for (const { alive, path, sockets, queued, starts } of this.#slots.values()) {
      if (alive) yield { path, sockets, queued, starts }
    }
  }

  watch(metrics: Metrics): void {
    const by = (read: (slot: ServiceSlot) => number) => () =>
      new Map(Array.from(this.#slots.values(), (slot) => [slot.path, read(slot)]))
    metrics.gauge('tablecast_services_running', 'Services that run now.', () => this.#alive())
    metrics.gauge(
      'tablecast_service_sockets',
      'Clients of a service.',
      by(({ sockets }) => sockets),
      'service',
    )
    metrics.gauge(
      'tablecast_service_queued_bytes',
      'Bytes that wait for a service.',
      by(({ queued }) => queued),
      'service',
    )
    metrics.counter(
      'tablecast_service_starts_total',
      'Times a service was started.',
      by(({ starts }) => starts),
      'service',
    )
  }

  /** Sets every service's shutdown flag and waits until all workers are gone. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(Array.from(this.#slots.values(), (slot) => slot.stop(farewells.away)))
  }

  #newSlot(file: string, path: string): ServiceSlot {
    const slot = new ServiceSlot(file, path, this.#limits, this.#report)
    this.#slots.set(file, slot)
    return slot
  }

  #alive(): number {
    let count = 0
    for (const { alive } of this.#slots.values()) if (alive) count++
    return count
  }
}
