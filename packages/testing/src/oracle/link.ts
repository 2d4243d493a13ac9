import { make_client } from '@perspective-dev/client'
import { frameHead } from './frames.js'
import type { ServerSession, TestServer } from './servers.js'

export type Client = ReturnType<typeof make_client>

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A client and its session. */
class Endpoint {
  readonly client: Client
  readonly session: ServerSession
  readonly outbox: Uint8Array[] = []
  readonly inbox: Uint8Array[] = []
  /** Step in which each message id was first sent. */
  readonly askedAt = new Map<number, number>()
  touched = false

  constructor(server: TestServer) {
    this.client = make_client(async (bytes) => {
      this.outbox.push(bytes.slice())
    })
    this.session = server.new_session((frame) => {
      this.inbox.push(frame instanceof Uint8Array ? frame.slice() : join(frame))
    })
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/**
 * Carries bytes between real clients and one server, in this process and in a fixed order: all requests that clients
 * have made, then one poll, then all answers. So a run depends on nothing but the case.
 */
export class Link {
  readonly #server: TestServer
  readonly #endpoints: Endpoint[] = []
  /** Frames that clients received since the last `takeFrames`. */
  #frames: string[] = []
  /** The step being run, noted on every request. */
  step = 0

  constructor(server: TestServer) {
    this.#server = server
  }

  #endpoint(index: number): Endpoint {
    while (this.#endpoints.length <= index) this.#endpoints.push(new Endpoint(this.#server))
    return this.#endpoints[index]!
  }

  client(index: number): Client {
    return this.#endpoint(index).client
  }

  async closeSession(index: number): Promise<void> {
    await this.#endpoint(index).session.close()
  }

  takeFrames(): string[] {
    const frames = this.#frames
    this.#frames = []
    return frames
  }

  /** Carries frames both ways until nobody has anything more to say. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      await tick()
      quiet = (await this.#carry()) ? 0 : quiet + 1
    }
  }

  async #carry(): Promise<boolean> {
    let carried = false
    for (const endpoint of this.#endpoints) {
      for (const bytes of endpoint.outbox.splice(0)) {
        const { msgId } = frameHead(bytes)
        if (!endpoint.askedAt.has(msgId)) endpoint.askedAt.set(msgId, this.step)
        endpoint.touched = carried = true
        await endpoint.session.handle_request(bytes)
      }
    }
    for (const endpoint of this.#endpoints) {
      if (endpoint.touched) await endpoint.session.poll()
      endpoint.touched = false
    }
    for (const [index, endpoint] of this.#endpoints.entries()) {
      for (const bytes of endpoint.inbox.splice(0)) {
        carried = true
        const { msgId, tag } = frameHead(bytes)
        const client = index === 0 ? '' : `client ${index} `
        this.#frames.push(`${client}${tag}@${endpoint.askedAt.get(msgId) ?? '?'}`)
        await endpoint.client.handle_response(bytes)
      }
    }
    return carried
  }
}
