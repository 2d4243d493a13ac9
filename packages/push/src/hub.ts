import { randomUUID } from 'node:crypto'
import {
  type Endpoint,
  type HandshakeRequest,
  type Message,
  type Metrics,
  type Receiver,
  type Refusal,
  refuse,
  type Socket,
} from '@tablecast/gateway'
import { type Address, type Entry, History } from './history.js'
import { Idempotency } from './idempotency.js'
import { isName, type Json, parseClientMessage, pushCloseCodes } from './protocol.js'
import { checkedJson, type Push, type PushResult } from './push.js'
import { defaultPushLimits, type PushLimits } from './push-limits.js'
import { type Receipt, Receipts } from './receipts.js'
import { Roster } from './roster.js'
import { Session, type SessionInfo } from './session.js'

/** Who may connect, and what the application wants to know. */
export interface PushOptions {
  /**
   * Lets anybody be the user that the query parameter `userid` names. For pages without logins only: by default the
   * gateway's `authorize` says who it is, and without it nobody gets in (401).
   */
  readonly trustQuery?: boolean
  /** Takes what pages send. A promise holds that page's next message back; a throw closes the page with 1011. */
  readonly onMessage?: (session: SessionInfo, data: Json) => void | Promise<void>
  /** Takes each receipt as it comes. */
  readonly onReceipt?: (id: string, receipt: Receipt) => void
  /** A user's first page came, or the last one went. */
  readonly onPresence?: (userid: string, online: boolean) => void
  /** Who may watch whose presence. Default: everybody their own only. */
  readonly mayWatch?: (watcher: SessionInfo, userid: string) => boolean
  /** Limits that differ from `defaultPushLimits`. */
  readonly limits?: Partial<PushLimits>
  /** Takes what `onPresence` throws. Default: `console.error`. */
  readonly report?: (error: unknown, what: string) => void
}

/** How often expired things are let go of. */
const sweepMillis = 1000

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/**
 * Pushes messages to pages: to a user, to one component of a user, to everybody. An endpoint
 * (`endpoints: { '/push/socket': hub }`), pages connect with `?compid=...`; `pushRoutes` is its HTTP face.
 *
 * A page that comes back names the epoch and the offset it had reached, and gets what it missed, in order and without
 * repetition; what history no longer has is announced as a gap.
 */
export class PushHub implements Endpoint {
  /** Names this life of the hub: offsets of another epoch mean nothing. */
  readonly epoch = randomUUID()
  readonly #options: PushOptions
  readonly #limits: PushLimits
  readonly #report: (error: unknown, what: string) => void
  readonly #history: History
  readonly #roster = new Roster()
  readonly #keys: Idempotency<PushResult>
  readonly #receipts: Receipts
  readonly #watchers = new Map<string, Set<Session>>()
  readonly #sweeper: NodeJS.Timeout
  #pushed = 0
  #reached = 0
  #gaps = 0

  constructor(options: PushOptions = {}) {
    const limits = { ...defaultPushLimits, ...options.limits }
    this.#options = options
    this.#limits = limits
    this.#report = options.report ?? ((error, what) => console.error(`tablecast: push: ${what}:`, error))
    this.#history = new History(limits)
    this.#keys = new Idempotency(limits.memoryMillis, limits.memorySize)
    this.#receipts = new Receipts(limits)
    this.#sweeper = setInterval(() => this.#expire(), sweepMillis)
    this.#sweeper.unref()
  }

  /** Connected pages. */
  get size(): number {
    return this.#roster.size
  }

