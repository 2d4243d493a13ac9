import { PerspectiveServer } from '@perspective-dev/client'
import { Server } from '@tablecast/core'
import { EngineLink, RemoteServer } from '@tablecast/core/port'

/** One connection to a server. */
export interface ServerSession {
  handle_request(bytes: Uint8Array): void | Promise<void>
  /** Applies what is queued and sends notifications. Called once after each request, or after a batch of them. */
  poll(): void | Promise<void>
  close(): void | Promise<void>
}

/** What the oracle needs of a server. A frame given in parts is one frame. */
export interface TestServer {
  new_session(send: (frame: Uint8Array | readonly Uint8Array[]) => void): ServerSession
  /** Frees what can be freed. */
  dispose?(): void
}

/** Names of the servers a case can run on. */
export type ServerName = 'real' | 'ours' | 'linked'

class RealServer implements TestServer {
  readonly #server = new PerspectiveServer()

  new_session(send: (frame: Uint8Array) => void): ServerSession {
    const session = this.#server.make_session(async (bytes) => send(bytes.slice()))
    // The engine polls at the end of handle_request, but handles requests that are already waiting before it does.
    let handling: Promise<void>[] = []
    return {
      handle_request(bytes) {
        handling.push(session.handle_request(bytes))
      },
      async poll() {
        const now = handling
        handling = []
        await Promise.all(now)
      },
      close: () => session.close(),
    }
  }

  dispose() {
    this.#server.delete()
  }
}

/** Ours at the other end of a link, as it is when the engine is in a worker; here both ends are in one thread. */
class LinkedServer extends RemoteServer implements TestServer {
  readonly #channel = new MessageChannel()

  constructor(server: ConstructorParameters<typeof EngineLink>[0]) {
    super()
    this.connect(this.#channel.port1)
    new EngineLink(server, this.#channel.port2)
  }

  dispose() {
    this.#channel.port1.close()
  }
}

/** Makes a new empty server. */
export type ServerFactory = () => Promise<TestServer>

/** The servers by name. The real ones share one WebAssembly memory that never shrinks: recycle the process. */
export const servers: Record<ServerName, ServerFactory> = {
  real: async () => new RealServer(),
  ours: async () => new Server(),
  linked: async () => new LinkedServer(new Server()),
}
