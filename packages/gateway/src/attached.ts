import type { Server } from 'node:http'
import type { Gateway } from './gateway.js'
import { attach } from './node-server.js'

/** What the middleware of a framework without upgrades of its own carries along. */
export interface Attached {
  readonly gateway: Gateway
  /** Lets the server's upgrade requests run through its apps: `live.attach(app.listen(8080))`. Closing the server drains the gateway. */
  attach(server: Server): Server
  /** Drains the gateway; settles when its last socket is gone. */
  close(): Promise<void>
}

/** The same for a gateway. */
export function attached(gateway: Gateway): Attached {
  return {
    gateway,
    attach(server) {
      attach(server, gateway)
      return server
    },
    close: () => gateway.drain(),
  }
}
