import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { frameHead } from './frame-head.js'
import type { Limits } from './limits.js'
import { type Flushed, sharedFlush } from './shared-flush.js'
import type { Frame, Message } from './socket.js'
import type { Stats } from './stats.js'

/** What an outbox tells its socket. */
export interface OutboxOwner {
  readonly limits: Limits
  readonly stats: Stats
  /** The bound is reached. */
  onFull(): void
  /** Everything was written after `onFull`. */
  onDrained(): void
  /** A message came while more than `maxBufferBytes` waited. */
  onOverflow(): void
}

/** A stream waiting for its turn among the messages. */
interface WaitingStream {
  readonly source: AsyncIterable<Message> | Iterable<Message>
  readonly started: () => void
}

const empty = new Uint8Array(0)

/** So many bytes at the beginning of a message go out with its head: copying them is cheaper than one more buffer. */
const joinedBytes = 1024

/** From so many bytes on, a connection does not wait for the shared flush: one call carries no more at a time. */
const flushedBytes = 64 * 1024

/** The sending half of a socket: order, fragments, and knowing when it is full. */
export class Outbox implements Flushed {
  readonly #ws: WebSocket
  /** Where whole messages are written past `ws`, if that can be. */
  readonly #direct: Duplex | undefined
  readonly #owner: OutboxOwner
  /** What waits for the stream under way; undefined when none is. */
  #held: (Frame | WaitingStream)[] | undefined
  #heldBytes = 0
  #waitingForRoom: (() => void)[] = []
  /** Messages wait in the connection for the shared flush. */
  #waits = false
  full = false
  fullSince = 0
  closed = false

  /**
   * @param direct the connection below `ws`, when `ws` neither masks nor compresses: a frame is then written without
   * copying what it shares with others.
   */
  constructor(ws: WebSocket, direct: Duplex | undefined, owner: OutboxOwner) {
    this.#ws = ws
    this.#direct = direct
    this.#owner = owner
  }

  get bufferedAmount(): number {
    return this.#ws.bufferedAmount + this.#heldBytes
  }

  send(frame: Frame): boolean {
    if (this.closed) return false
    if (this.full && this.bufferedAmount > this.#owner.limits.maxBufferBytes) {
      this.#owner.onOverflow()
      return false
    }
    if (this.#held !== undefined) {
      this.#held.push(frame)
      this.#heldBytes += byteLength(frame)
    } else this.#write(frame)
    this.#check()
    return !this.full
  }

  async stream(source: AsyncIterable<Message> | Iterable<Message>): Promise<void> {
    if (this.closed) return
    if (this.#held !== undefined) {
      const held = this.#held
      await new Promise<void>((started) => held.push({ source, started }))
    } else this.#held = []
    try {
      await this.#fragments(source)
    } catch (error) {
      // Anything that followed would continue the message that broke off.
      this.close()
      throw error
    }
    this.#release()
  }

