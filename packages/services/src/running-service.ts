import { fileURLToPath } from 'node:url'
import { type ResourceLimits, Worker } from 'node:worker_threads'
import {
  type CloseInfo,
  closeCodes,
  type HandshakeRequest,
  type Message,
  type Receiver,
  type Socket,
} from '@tablecast/gateway'
import { cells, type FromWorker, type ToWorker, type WorkerStart } from './link.js'
import { costOf, type SendTransaction, type SocketInfo, type Transaction } from './transaction.js'
import { WaitingLine } from './waiting-line.js'

/** The built file, also when this is run from source: Node's workers load no TypeScript. */
const workerFile = fileURLToPath(new URL('../dist/worker.js', import.meta.url))

/** What one service may take. */
export interface ServiceLimits {
  /** How long a service may take to load. Over it: its first clients get 500. Default 5,000 ms. */
  readonly startMillis: number
  /** How long a service may take to end at shutdown. Over it: it is cut off. Default 5,000 ms. */
  readonly stopMillis: number
  /** Bytes that may wait for a service. Over it: its clients are not read, and nobody new is let in (503). Default 4 MiB. */
  readonly receiveBytes: number
  /** Bytes a service may have sent that no socket has taken yet. Over it: `put` holds the service. Default 4 MiB. */
  readonly sendBytes: number
  /** How long a client's message may wait for a full service. Over it: the client is closed with 1013. Default 30,000 ms. */
  readonly stallMillis: number
  /** Services that may run at once. Over it: 503. Default 64. */
  readonly services: number
  /** Memory of one worker; see Node's `resourceLimits`. A service that exceeds it crashes alone. Default: Node's. */
  readonly memory: ResourceLimits
}

export const defaultServiceLimits: ServiceLimits = {
  startMillis: 5_000,
  stopMillis: 5_000,
  receiveBytes: 4 * 1024 * 1024,
  sendBytes: 4 * 1024 * 1024,
  stallMillis: 30_000,
  services: 64,
  memory: {},
}

/** What clients are closed with when it is their service's doing. */
export const farewells = {
  /** `run` returned. */
  ended: { code: 1000, reason: 'service ended' },
  /** The server is going away. */
  away: { code: 1001, reason: 'going away' },
  /** The service crashed; connect again. */
  failed: { code: 1012, reason: 'service failed' },
  /** The service was reloaded; connect again. */
  reloaded: { code: 1012, reason: 'service reloaded' },
  /** The service does not keep up with its clients. */
  busy: { code: 1013, reason: 'service is busy' },
} as const

/** A close code with its reason. */
export type Farewell = (typeof farewells)[keyof typeof farewells]

/** How a service ended: by itself, by `stop`, or with an error. */
export interface ServiceEnd {
  readonly error?: unknown
}

/** One life of a service: a worker and the clients it serves. */
export class RunningService {
  /** Settles when the service runs; rejects when it could not be started. */
  readonly ready: Promise<void>
  /** Settles when the worker is gone and the clients are told; never rejects. */
  readonly ended: Promise<ServiceEnd>
  readonly #limits: ServiceLimits
  readonly #shared: Int32Array
  readonly #worker: Worker
  readonly #sockets = new Map<number, Socket>()
  readonly #line: WaitingLine
  readonly #report: (error: unknown) => void
  #posting: Transaction[] = []
  #error: unknown
  /** What the clients are told in the end. */
  #farewell: Farewell = farewells.failed
  #started = () => {}

