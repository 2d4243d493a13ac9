import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

/** What any socket receives, until it has looked at it: reading into memory of its own costs more than the counting. */
const received = Buffer.alloc(256 * 1024)

/**
 * A WebSocket client that only counts: it reads frame headers and passes over what they hold, so that hundreds of them
 * cost little beside the server they measure.
 */
export class CountingSocket {
  /** Whole messages so far. */
  messages = 0
  /** Payload bytes so far. */
  bytes = 0
  readonly #socket: Socket
  readonly #onMessage: () => void
  /** The server's answer to the handshake, until it is whole. */
  #answer: Buffer | undefined = Buffer.alloc(0)
  #opened: (error?: Error) => void = () => {}
  /** The header under way: at most 10 bytes, since servers do not mask. */
  readonly #header = Buffer.alloc(10)
  #headerLength = 0
  /** Payload still to come, and whether it ends a message. */
  #left = 0
  #final = false
  /** Who waits for the next message, and what has come of it. */
  #next: { readonly parts: Buffer[]; readonly resolve: (message: Buffer) => void } | undefined

  /** Connects and shakes hands. @param onMessage called after each message. */
  static open(port: number, onMessage: () => void): Promise<CountingSocket> {
    return new Promise((resolve, reject) => {
      const counting = new CountingSocket(port, onMessage)
      counting.#opened = (error) => (error === undefined ? resolve(counting) : reject(error))
    })
  }

  private constructor(port: number, onMessage: () => void) {
    this.#onMessage = onMessage
    const callback = (length: number) => {
      this.#take(received.subarray(0, length))
      return true
    }
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: received, callback } })
    this.#socket.on('error', (error) => this.#opened(error))
    this.#socket.on('close', () => this.#opened(new Error('the server hung up during the handshake')))
    const key = randomBytes(16).toString('base64')
    this.#socket.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
  }

  /** Sends one binary message. Its mask is zero, which leaves the bytes as they are. */
  send(message: Uint8Array): void {
    if (message.length > 125) throw new RangeError('the counting client sends short messages only')
    this.#write(0x2, message)
  }

  /** The payload of the next message. Only for a connection with nothing under way. */
  next(): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#next = { parts: [], resolve }
    })
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Uint8Array): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
  }

  #take(chunk: Buffer): void {
    if (this.#answer === undefined) {
      this.#read(chunk)
      return
    }
    const answer = Buffer.concat([this.#answer, chunk])
    const end = answer.indexOf('\r\n\r\n')
    this.#answer = end < 0 ? answer : undefined
    if (end < 0) return
    const isOpen = answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))
    this.#opened(isOpen ? undefined : new Error(answer.toString()))
    this.#read(answer.subarray(end + 4))
  }

  #read(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at)
        this.#next?.parts.push(Buffer.from(chunk.subarray(at, at + taken)))
        at += taken
        this.#left -= taken
        this.bytes += taken
        if (this.#left === 0) this.#frameOver()
        continue
      }
      this.#header[this.#headerLength++] = chunk[at++]!
      const short = this.#header[1]! & 127
      if (this.#headerLength < (short < 126 ? 2 : short === 126 ? 4 : 10)) continue
      this.#left =
        short < 126 ? short : short === 126 ? this.#header.readUInt16BE(2) : Number(this.#header.readBigUInt64BE(2))
      this.#final = (this.#header[0]! & 0x80) !== 0
      this.#headerLength = 0
      // The second byte of the next header counts from its arrival on.
      this.#header[1] = 0
      if (this.#left === 0) this.#frameOver()
    }
  }

  #frameOver(): void {
    const opcode = this.#header[0]! & 15
    if (opcode === 0x9) this.#write(0xa, Buffer.alloc(0))
    if (opcode >= 0x8 || !this.#final) return
    this.messages++
    const next = this.#next
    this.#next = undefined
    next?.resolve(Buffer.concat(next.parts))
    this.#onMessage()
  }
}