  /** To be called when the connection below has written everything it had, and now and then when that cannot be known. */
  drained(): void {
    if (!this.full || this.#ws.bufferedAmount > 0) return
    this.full = false
    const waiting = this.#waitingForRoom
    this.#waitingForRoom = []
    for (const go of waiting) go()
    this.#owner.onDrained()
  }

  /** Nothing goes out any more; whoever waits for room goes on and finds that out. */
  close(): void {
    this.closed = true
    this.#heldBytes = 0
    for (const go of this.#waitingForRoom) go()
    this.#waitingForRoom = []
    for (const item of this.#held ?? []) if (isWaitingStream(item)) item.started()
    this.#held = undefined
  }

  /** After a stream: what waited goes out, up to the next stream. */
  #release(): void {
    const held = this.#held
    if (held === undefined) return
    for (let i = 0; i < held.length; i++) {
      const item = held[i]!
      if (isWaitingStream(item)) {
        this.#held = held.slice(i + 1)
        item.started()
        this.#check()
        return
      }
      this.#heldBytes -= byteLength(item)
      this.#write(item)
    }
    this.#held = undefined
    this.#check()
  }

  async #fragments(source: AsyncIterable<Message> | Iterable<Message>): Promise<void> {
    let binary: boolean | undefined
    let carry = ''
    for await (const chunk of source) {
      if (this.closed) return
      binary ??= typeof chunk !== 'string'
      let data = chunk
      if (typeof data === 'string') {
        // A character cut in two by the source would turn into two replacement characters.
        data = carry + data
        carry = endsInsideCharacter(data) ? data.slice(-1) : ''
        if (carry !== '') data = data.slice(0, -1)
      }
      if (data.length === 0) continue
      this.#fragment(data, binary, false)
      this.#check()
      if (this.full) await new Promise<void>((go) => this.#waitingForRoom.push(go))
    }
    if (this.closed) return
    this.#fragment(carry === '' ? empty : carry, binary ?? false, true)
    this.#owner.stats.messagesOut++
  }

  #fragment(data: Message, binary: boolean, fin: boolean): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    this.#owner.stats.bytesOut += bytes.length
    this.#ws.send(bytes, { binary, fin })
  }

  #write(frame: Frame): void {
    const { stats } = this.#owner
    const binary = typeof frame !== 'string'
    const parts = typeof frame === 'string' ? [utf8(frame)] : frame instanceof Uint8Array ? [frame] : frame
    let length = 0
    for (const part of parts) length += part.length
    stats.messagesOut++
    stats.bytesOut += length
    if (this.#direct !== undefined) this.#writeDirect(this.#direct, binary, parts, length)
    else this.#ws.send(parts.length === 1 ? parts[0]! : Buffer.concat(parts, length), { binary })
  }

  #writeDirect(raw: Duplex, binary: boolean, parts: readonly Uint8Array[], length: number): void {
    if (!this.#waits) {
      this.#waits = true
      raw.cork()
      sharedFlush.add(this)
    }
    writeWhole(raw, binary, parts, length)
    if (raw.writableLength >= flushedBytes) this.flush()
  }

  /** Hands what waits to the operating system. */
  flush(): void {
    if (!this.#waits) return
    this.#waits = false
    this.#direct?.uncork()
  }

  #check(): void {
    if (this.full || this.closed || this.bufferedAmount < this.#owner.limits.bufferBytes) return
    this.full = true
    this.fullSince = performance.now()
    this.#owner.onFull()
  }
}

/** The text that was encoded last in this turn, for those who send the same to many. */
let known: { readonly text: string; readonly bytes: Buffer } | undefined

const forget = (): void => {
  known = undefined
}

function utf8(text: string): Buffer {
  if (text.length < joinedBytes) return Buffer.from(text)
  if (known?.text !== text) {
    if (known === undefined) queueMicrotask(forget)
    known = { text, bytes: Buffer.from(text) }
  }
  return known.bytes
}

/** Writes one message as one frame. Its parts go out as they are, but for small ones at its beginning. */
function writeWhole(raw: Duplex, binary: boolean, parts: readonly Uint8Array[], length: number): void {
  let joined = 0
  let room = 0
  while (joined < parts.length && room + parts[joined]!.length <= joinedBytes) room += parts[joined++]!.length
  const head = frameHead(binary, length, room)
  let at = head.length - room
  for (let i = 0; i < joined; i++) {
    head.set(parts[i]!, at)
    at += parts[i]!.length
  }
  if (joined === parts.length) {
    raw.write(head)
    return
  }
  raw.write(head)
  for (let i = joined; i < parts.length; i++) raw.write(parts[i])
}

function isWaitingStream(item: Frame | WaitingStream): item is WaitingStream {
  return typeof item === 'object' && 'source' in item
}

function byteLength(frame: Frame): number {
  if (typeof frame === 'string') return Buffer.byteLength(frame)
  if (frame instanceof Uint8Array) return frame.length
  let total = 0
  for (const part of frame) total += part.length
  return total
}

function endsInsideCharacter(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}