  handshake({ principal, url }: HandshakeRequest): Refusal | undefined {
    const asked = url.searchParams.get('userid') ?? undefined
    const userid = principal?.id ?? (this.#options.trustQuery ? asked : undefined)
    if (userid === undefined) {
      return this.#options.trustQuery ? refuse(400, 'userid is missing') : refuse(401, 'log in first')
    }
    if (asked !== undefined && asked !== userid) return refuse(403, 'userid is somebody else')
    if (!isName(userid) || (url.searchParams.get('compid') ?? '').length > 256) {
      return refuse(400, 'userid and compid have 1 to 256 characters')
    }
    return undefined
  }

  opened(socket: Socket, { principal, url }: HandshakeRequest): Receiver {
    const { searchParams } = url
    const userid = principal?.id ?? searchParams.get('userid') ?? ''
    const asked = searchParams.get('session') ?? ''
    const id = uuid.test(asked) ? asked : randomUUID()
    const reached = readNumber(searchParams.get('offset'))
    const sameEpoch = reached === undefined || searchParams.get('epoch') === this.epoch
    // A fresh page starts here; one that comes back from another epoch has seen nothing of this one.
    const offset = sameEpoch ? Math.min(reached ?? this.#history.head, this.#history.head) : 0
    const compid = searchParams.get('compid') ?? ''
    const attempt = readNumber(searchParams.get('attempt')) ?? 0
    const before = this.#roster.get(userid, id)
    // A connection that its page gave up while it was under way can arrive after the next one.
    const late = before !== undefined && before.attempt > attempt
    ;(late ? socket : before?.socket)?.close(pushCloseCodes.replaced, 'connected again')
    if (late) return { message() {} }
    const session = new Session(socket, { id, userid, compid, attempt }, this.#history, offset)
    session.tell({ type: 'hello', session: id, userid, compid, epoch: this.epoch, offset })
    if (!sameEpoch) {
      this.#gaps++
      session.tell({ type: 'gap', reason: 'epoch', through: 0 })
    }
    this.#catchUp(session)
    if (this.#roster.add(session)) this.#tellPresence(userid, true)
    return {
      message: (data) => this.#onMessage(session, data),
      drained: () => this.#catchUp(session),
      closed: () => this.#onClosed(session),
    }
  }

  /**
   * Pushes one message.
   *
   * @throws InvalidPush when a value is none that JSON can say, or a name or `ttl` is out of bounds.
   * @throws KeyReused when `key` stands for another message.
   */
  push(push: Push): PushResult {
    const text = checkedJson(push, this.#limits)
    const { key, userid, compid } = push
    const now = performance.now()
    const content =
      key === undefined ? '' : JSON.stringify([userid, compid, text, push.ttl, push.exclude, push.receipt])
    const known = key === undefined ? undefined : this.#keys.find(key, content, now)
    if (known !== undefined) return { ...known, duplicate: true }
    const id = randomUUID()
    const offset = this.#history.head + 1
    const receipt = push.receipt ? ',"receipt":true' : ''
    const frame = `{"type":"message","offset":${offset},"id":"${id}"${receipt},"data":${text}}`
    const entry: Entry = { offset, id, userid, compid, exclude: new Set(push.exclude), frame }
    this.#history.append(entry, push.ttl ?? this.#limits.ttlMillis, now)
    if (push.receipt) this.#receipts.track(entry, now)
    let reached = 0
    let behind = 0
    // Its user's other components pass it too, so that they know where they are.
    for (const session of this.#roster.at({ userid })) {
      const delivered = session.deliver(entry)
      if (!session.wants(entry) || !session.socket.open) continue
      if (delivered) reached++
      else behind++
    }
    this.#pushed++
    this.#reached += reached
    const result = { id, offset, reached, behind, duplicate: false }
    if (key !== undefined) this.#keys.remember(key, content, result, now)
    return result
  }

  /** Pushes several messages, in order; all or, when one is wrong, none. @throws as `push`. */
  pushAll(pushes: readonly Push[]): PushResult[] {
    for (const push of pushes) checkedJson(push, this.#limits)
    return pushes.map((push) => this.push(push))
  }

  /** The connected pages that an address names. */
  sessions(address: Address = {}): Generator<SessionInfo> {
    return this.#roster.at(address)
  }

  /** True while a user has a page. */
  isOnline(userid: string): boolean {
    return this.#roster.isOnline(userid)
  }

  /** Closes the pages that an address names, or one of them, with 4410. @returns how many. */
  disconnect(address: Address, session?: string): number {
    let count = 0
    for (const { id, socket } of this.#roster.at(address)) {
      if ((session !== undefined && session !== id) || !socket.open) continue
      socket.close(pushCloseCodes.disconnected, 'disconnected')
      count++
    }
    return count
  }

  /** The receipts of a message so far; undefined when it asked for none or it is too long ago. */
  receipts(id: string): readonly Receipt[] | undefined {
    return this.#receipts.of(id)
  }

  watch(metrics: Metrics): void {
    metrics.gauge('tablecast_push_sessions', 'Connected pages.', () => this.#roster.size)
    metrics.gauge('tablecast_push_users', 'Users with a connected page.', () => this.#roster.users)
    metrics.gauge('tablecast_push_history_messages', 'Messages kept for who comes back.', () => this.#history.size)
    metrics.counter('tablecast_push_messages_total', 'Messages pushed.', () => this.#pushed)
    metrics.counter('tablecast_push_reached_total', 'Sockets that messages were sent to at once.', () => this.#reached)
    metrics.counter('tablecast_push_gaps_total', 'Gaps announced.', () => this.#gaps)
  }

  close(): void {
    clearInterval(this.#sweeper)
  }

  #onMessage(session: Session, data: Message): void | Promise<void> {
    const message = typeof data === 'string' ? parseClientMessage(data) : undefined
    switch (message?.type) {
      case 'message':
        return this.#options.onMessage?.(session, message.data)
      case 'receipt': {
        const receipt = this.#receipts.take(session, message.id)
        if (receipt !== undefined) this.#options.onReceipt?.(message.id, receipt)
        return
      }
      case 'watch':
        return this.#watch(session, message.userid)
      case 'unwatch':
        return this.#unwatch(session, message.userid)
      default:
        session.socket.close(pushCloseCodes.notUnderstood, 'not a message of the push protocol')
    }
  }

  #onClosed(session: Session): void {
    for (const userid of session.watching) this.#unwatch(session, userid)
    if (this.#roster.delete(session)) this.#tellPresence(session.userid, false)
  }

  #catchUp(session: Session): void {
    if (session.catchUp()) this.#gaps++
  }

  #watch(session: Session, userid: string): void {
    const may = this.#options.mayWatch?.(session, userid) ?? session.userid === userid
    if (!may || session.watching.size >= this.#limits.watches) return
    session.watching.add(userid)
    const watchers = this.#watchers.get(userid) ?? new Set()
    this.#watchers.set(userid, watchers)
    watchers.add(session)
    session.tell({ type: 'presence', userid, online: this.isOnline(userid) })
  }

  #unwatch(session: Session, userid: string): void {
    session.watching.delete(userid)
    const watchers = this.#watchers.get(userid)
    watchers?.delete(session)
    if (watchers?.size === 0) this.#watchers.delete(userid)
  }

  #tellPresence(userid: string, online: boolean): void {
    try {
      this.#options.onPresence?.(userid, online)
    } catch (error) {
      this.#report(error, `presence of ${userid}`)
    }
    for (const session of this.#watchers.get(userid) ?? []) session.tell({ type: 'presence', userid, online })
  }

  #expire(): void {
    const now = performance.now()
    this.#history.expire(now)
    this.#keys.expire(now)
    this.#receipts.expire(now)
  }
}

function readNumber(text: string | null): number | undefined {
  if (text === null || !/^\d{1,15}$/.test(text)) return undefined
  return Number(text)
}
