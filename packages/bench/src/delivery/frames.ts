import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

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
  /** The header under way: at most 10 bytes, since servers do not mask. */
  readonly #header = Buffer.alloc(10)
  #headerLength = 0
  /** Payload still to come, and whether it ends a message. */
  #left = 0
  #final = false
  #keep: Buffer[] | undefined

  /** Connects and shakes hands. @param onMessage called after each message. */
  static async open(port: number, onMessage: () => void): Promise<CountingSocket> {
    const socket = connect({ port, host: '127.0.0.1' })
    const key = randomBytes(16).toString('base64')
    socket.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
    let answer = Buffer.alloc(0)
    for (;;) {
      const chunk = await new Promise<Buffer>((resolve, reject) => {
        socket.once('data', resolve)
        socket.once('error', reject)
        socket.once('close', () => reject(new Error('the server hung up during the handshake')))
      })
      socket.removeAllListeners()
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf('\r\n\r\n')
      if (end < 0) continue
      if (!answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) throw new Error(answer.toString())
      const counting = new CountingSocket(socket, onMessage)
      counting.#read(answer.subarray(end + 4))
      return counting
    }
  }

  private constructor(socket: Socket, onMessage: () => void) {
    this.#socket = socket.setNoDelay()
    this.#onMessage = onMessage
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => {})
  }

  /** Sends one binary message. Its mask is zero, which leaves the bytes as they are. */
  send(message: Uint8Array): void {
    if (message.length > 125) throw new RangeError('the counting client sends short messages only')
    this.#write(0x2, message)
  }

  /** The payload of the next message. Only for a connection with nothing under way. */
  async next(): Promise<Buffer> {
    this.#keep = []
    const before = this.messages
    while (this.messages === before) await new Promise<void>((resolve) => this.#socket.once('data', () => resolve()))
    const kept = Buffer.concat(this.#keep)
    this.#keep = undefined
    return kept
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Uint8Array): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]))
  }

  #read(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at)
        this.#keep?.push(chunk.subarray(at, at + taken))
        at += taken
        this.#left -= taken
        this.bytes += taken
        if (this.#left === 0) this.#frameOver()
        continue
      }
      this.#header[this.#headerLength++] = chunk[at++]!
      const wanted = [2, 4, 10][Math.max(0, (this.#header[1]! & 127) - 125)]!
      if (this.#headerLength < Math.max(2, wanted)) continue
      const short = this.#header[1]! & 127
      this.#left =
        short < 126 ? short : short === 126 ? this.#header.readUInt16BE(2) : Number(this.#header.readBigUInt64BE(2))
      this.#final = (this.#header[0]! & 0x80) !== 0
      this.#headerLength = 0
      if (this.#left === 0) this.#frameOver()
    }
  }

  #frameOver(): void {
    const opcode = this.#header[0]! & 15
    if (opcode === 0x9) this.#write(0xa, Buffer.alloc(0))
    if (opcode >= 0x8 || !this.#final) return
    this.messages++
    this.#onMessage()
  }
}
