import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { make_client } from '@perspective-dev/client'
import { type Endpoint, tablecast } from '@tablecast/adapter-fastify'
import Fastify from 'fastify'
import type { TestServer } from './oracle/servers.js'

const pages = fileURLToPath(new URL('../../../examples/fastify/dist/pages/', import.meta.url))

/** The example's pages on tables that hold still. */
export interface ServedPages extends AsyncDisposable {
  readonly url: string
}

/** Serves the built pages of `examples/fastify` over `server`, whose table `market` holds `rows`. */
export async function servePages(server: TestServer, schema: object, rows: object[]): Promise<ServedPages> {
  const client = make_client(async (bytes) => {
    await session.handle_request(bytes.slice())
    await session.poll()
  })
  const session = server.new_session((frame) => void client.handle_response(whole(frame)))
  await (await client.table({ ...schema }, { name: 'market' })).update([...rows] as Record<string, unknown>[])

  const app = Fastify()
  await app.register(tablecast, { endpoints: { '/websocket': tables(server) } })
  await app.register(fastifyStatic, { root: pages })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, [Symbol.asyncDispose]: () => app.close() }
}

/** The wire over any of the oracle's servers, without policy. */
function tables(server: TestServer): Endpoint {
  return {
    opened(socket) {
      const session = server.new_session((frame) => void socket.send(frame))
      return {
        message: (data) => session.handle_request(data as Uint8Array),
        idle: () => session.poll(),
        closed: () => void session.close(),
      }
    },
  }
}

function whole(frame: Uint8Array | readonly Uint8Array[]): Uint8Array {
  return frame instanceof Uint8Array ? frame : new Uint8Array(Buffer.concat(frame))
}
