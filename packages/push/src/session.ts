import type { Socket } from '@tablecast/gateway'
import type { Entry, History } from './history.js'
import type { ServerMessage } from './protocol.js'

/** What is known of a connected page. */
export interface SessionInfo {
  /** Given by the hub, kept over a reconnect. */
  readonly id: string
  readonly userid: string
  readonly compid: string
  /** When it connected, in milliseconds since 1970. */
  readonly since: number
  readonly remoteAddress: string
}

/**
 * One connected page: a position in the history that moves on with each message sent. A page that does not read fast
 * enough is simply behind; it goes on from its position when its socket has room.
 */
export class Session implements SessionInfo {
  readonly id: string
  readonly userid: string
  readonly compid: string
  readonly since = Date.now()
  readonly socket: Socket
  /** Which of the page's connections this is, as the page counts them. */
  readonly attempt: number
  /** Users whose presence it watches. */
  readonly watching = new Set<string>()
  readonly #history: History
  /** Everything for this page up to here was sent. */
  #position: number
  /** How far gaps were announced. */
  #announced: number
  #behind = true

  constructor(
    socket: Socket,
    names: Pick<Session, 'id' | 'userid' | 'compid' | 'attempt'>,
    history: History,
    position: number,
  ) {
    this.socket = socket
    this.attempt = names.attempt
    this.id = names.id
    this.userid = names.userid
    this.compid = names.compid
    this.#history = history
    this.#position = position
    this.#announced = position
  }

  get remoteAddress(): string {
    return this.socket.request.remoteAddress
  }

  /** True while messages wait in the history for room in its socket. */
  get behind(): boolean {
    return this.#behind
  }

  /** True when a message is for this page. */
  wants(entry: Entry): boolean {
    return this.#isAddressed(entry) && !entry.exclude.has(this.id)
  }

  /** True when the page may have got this message. */
  hasPassed(offset: number): boolean {
    return offset <= this.#position
  }

  tell(message: ServerMessage): boolean {
    return this.socket.send(JSON.stringify(message))
  }

  /** Takes the latest message of its user. @returns false when the page is behind and gets it from the history, if ever. */
  deliver(entry: Entry): boolean {
    if (this.#behind) return false
    this.#position = entry.offset
    if (this.wants(entry)) this.#behind = !this.socket.send(entry.frame)
    // Else a page that comes back would be told of a gap where its own message was.
    else if (this.#isAddressed(entry)) this.#behind = !this.tell({ type: 'position', offset: entry.offset })
    return true
  }

  /** Sends what the history has after the position, for as long as there is room. @returns true when a gap was announced. */
  catchUp(): boolean {
    this.#behind = true
    const gone = this.#history.goneFor(this.userid, this.compid)
    const gap = gone > this.#position && gone > this.#announced
    if (gap) {
      this.#announced = gone
      this.tell({ type: 'gap', reason: 'history', through: gone })
    }
    for (const entry of this.#history.after(this.userid, this.#position)) {
      if (this.socket.full || !this.socket.open) return gap
      this.#position = entry.offset
      if (this.wants(entry)) this.socket.send(entry.frame)
    }
    this.#position = this.#history.head
    this.#behind = !this.tell({ type: 'position', offset: this.#position })
    return gap
  }

  #isAddressed({ userid, compid }: Entry): boolean {
    return (userid === undefined || userid === this.userid) && (compid === undefined || compid === this.compid)
  }
}