  /**
   * Starts the worker.
   *
   * @param path for the service to know.
   * @param report takes mistakes of the service that do not end it.
   */
  constructor(file: string, path: string, limits: ServiceLimits, report: (error: unknown) => void) {
    const { receiveBytes, sendBytes } = limits
    const shared = new SharedArrayBuffer(cells.count * Int32Array.BYTES_PER_ELEMENT)
    this.#limits = limits
    this.#report = report
    this.#shared = new Int32Array(shared)
    this.#line = new WaitingLine(limits.stallMillis, (socket) => dismiss(socket, farewells.busy))
    const worker = new Worker(workerFile, {
      workerData: { file, path, shared, receiveBytes, sendBytes } satisfies WorkerStart,
      name: `tablecast ${path}`,
      resourceLimits: limits.memory,
    })
    this.#worker = worker
    worker.on('message', (message: FromWorker) => this.#onMessage(message))
    worker.on('error', (error) => {
      this.#error ??= error
    })
    this.ended = new Promise((resolve) => {
      worker.on('exit', (code) => {
        if (this.#farewell === farewells.failed) this.#error ??= new Error(`the worker of ${file} ended with ${code}`)
        resolve(this.#onExit())
      })
    })
    this.ready = this.#inTime(file)
  }

  /** Clients connected. */
  get sockets(): number {
    return this.#sockets.size
  }

  /** Bytes that wait for the service. */
  get queued(): number {
    return Atomics.load(this.#shared, cells.received)
  }

  /** True while clients have to wait for the service. */
  get busy(): boolean {
    return this.#line.size > 0 || this.queued >= this.#limits.receiveBytes
  }

  /** Takes a client. */
  open(socket: Socket, request: HandshakeRequest): Receiver {
    const { id } = socket
    // A principal that cannot be cloned fails here, for this socket, and not where it is posted.
    const info = structuredClone(infoOf(socket, request))
    this.#sockets.set(id, socket)
    this.#post({ type: 'NEWSOCKET', socket: id, info })
    return {
      message: (data) => this.#receive(socket, data),
      closed: ({ code, reason }: CloseInfo) => {
        if (this.#sockets.delete(id)) this.#post({ type: 'CLOSE', socket: id, code, reason })
      },
    }
  }

  /** Sets the shutdown flag, waits for `run` to return, and cuts it off when that takes too long. */
  async stop(farewell: Farewell): Promise<ServiceEnd> {
    this.#farewell = farewell
    Atomics.store(this.#shared, cells.shutdown, 1)
    this.#flush()
    this.#worker.postMessage({ shutdown: true } satisfies ToWorker)
    const timer = setTimeout(() => {
      this.#error ??= new Error(`the service did not end within ${this.#limits.stopMillis} ms of its shutdown flag`)
      void this.#worker.terminate()
    }, this.#limits.stopMillis)
    const end = await this.ended
    clearTimeout(timer)
    return end
  }

  #receive(socket: Socket, message: Message): void | Promise<void> {
    // A view would be posted with the whole pool of the connection behind it.
    const data = typeof message === 'string' ? message : new Uint8Array(message)
    const transaction: Transaction = { type: 'DATA', socket: socket.id, data }
    if (!this.busy) {
      this.#post(transaction)
      return
    }
    const left = this.#line.join(socket, transaction)
    Atomics.store(this.#shared, cells.hungry, 1)
    // The worker may have made room just before the flag was up.
    if (this.queued < this.#limits.receiveBytes / 2) this.#letWaitingGoOn()
    return left
  }

  #letWaitingGoOn(): void {
    this.#line.advance((transaction) => {
      if (this.queued >= this.#limits.receiveBytes) return false
      this.#post(transaction)
      return true
    })
    if (this.#line.size > 0) Atomics.store(this.#shared, cells.hungry, 1)
  }

  /** Transactions of one turn of the event loop go over together. */
  #post(transaction: Transaction): void {
    Atomics.add(this.#shared, cells.received, costOf(transaction))
    if (this.#posting.length === 0) setImmediate(() => this.#flush())
    this.#posting.push(transaction)
  }

  #flush(): void {
    if (this.#posting.length === 0) return
    this.#worker.postMessage({ transactions: this.#posting } satisfies ToWorker)
    this.#posting = []
  }

  #onMessage(message: FromWorker): void {
    if (message.type === 'ready') this.#started()
    else if (message.type === 'room') this.#letWaitingGoOn()
    else if (message.type === 'send') this.#deliver(message.transactions)
    else {
      if (this.#farewell === farewells.failed) this.#farewell = farewells.ended
      void this.#worker.terminate()
    }
  }

  #deliver(transactions: readonly SendTransaction[]): void {
    let cost = 0
    for (const transaction of transactions) {
      cost += costOf(transaction)
      if (transaction.type === 'CLOSE') this.#close(transaction.socket, transaction.code, transaction.reason)
      else if (typeof transaction.sockets === 'number') this.#sockets.get(transaction.sockets)?.send(transaction.data)
      else for (const id of transaction.sockets) this.#sockets.get(id)?.send(transaction.data)
    }
    Atomics.sub(this.#shared, cells.sent, cost)
    Atomics.notify(this.#shared, cells.sent)
  }

  #close(id: number, code: number | undefined, reason: string | undefined): void {
    try {
      this.#sockets.get(id)?.close(code, reason)
    } catch (error) {
      // A close code that may not be sent.
      this.#report(error)
      this.#sockets.get(id)?.close(closeCodes.internalError, 'internal error')
    }
  }

  #onExit(): ServiceEnd {
    for (const socket of this.#sockets.values()) dismiss(socket, this.#farewell)
    this.#sockets.clear()
    this.#line.clear()
    return this.#error === undefined ? {} : { error: this.#error }
  }

  async #inTime(file: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        const late = () => reject(new Error(`${file} was not loaded within ${this.#limits.startMillis} ms`))
        timer = setTimeout(late, this.#limits.startMillis)
        this.#started = resolve
        void this.ended.then(({ error }) => reject(error ?? new Error(`${file} ended while it was loaded`)))
      })
    } catch (error) {
      this.#error ??= error
      await this.#worker.terminate()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

function dismiss(socket: Socket, { code, reason }: Farewell): void {
  socket.close(code, reason)
}

function infoOf(socket: Socket, { url, headers, remoteAddress, principal }: HandshakeRequest): SocketInfo {
  return {
    url: url.href,
    headers: Object.fromEntries(headers),
    remoteAddress,
    protocol: socket.protocol,
    principal,
  }
}
