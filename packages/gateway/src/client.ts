import type { ClientRequestArgs, IncomingMessage } from 'node:http'
import { type ClientOptions, WebSocket } from 'ws'
import { receiverOf, WebSocketCallbacks } from './callbacks.js'
import type { HandshakeRequest } from './handshake.js'
import { defaultLimits, type Limits } from './limits.js'
import type { Socket } from './socket.js'
import { Stats } from './stats.js'
import { WsSocket } from './ws-socket.js'

/** How a client connects. */
export interface WebSocketClientOptions
  extends Pick<ClientOptions & ClientRequestArgs, 'headers' | 'rejectUnauthorized' | 'ca'> {
  /** Subprotocols to offer, best first. */
  readonly protocols?: readonly string[]
  /** Limits that differ from `defaultLimits`; those of handshakes count connecting. A client trusts its server with 100 MiB per message and any rate. */
  readonly limits?: Partial<Limits>
}

const clientLimits: Limits = {
  ...defaultLimits,
  payloadBytes: 100 * 1024 * 1024,
  messagesPerSecond: 1e12,
  bytesPerSecond: 1e12,
}

/**
 * A WebSocket client with the callbacks of a handler: extend it, make one, `connect()`. An instance connects once.
 */
export abstract class WebSocketClient extends WebSocketCallbacks {
  readonly url: URL
  readonly #options: WebSocketClientOptions
  #socket: WsSocket | undefined

  /** @param url `ws:` or `wss:`. */
  constructor(url: string | URL, options: WebSocketClientOptions = {}) {
    super()
    this.url = new URL(url)
    this.#options = options
  }

  /** @throws Error before `connect` has succeeded. */
  override get socket(): Socket {
    if (this.#socket === undefined) throw new Error(`the client of ${this.url} is not connected; call connect() first`)
    return this.#socket
  }

  /**
   * Connects.
   *
   * @throws Error when the connection cannot be made, or with the status of the server's refusal.
   */
  connect(): Promise<void> {
    const { protocols = [], limits: given, ...options } = this.#options
    const limits = { ...clientLimits, ...given }
    const ws = new WebSocket(this.url, [...protocols], {
      ...options,
      maxPayload: limits.payloadBytes,
      handshakeTimeout: limits.handshakeMillis,
      perMessageDeflate: false,
    })
    return new Promise((resolve, reject) => {
      let answer: IncomingMessage | undefined
      ws.once('upgrade', (response) => {
        answer = response
      })
      ws.once('unexpected-response', (_, response) => {
        reject(new Error(`${this.url} refused the handshake with ${response.statusCode} ${response.statusMessage}`))
        ws.terminate()
      })
      ws.once('error', reject)
      ws.once('open', () => {
        ws.off('error', reject)
        this.#open(ws, answer, limits)
        resolve()
      })
    })
  }

  #open(ws: WebSocket, answer: IncomingMessage | undefined, limits: Limits): void {
    const request: HandshakeRequest = {
      url: this.url,
      path: this.url.pathname,
      params: {},
      headers: new Headers(),
      remoteAddress: answer?.socket.remoteAddress ?? '',
      protocols: this.#options.protocols ?? [],
      raw: answer,
      principal: undefined,
    }
    const owner = {
      limits,
      stats: new Stats(),
      report: (error: unknown, what: string) => console.error(`tablecast: client ${what}:`, error),
    }
    const socket = new WsSocket(ws, answer?.socket, request, owner, true)
    this.#socket = socket
    const timer = setInterval(() => socket.tick(performance.now()), 1000)
    timer.unref()
    void socket.closed.then(() => clearInterval(timer))
    socket.start(() => receiverOf(this))
  }
}
