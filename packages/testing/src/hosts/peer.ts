import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'

/** A received message: text as a string, binary as bytes. */
export type Received = string | Buffer

/** A WebSocket client for tests: what arrives is queued from the first byte on, and every wait is for an event. */
export class Peer implements AsyncDisposable {
  readonly ws: WebSocket
  readonly #received: Received[] = []
  #wake: (() => void) | undefined
  #closed: { code: number; reason: string } | undefined

  private constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data, binary) => {
      this.#received.push(binary ? (data as Buffer) : data.toString())
      this.#wake?.()
    })
    ws.on('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString() }
      this.#wake?.()
    })
    ws.on('error', () => {})
  }

  /** Connects; rejects when the handshake is refused. */
  static async connect(url: string, protocols: string[] = [], options: ClientOptions = {}): Promise<Peer> {
    const ws = new WebSocket(url, protocols, options)
    const peer = new Peer(ws)
    const failure = once(ws, 'unexpected-response').then(([, response]) => {
      throw new Error(`refused with ${response.statusCode}`)
    })
    failure.catch(() => {})
    await Promise.race([once(ws, 'open'), failure])
    return peer
  }

  send(data: string | Uint8Array): void {
    this.ws.send(data)
  }

  /** The next message, waiting for it. Rejects when the socket closes first. */
  async next(): Promise<Received> {
    for (;;) {
      const message = this.#received.shift()
      if (message !== undefined) return message
      if (this.#closed !== undefined) throw new Error(`closed with ${this.#closed.code} ${this.#closed.reason}`)
      await this.#event()
    }
  }

  /** How the socket closed, waiting for it. */
  async closed(): Promise<{ code: number; reason: string }> {
    while (this.#closed === undefined) await this.#event()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ws.terminate()
    await this.closed()
  }

  async #event(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }
}

/** The answer to a handshake that is expected to be refused. */
export async function refusal(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  const ws = new WebSocket(url, protocols, options)
  ws.on('error', () => {})
  const [, response] = await Promise.race([
    once(ws, 'unexpected-response'),
    once(ws, 'open').then(() => {
      ws.terminate()
      throw new Error('the handshake was let in')
    }),
  ])
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, text, headers: response.headers }
}
