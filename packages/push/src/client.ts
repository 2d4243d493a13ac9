// For pages: no Node, nothing of the server.
import type { ClientMessage, Json, ServerMessage } from './protocol.js'

/** One push, as a page gets it. */
export type PushMessage = Extract<ServerMessage, { type: 'message' }>

/** The part of the web's `WebSocket` that is used. */
export interface WebSocketLike {
  readonly readyState: number
  send(text: string): void
  close(code?: number): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
  addEventListener(type: 'error', listener: () => void): void
}

/** Where to connect, and what to call. */
export interface PushClientOptions {
  /** This page's component. */
  readonly compid?: string
  /** Where the hub trusts the query. */
  readonly userid?: string
  /** Takes each message once, in order. Returning sends the receipt, if one is asked for; throwing does not. */
  readonly onMessage: (data: Json, message: PushMessage) => void
  /** Messages may be missing, those up to the offset `through`: load afresh what they would have told. */
  readonly onGap?: (reason: 'history' | 'epoch', through: number) => void
  /** A watched user came or went. */
  readonly onPresence?: (userid: string, online: boolean) => void
  /** The connection's state changed; `ended` is for good, with the close code. */
  readonly onState?: (state: 'connecting' | 'open' | 'waiting' | 'ended', code?: number) => void
  /** The class to connect with. Default: the platform's. */
  readonly WebSocket?: new (
    url: string,
  ) => WebSocketLike
}

/** Close codes after which coming back is of no use, or not wanted. */
const final = new Set([4400, 4409, 4410])

const firstWaitMillis = 250
const longestWaitMillis = 10_000
const openState = 1

/** A page's connection to a push hub. It connects at once, comes back by itself, and catches up on what it missed. */
export class PushClient {
  readonly #url: string
  readonly #options: PushClientOptions
  readonly #watching = new Set<string>()
  #socket: WebSocketLike | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #attempt = 0
  #ended = false
  #session: string | undefined
  #epoch: string | undefined
  #offset = 0

  /** @param url of the hub's endpoint, `ws:` or `wss:`. */
  constructor(url: string, options: PushClientOptions) {
    this.#url = url
    this.#options = options
    this.#connect()
  }

  /** Names this page to the hub, also after a reconnect; undefined before the first connection. */
  get session(): string | undefined {
    return this.#session
  }

  /** Sends data to the application. @returns false when there is no connection; then it is not sent. */
  send(data: Json): boolean {
    return this.#send({ type: 'message', data })
  }

  /** Asks for a user's presence, now and at each change, reconnects included. */
  watch(userid: string): void {
    this.#watching.add(userid)
    this.#send({ type: 'watch', userid })
  }

  unwatch(userid: string): void {
    this.#watching.delete(userid)
    this.#send({ type: 'unwatch', userid })
  }

  /** Ends the connection for good. */
  close(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#socket?.close(1000)
  }

  #connect(): void {
    this.#options.onState?.('connecting')
    const url = new URL(this.#url)
    const { userid, compid } = this.#options
    const query = {
      userid,
      compid,
      session: this.#session,
      attempt: ++this.#attempt,
      epoch: this.#epoch,
      offset: this.#epoch && this.#offset,
    }
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const socket = new (this.#options.WebSocket ?? platformWebSocket())(url.href)
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#onMessage(JSON.parse(String(data))))
    socket.addEventListener('close', ({ code }) => this.#onClose(code))
    // A failed connection ends with `close` too; unheard, some platforms throw it.
    socket.addEventListener('error', () => {})
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        this.#tries = 0
        this.#session = message.session
        this.#epoch = message.epoch
        this.#offset = message.offset
        for (const userid of this.#watching) this.#send({ type: 'watch', userid })
        this.#options.onState?.('open')
        return
      case 'message':
        if (message.offset <= this.#offset) return
        this.#offset = message.offset
        this.#options.onMessage(message.data, message)
        if (message.receipt) this.#send({ type: 'receipt', id: message.id })
        return
      case 'gap':
        this.#options.onGap?.(message.reason, message.through)
        return
      case 'position':
        this.#offset = Math.max(this.#offset, message.offset)
        return
      case 'presence':
        this.#options.onPresence?.(message.userid, message.online)
    }
  }

  #onClose(code: number): void {
    if (this.#ended || final.has(code)) {
      this.#ended = true
      this.#options.onState?.('ended', code)
      return
    }
    this.#options.onState?.('waiting', code)
    const wait = Math.min(longestWaitMillis, firstWaitMillis * 2 ** this.#tries++)
    // Spread, so that not all pages come back at once.
    this.#timer = setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2))
  }

  #send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== openState) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }
}

function platformWebSocket(): new (url: string) => WebSocketLike {
  if ('WebSocket' in globalThis) return globalThis.WebSocket as new (url: string) => WebSocketLike
  throw new TypeError('this platform has no WebSocket; pass one as the option "WebSocket"')
}
