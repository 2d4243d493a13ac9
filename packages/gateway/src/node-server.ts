import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** What these functions need of a gateway. */
interface Attachable {
  readonly limits: { readonly handshakeMillis: number }
  isOverRate(req: IncomingMessage): boolean
  countTurnedAway(): void
  drain(): Promise<void>
}

/** An upgrade request on its way through a framework's middleware. */
interface PendingUpgrade {
  readonly connection: Duplex
  readonly head: Buffer
  /** The response the framework was given, if by `attach`. */
  response?: ServerResponse
  /** Leaves the connection alone from now on. */
  letGo(): void
}

const pending = new WeakMap<IncomingMessage, PendingUpgrade>()
/** The gateways of each server whose upgrades are watched. */
const watched = new WeakMap<Server, Set<Attachable>>()

/** Beyond `handshakeMillis`, so that a slow `authorize` is answered before the connection is cut. */
const slackMillis = 1000

/** Made once and by hand: to make a response, or an error with its stack, costs more than the rest of turning somebody away. */
const tooManyHandshakes = Buffer.from(
  [
    'HTTP/1.1 429 Too Many Requests',
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Length: 36',
    '',
    'over the limit: handshakesPerSecond\n',
  ].join('\r\n'),
)

/**
 * Sends a Node server's upgrade requests through its ordinary request listeners, with a response that writes to the
 * same connection: the framework's routing and middleware see them as they see any request, may answer them (401,
 * 404...), and whatever app is mounted wherever on this server can take them. Bytes the client sends meanwhile wait in
 * the connection. Closing the server drains the gateway. One listener serves all gateways of a server.
 */
export function attach(server: Server, gateway: Attachable): void {
  const cut = watchUpgrades(server, gateway, (req) => {
    const response = new ServerResponse(req)
    response.shouldKeepAlive = false
    // Every connection of a Node server is a net.Socket (or TLS over one); the event's type only promises a Duplex.
    response.assignSocket(req.socket)
    response.on('finish', () => hangUp(req))
    pending.get(req)!.response = response
    if (!server.emit('request', req, response)) response.writeHead(404).end()
  })
  if (cut === undefined) return
  const close = server.close.bind(server)
  server.close = (callback) => {
    cut()
    const drained = Promise.all(Array.from(watched.get(server) ?? [], (each) => each.drain()))
    return close((error) => void drained.then(() => callback?.(error)))
  }
}

/**
 * Hands on a server's upgrade requests. Node no longer watches such a connection and nobody reads it yet, so until it
 * is taken over this does: its errors are contained, and one that is neither taken nor ended in time is cut. A request
 * from an address that no gateway of this server would hear any more is answered here and not handed on.
 *
 * @returns cuts all that are not taken yet; undefined when the server was watched already, and the gateway joined others.
 */
export function watchUpgrades(
  server: Server,
  gateway: Attachable,
  dispatch: (req: IncomingMessage, connection: Duplex, head: Buffer) => void,
): (() => void) | undefined {
  const others = watched.get(server)
  if (others !== undefined) {
    others.add(gateway)
    return undefined
  }
  const gateways = new Set([gateway])
  watched.set(server, gateways)
  const connections = new Set<Duplex>()
  server.on('upgrade', (req, connection, head) => {
    const cut = () => connection.destroy()
    connection.on('error', cut)
    if (isOverRate(req, gateways)) {
      gateway.countTurnedAway()
      connection.end(tooManyHandshakes, cut)
      return
    }
    const timer = setTimeout(cut, gateway.limits.handshakeMillis + slackMillis)
    const letGo = () => {
      clearTimeout(timer)
      connections.delete(connection)
      connection.off('error', cut)
    }
    connections.add(connection)
    connection.once('close', letGo)
    pending.set(req, { connection, head, letGo })
    dispatch(req, connection, head)
  })
  return () => {
    for (const connection of connections) connection.destroy()
  }
}

function isOverRate(req: IncomingMessage, gateways: ReadonlySet<Attachable>): boolean {
  for (const each of gateways) if (!each.isOverRate(req)) return false
  return true
}

/** Notes that a connection became a WebSocket, and gives what is needed for that; undefined for an unwatched one. */
export function takeUpgrade(req: IncomingMessage): { connection: Duplex; head: Buffer } | undefined {
  const upgrade = pending.get(req)
  if (upgrade === undefined) return undefined
  pending.delete(req)
  upgrade.letGo()
  const { response } = upgrade
  if (response !== undefined) {
    // For loggers and whoever else waits for it, the response ends here; later errors of the connection are not its own.
    if (!response.headersSent) response.statusCode = 101
    response.detachSocket(req.socket)
    response.emit('finish')
  }
  return upgrade
}

/** Ends the connection of an upgrade request that was answered otherwise. */
export function hangUp(req: IncomingMessage): void {
  if (pending.delete(req)) req.socket.destroySoon()
}

/** Sends a web-standard response by Node's. */
export async function sendResponse(res: ServerResponse, response: Response): Promise<void> {
  res.statusCode = response.status
  for (const [name, value] of response.headers) res.appendHeader(name, value)
  res.end(Buffer.from(await response.arrayBuffer()))
}
