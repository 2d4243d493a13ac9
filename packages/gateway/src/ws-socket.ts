import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes, fitReason, isSendableCloseCode } from './close-codes.js'
import type { HandshakeRequest, Principal } from './handshake.js'
import { Inbox } from './inbox.js'
import { Budget, type LimitName, type Limits } from './limits.js'
import { Outbox } from './outbox.js'
import type { CloseInfo, Frame, Message, Receiver, Socket } from './socket.js'
import { type Stats, tally } from './stats.js'

/** What a socket needs of the gateway it belongs to. */
export interface SocketOwner {
  readonly limits: Limits
  readonly stats: Stats
  /** Takes an error of the application's own code, for the log. */
  report(error: unknown, what: string): void
}

/** The close codes `ws` sends by itself, by the code of its error. */
const errorCloseCodes: Readonly<Record<string, number>> = {
  WS_ERR_EXPECTED_FIN: closeCodes.protocolError,
  WS_ERR_EXPECTED_MASK: closeCodes.protocolError,
  WS_ERR_INVALID_CLOSE_CODE: closeCodes.protocolError,
  WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH: closeCodes.protocolError,
  WS_ERR_INVALID_OPCODE: closeCodes.protocolError,
  WS_ERR_INVALID_UTF8: closeCodes.invalidPayload,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: closeCodes.policyViolation,
  WS_ERR_UNEXPECTED_MASK: closeCodes.protocolError,
  WS_ERR_UNEXPECTED_RSV_1: closeCodes.protocolError,
  WS_ERR_UNEXPECTED_RSV_2_3: closeCodes.protocolError,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: closeCodes.tooBig,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: closeCodes.tooBig,
}

let lastId = 0

/** The one implementation of `Socket`: a connection of `ws`. */
export class WsSocket implements Socket {
  readonly id = ++lastId
  readonly request: HandshakeRequest
  readonly closed: Promise<CloseInfo>
  readonly #ws: WebSocket
  readonly #owner: SocketOwner
  readonly #in: Inbox
  readonly #out: Outbox
  readonly #messages: Budget
  readonly #bytes: Budget
  #receiver: Receiver | undefined
  #settle: (info: CloseInfo) => void = () => {}
  /** Which budget has been in the way, and since when without having recovered. */
  #throttled: { readonly limit: LimitName; readonly since: number } | undefined
  /** Pings or pongs overdrew their budget: nothing is read until it has recovered. */
  #flooded = false
  #ending: CloseInfo | undefined
  /** The connection is closed; what was received may still be in hand. */
  #gone = false
  #finished = false
  #endBy = Number.POSITIVE_INFINITY
  /** When the peer was last heard of, and when it was last asked. */
  #heard: number
  #asked = 0

