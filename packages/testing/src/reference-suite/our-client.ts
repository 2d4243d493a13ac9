/** Stands in for `@perspective-dev/client`: the same module and real client, but on our server. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type ServerSession, servers } from '../oracle/servers.js'

// By file, since the suite's own name for the real client leads here.
const realFile = createRequire(import.meta.url).resolve('@perspective-dev/client')
const real = (await import(pathToFileURL(realFile).href)) as typeof import('@perspective-dev/client')

type Respond = (bytes: Uint8Array) => Promise<void>

const makeServer = servers.ours
// Classes below make servers without awaiting, so the first one also loads the module.
const first = await makeServer()
const OurServer = first.constructor as new () => typeof first

/** The shape of the real `PerspectiveServer`: sessions that poll after every request, behind one queue. */
class PerspectiveServer {
  readonly #server = new OurServer()
  /** Sends what sessions have got: what one asks for can be news for the others. */
  readonly #deliveries = new Set<() => Promise<void>>()
  #queue: Promise<unknown> = Promise.resolve()

  /** Runs a piece of work after all that was asked for before; polls come after the requests that are already waiting. */
  #enqueue(work: () => void | Promise<void>): Promise<void> {
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => {})
    return done
  }

  make_session(respond: Respond) {
    const outbox: Uint8Array[] = []
    const session: ServerSession = this.#server.new_session((frame) => {
      outbox.push(frame instanceof Uint8Array ? frame.slice() : Buffer.concat(frame))
    })
    const own = async () => {
      for (const bytes of outbox.splice(0)) await respond(bytes)
    }
    this.#deliveries.add(own)
    const deliver = async () => {
      for (const each of this.#deliveries) await each()
    }
    return {
      handle_request: async (bytes: Uint8Array) => {
        const request = bytes.slice()
        await this.#enqueue(() => session.handle_request(request))
        await deliver()
        await this.#enqueue(() => session.poll())
        await deliver()
      },
      close: () => {
        this.#deliveries.delete(own)
        session.close()
      },
    }
  }

  delete() {}
}

const server = new PerspectiveServer()
const session = server.make_session((bytes) => client.handle_response(bytes))
const client = real.make_client((bytes) => session.handle_request(bytes))

class WebSocketServer extends real.WebSocketServer {
  constructor(options: object = {}) {
    // The declaration leaves no type for `server`.
    const all: object = { server, ...options }
    super(all as ConstructorParameters<typeof real.WebSocketServer>[0])
  }
}

export default {
  ...real.default,
  WebSocketServer,
  table: client.table.bind(client),
  join: client.join.bind(client),
  get_hosted_table_names: client.get_hosted_table_names.bind(client),
  on_hosted_tables_update: client.on_hosted_tables_update.bind(client),
  remove_hosted_tables_update: client.remove_hosted_tables_update.bind(client),
  system_info: client.system_info.bind(client),
  on_error: client.on_error.bind(client),
}
export const make_client = real.make_client
export const websocket = real.websocket
export const make_session = async (respond: Respond) => server.make_session(respond)
export { PerspectiveServer, WebSocketServer }
