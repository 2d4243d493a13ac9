import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Gateway } from './gateway.js'
import type { GatewayOptions } from './gateway-options.js'
import { attach, sendResponse } from './node-server.js'

/** Where a standalone server listens, and everything a gateway takes. */
export interface ListenOptions extends GatewayOptions {
  /** Default 127.0.0.1: reachable from this machine only. */
  readonly host?: string
  /** Default 8080; 0 for any free port. */
  readonly port?: number
}

/** A running standalone server. */
export interface StandaloneServer {
  readonly gateway: Gateway
  readonly server: Server
  /** The port it listens on. */
  readonly port: number
  /** Drains the gateway and stops listening; settles when nothing is left. */
  close(): Promise<void>
}

/**
 * Serves endpoints with no framework at all.
 *
 * @throws what Node throws when the port cannot be had.
 */
export async function listen({
  host = '127.0.0.1',
  port = 8080,
  ...options
}: ListenOptions): Promise<StandaloneServer> {
  const gateway = new Gateway(options)
  const { handshakeMillis } = gateway.limits
  // Node looks for headers that take too long every 30 s unless told otherwise.
  const timeouts = { headersTimeout: handshakeMillis, connectionsCheckingInterval: Math.max(20, handshakeMillis / 4) }
  const server = createServer(timeouts, async (req, res) => {
    const answer = await gateway.answer(req, (req.url ?? '/').split('?', 1)[0]!, req)
    if (answer === undefined) await sendResponse(res, new Response('not found\n', { status: 404 }))
    else if (answer instanceof Response) await sendResponse(res, answer)
    else gateway.upgrade(req)
  })
  attach(server, gateway)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    gateway,
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      await gateway.drain()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
