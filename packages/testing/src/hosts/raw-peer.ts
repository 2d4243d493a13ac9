import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One frame as it stood on the wire. */
export interface RawFrame {
  readonly fin: boolean
  readonly rsv: number
  readonly opcode: number
  readonly masked: boolean
  readonly payload: Buffer
}

/** What a frame to send may get wrong. */
export interface FrameOptions {
  readonly fin?: boolean
  readonly rsv?: number
  readonly masked?: boolean
  /** The length field, when it is to differ from the payload's. */
  readonly length?: number
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** The bytes of one frame, right or wrong. */
export function frame(opcode: number, payload: string | Uint8Array = '', options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = options
  const body = Buffer.from(payload)
  const length = options.length ?? body.length
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode]
  const mask = masked ? 0x80 : 0
  if (length < 126) head.push(mask | length)
  else if (length < 65536) head.push(mask | 126, length >> 8, length & 255)
  else {
    const long = Buffer.alloc(8)
    long.writeBigUInt64BE(BigInt(length))
    head.push(mask | 127, ...long)
  }
  if (!masked) return Buffer.concat([Buffer.from(head), body])
  const key = Buffer.from([1, 2, 3, 4])
  return Buffer.concat([Buffer.from(head), key, body.map((byte, i) => byte ^ key[i & 3]!)])
}

/** The bytes of a close frame. */
export function closeFrame(code?: number, reason: string | Uint8Array = ''): Buffer {
  if (code === undefined) return frame(opcodes.close)
  return frame(opcodes.close, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]))
}

/** A handshake as bytes; a header set to undefined is left out. */
export function handshake(path: string, headers: Record<string, string | undefined> = {}, method = 'GET'): string {
  const all = {
    Host: '127.0.0.1',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`))
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}

/** A connection that sends bytes as they are and takes apart what comes back. */
export class RawPeer implements AsyncDisposable {
  readonly socket: Socket
  #data = Buffer.alloc(0)
  #ended = false
  #wake: (() => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.#data = Buffer.concat([this.#data, chunk])
      this.#wake?.()
    })
    const end = () => {
      this.#ended = true
      this.#wake?.()
    }
    socket.on('end', end)
    socket.on('close', end)
    socket.on('error', end)
  }

  /** @param localAddress the address to come from: Linux owns all of 127.0.0.0/8. */
  static async connect(port: number, localAddress = '127.0.0.1'): Promise<RawPeer> {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    await once(socket, 'connect')
    return new RawPeer(socket)
  }

  /** Connects and completes the handshake. */
  static async open(port: number, path: string, headers?: Record<string, string | undefined>): Promise<RawPeer> {
    const peer = await RawPeer.connect(port)
    peer.write(handshake(path, headers))
    const { status } = await peer.response()
    if (status !== 101) throw new Error(`refused with ${status}`)
    return peer
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data)
  }

  /** The head of an HTTP response, and its body where a length is given. */
  async response(): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    let end = this.#data.indexOf('\r\n\r\n')
    while (end < 0) {
      await this.#more('a response')
      end = this.#data.indexOf('\r\n\r\n')
    }
    const [first = '', ...lines] = this.#take(end + 4)
      .toString()
      .trimEnd()
      .split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.replace(/^[^:]*:\s*/, '')]),
    )
    const length = Number(headers['content-length'] ?? 0)
    while (this.#data.length < length) await this.#more('a body')
    return { status: Number(first.split(' ')[1]), headers, body: this.#take(length).toString() }
  }

  /** The next frame. */
  async frame(): Promise<RawFrame> {
    const head = await this.#bytes(2)
    let length = head[1]! & 127
    if (length === 126) length = (await this.#bytes(2)).readUInt16BE()
    else if (length === 127) length = Number((await this.#bytes(8)).readBigUInt64BE())
    const payload = await this.#bytes(length)
    return {
      fin: head[0]! >= 0x80,
      rsv: (head[0]! >> 4) & 7,
      opcode: head[0]! & 15,
      masked: head[1]! >= 0x80,
      payload,
    }
  }

  /** Reads frames up to a close frame and on to the end of the connection; its code, or undefined when none came. */
  async closeCode(): Promise<number | undefined> {
    let code: number | undefined
    try {
      for (;;) {
        const { opcode, payload } = await this.frame()
        if (opcode === opcodes.close) code = payload.length >= 2 ? payload.readUInt16BE() : 1005
      }
    } catch {
      return code
    }
  }

  /** Waits for the other side to end the connection. */
  async ended(): Promise<void> {
    while (!this.#ended) await this.#event()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy()
    await this.ended()
  }

  async #bytes(count: number): Promise<Buffer> {
    while (this.#data.length < count) await this.#more('a frame')
    return this.#take(count)
  }

  #take(count: number): Buffer {
    const taken = this.#data.subarray(0, count)
    this.#data = this.#data.subarray(count)
    return taken
  }

  async #more(what: string): Promise<void> {
    if (this.#ended) throw new Error(`the connection ended before ${what} was there`)
    await this.#event()
  }

  async #event(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }
}