  /**
   * @param raw the connection below `ws`, where the host can name it: lets frames share their bytes and tells of drains.
   * @param masks true for a client's side, whose frames are masked.
   */
  constructor(ws: WebSocket, raw: Duplex | undefined, request: HandshakeRequest, owner: SocketOwner, masks = false) {
    const { limits, stats } = owner
    const now = performance.now()
    this.request = request
    this.closed = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#ws = ws
    this.#owner = owner
    this.#messages = new Budget(limits.messagesPerSecond, 1, now)
    this.#bytes = new Budget(limits.bytesPerSecond, 1, now)
    this.#heard = now
    this.#in = new Inbox({
      allows: (message, now) => this.#allows(message, now),
      deliver: (message) => this.#receiver?.message(message),
      idle: () => this.#receiver?.idle?.(),
      failed: (error) => this.#fail(error),
      read: (go) => (go ? ws.resume() : ws.pause()),
    })
    this.#out = new Outbox(ws, masks || ws.extensions !== '' ? undefined : raw, {
      limits,
      stats,
      onFull: () => this.#onFull(),
      onDrained: () => this.#onDrained(),
      onOverflow: () => this.#exceeded('maxBufferBytes', closeCodes.stalled, 'too much unread'),
    })
    ws.on('message', (data, binary) => this.#onMessage(data as Buffer, binary))
    ws.on('ping', () => this.#onControl())
    ws.on('pong', (data) => this.#onPong(data))
    ws.on('close', (code, reason) => this.#onClose(code, reason))
    ws.on('error', (error) => this.#onError(error))
    raw?.on('drain', () => this.#out.drained())
  }

  get protocol(): string {
    return this.#ws.protocol
  }

  get principal(): Principal | undefined {
    return this.request.principal
  }

  get bufferedAmount(): number {
    return this.#out.bufferedAmount
  }

  get full(): boolean {
    return this.#out.full
  }

  get open(): boolean {
    return this.#ending === undefined && this.#ws.readyState === 1
  }

  /** Settles when the messages that came in are handled. Their replies then stand before any close frame. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#in.whenIdle(resolve))
  }

  /** Hands the socket to its receiver; messages that came before are delivered now. */
  start(open: () => Receiver): void {
    this.#guard(() => {
      this.#receiver = open()
      if (this.#out.full) this.#receiver.full?.()
    })
    if (!this.#out.full) this.#in.release()
  }

  send(frame: Frame): boolean {
    return this.open && this.#out.send(frame)
  }

  async stream(source: AsyncIterable<Message> | Iterable<Message>): Promise<void> {
    if (!this.open) return
    try {
      await this.#out.stream(source)
    } catch (error) {
      this.#end(closeCodes.internalError, 'stream failed')
      throw error
    }
  }

  ping(data?: Uint8Array): void {
    if (this.open) this.#ws.ping(data)
  }

  close(code: number = closeCodes.normal, reason = ''): void {
    if (!isSendableCloseCode(code)) {
      throw new RangeError(`close code ${code} may not be sent; use 1000 to 1014 except 1004-1006, or 3000 to 4999`)
    }
    this.#end(code, reason)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  /** Looks after the time limits; the gateway calls it every so often. */
  tick(now: number): void {
    const { stallMillis, heartbeatMillis } = this.#owner.limits
    if (now >= this.#endBy) {
      // A receiver that never finishes its message must not keep a dead socket.
      if (this.#gone) this.#finish()
      else {
        this.#endBy = Number.POSITIVE_INFINITY
        tally(this.#owner.stats.limited, 'closeMillis')
        this.#ws.terminate()
      }
    }
    if (!this.open) return
    this.#out.drained()
    if (this.#out.full && now - this.#out.fullSince > stallMillis) {
      this.#exceeded('stallMillis', closeCodes.stalled, 'not reading')
      return
    }
    if (this.#flooded && this.#messages.left(now) >= 1) {
      this.#flooded = false
      if (!this.#out.full) this.#in.release()
    }
    if (this.#throttled !== undefined) {
      if (this.#messages.isFull(now) && this.#bytes.isFull(now)) this.#throttled = undefined
      else if (now - this.#throttled.since > stallMillis) {
        this.#end(closeCodes.rate, `over the limit: ${this.#throttled.limit}`)
        return
      }
      this.#in.retry()
    }
    // While the peer is not read its answer cannot be seen either.
    if (!this.#in.reading || heartbeatMillis === 0) this.#hear()
    else if (now - Math.max(this.#heard, this.#asked) >= heartbeatMillis) {
      if (this.#asked > this.#heard) this.#exceeded('heartbeatMillis', closeCodes.heartbeat, 'no heartbeat')
      else {
        this.#asked = now
        this.#ws.ping()
      }
    }
  }

  #onMessage(data: Buffer, binary: boolean): void {
    const { limits, stats } = this.#owner
    if (this.#ending !== undefined) return
    this.#hear()
    stats.messagesIn++
    stats.bytesIn += data.length
    if (data.length > limits.payloadBytes) this.#exceeded('payloadBytes', closeCodes.tooBig, 'message too big')
    else this.#in.push(binary ? data : data.toString())
  }

  /** Takes one message off the budgets, if there is that much left. */
  #allows(message: Message, now: number): boolean {
    const over: LimitName | undefined =
      this.#messages.left(now) < 1 ? 'messagesPerSecond' : this.#bytes.left(now) <= 0 ? 'bytesPerSecond' : undefined
    if (over === undefined || this.#gone) {
      this.#messages.take(1)
      this.#bytes.take(message.length)
      return true
    }
    this.#throttle(over, now)
    return false
  }

  #throttle(limit: LimitName, since: number): void {
    if (this.#throttled !== undefined) return
    this.#throttled = { limit, since }
    tally(this.#owner.stats.limited, limit)
  }

  /** Pings and pongs come past the inbox, and cost as messages do. (`ws` cuts a peer off that reads no answers.) */
  #onControl(): void {
    // `ws` goes on through the packet that was its peer's last, thousands of pings long.
    if (!this.open) return
    const now = performance.now()
    this.#heard = now
    this.#messages.take(1)
    if (this.#messages.left(now) >= 0) return
    this.#throttle('messagesPerSecond', now)
    this.#flooded = true
    this.#in.hold()
  }

  #onPong(data: Buffer): void {
    this.#onControl()
    this.#guard(() => this.#receiver?.ponged?.(data))
  }

  #onFull(): void {
    tally(this.#owner.stats.limited, 'bufferBytes')
    this.#in.hold()
    this.#guard(() => this.#receiver?.full?.())
  }

  #onDrained(): void {
    this.#guard(() => this.#receiver?.drained?.())
    if (!this.#out.full && !this.#flooded) this.#in.release()
  }

  #onClose(code: number, reason: Buffer): void {
    const info = this.#ending ?? { code, reason: reason.toString() }
    this.#ending = info
    this.#out.close()
    // What a peer sent before an orderly goodbye is still its word; after a break, or above its budget, it is not worth the work.
    if (code === 1006 || this.#throttled !== undefined) this.#in.clear()
    this.#in.release()
    this.#gone = true
    this.#endBy = performance.now() + this.#owner.limits.closeMillis
    this.#in.whenIdle(() => this.#finish())
  }

  /** The last call to the receiver, once. */
  #finish(): void {
    const info = this.#ending
    if (info === undefined || this.#finished) return
    this.#finished = true
    this.#guard(() => this.#receiver?.closed?.(info))
    this.#receiver = undefined
    tally(this.#owner.stats.closed, info.code)
    this.#settle(info)
  }

  /** `ws` met an error and has begun the close that fits it; without a listener the process would end. */
  #onError(error: Error): void {
    if (this.#ending !== undefined) return
    const code = 'code' in error ? errorCloseCodes[String(error.code)] : undefined
    if (code === closeCodes.tooBig) tally(this.#owner.stats.limited, 'payloadBytes')
    if (code !== undefined) this.#ending = { code, reason: error.message }
    this.#endBy = performance.now() + this.#owner.limits.closeMillis
  }

  #exceeded(limit: LimitName, code: number, reason: string): void {
    if (this.#ending !== undefined) return
    tally(this.#owner.stats.limited, limit)
    this.#end(code, reason)
  }

  #fail(error: unknown): void {
    this.#owner.report(error, `socket ${this.id} at ${this.request.path}`)
    this.#end(closeCodes.internalError, 'internal error')
  }

  #guard(call: () => void | Promise<void>): void {
    try {
      call()?.catch((error) => this.#fail(error))
    } catch (error) {
      this.#fail(error)
    }
  }

  #hear(): void {
    this.#heard = performance.now()
  }

  #end(code: number, reason: string): void {
    if (!this.open) return
    const fitting = fitReason(reason)
    this.#ending = { code, reason: fitting }
    this.#endBy = performance.now() + this.#owner.limits.closeMillis
    this.#in.clear()
    this.#ws.close(code, fitting)
    // The peer's own close frame can only come in while it is read.
    this.#ws.resume()
  }
}
