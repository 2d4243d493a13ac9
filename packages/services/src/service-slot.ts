import { closeCodes, type HandshakeRequest, type Receiver, type Refusal, refuse, type Socket } from '@tablecast/gateway'
import { type Farewell, farewells, RunningService, type ServiceLimits } from './running-service.js'

/** The longest wait before a service that keeps ending is started again. */
const longestWaitMillis = 30_000

/** The wait after the second end in a row; each further one doubles it. */
const firstWaitMillis = 100

/** A service that ran this long before it ended has recovered from what ended it before. */
const recoveredMillis = 30_000

/** One module: started by the first client who asks for it, started again by the next one after it ended. */
export class ServiceSlot {
  readonly file: string
  readonly path: string
  readonly #limits: ServiceLimits
  readonly #report: (error: unknown, what: string) => void
  #running: RunningService | undefined
  /** Ends in a row. */
  #ends = 0
  #notBefore = 0
  #failedToStart = false
  #stopping: Promise<void> | undefined
  /** Lives it has had. */
  starts = 0

  constructor(file: string, path: string, limits: ServiceLimits, report: (error: unknown, what: string) => void) {
    this.file = file
    this.path = path
    this.#limits = limits
    this.#report = report
  }

  get sockets(): number {
    return this.#running?.sockets ?? 0
  }

  get queued(): number {
    return this.#running?.queued ?? 0
  }

  /** True while there is a worker. */
  get alive(): boolean {
    return this.#running !== undefined
  }

  /** The running service, started if need be; or why there is none. */
  async enter(): Promise<RunningService | Refusal> {
    await this.#stopping
    const running = this.#running ?? this.#start()
    if (running === undefined) {
      if (this.#failedToStart) return refuse(500, 'the service cannot be started')
      const seconds = Math.ceil((this.#notBefore - performance.now()) / 1000)
      return refuse(503, 'the service is being restarted', { 'retry-after': String(Math.max(1, seconds)) })
    }
    try {
      await running.ready
    } catch {
      return refuse(500, 'the service cannot be started')
    }
    return running.busy ? refuse(503, farewells.busy.reason, { 'retry-after': '1' }) : running
  }

  /** Takes a client that `enter` let in. */
  open(running: RunningService, socket: Socket, request: HandshakeRequest): Receiver {
    if (running === this.#running && this.#stopping === undefined) return running.open(socket, request)
    socket.close(closeCodes.serviceRestart, farewells.failed.reason)
    return { message() {} }
  }

  /** Ends the worker, if there is one, in good order; settles when it is gone. */
  stop(farewell: Farewell): Promise<void> {
    const running = this.#running
    if (running === undefined) return Promise.resolve()
    this.#stopping ??= running.stop(farewell).then(() => {
      this.#stopping = undefined
      this.#ends = 0
      this.#notBefore = 0
    })
    return this.#stopping
  }

  /** @returns undefined while it has to wait. */
  #start(): RunningService | undefined {
    const began = performance.now()
    if (began < this.#notBefore) return undefined
    const what = `service ${this.path}`
    const running = new RunningService(this.file, this.path, this.#limits, (error) => this.#report(error, what))
    this.#running = running
    this.starts++
    running.ready.then(
      () => {
        this.#failedToStart = false
      },
      () => {
        this.#failedToStart = true
      },
    )
    void running.ended.then(({ error }) => {
      this.#running = undefined
      if (error !== undefined) this.#report(error, what)
      const now = performance.now()
      this.#ends = now - began < recoveredMillis ? this.#ends + 1 : 1
      // The first restart is at once: most crashes are one bad message.
      const wait = this.#ends === 1 ? 0 : Math.min(longestWaitMillis, firstWaitMillis * 2 ** (this.#ends - 2))
      this.#notBefore = now + wait
    })
    return running
  }
}
