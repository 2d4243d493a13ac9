import type { IncomingMessage } from 'node:http'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Endpoint } from './endpoint.js'
import type { HandshakeRequest } from './handshake.js'
import { takeUpgrade } from './node-server.js'

/** A handshake that was let in. */
export interface Admission {
  readonly endpoint: Endpoint
  readonly request: HandshakeRequest
  /** The negotiated subprotocol, '' for none. */
  readonly protocol: string
  /** `Set-Cookie` headers of the framework's middleware; a host adds them before it upgrades. */
  readonly cookies: string[]
}

const admissions = new WeakMap<IncomingMessage, Admission>()
const adopted = new WeakSet<WebSocketServer>()
const managed = new WeakSet<WebSocket>()

/** Notes that a gateway looks after this connection. */
export function manage(ws: WebSocket): void {
  managed.add(ws)
}

/** True when a gateway looks after this connection, and will end it. */
export function isManaged(ws: WebSocket): boolean {
  return managed.has(ws)
}

/** The admission of a request, if it has one. */
export function admissionOf(req: IncomingMessage): Admission | undefined {
  return admissions.get(req)
}

export function remember(req: IncomingMessage, admission: Admission): void {
  admissions.set(req, admission)
}

/** Makes a host's `ws` server answer admitted requests with what their admission says; others stay as they were. */
export function adopt(wss: WebSocketServer): void {
  if (adopted.has(wss)) return
  adopted.add(wss)
  const { handleProtocols } = wss.options
  wss.options.handleProtocols = (protocols, req) => {
    const admission = admissions.get(req)
    if (admission !== undefined) return admission.protocol === '' ? false : admission.protocol
    return handleProtocols?.(protocols, req) ?? protocols.values().next().value ?? false
  }
  wss.on('connection', (_, req) => takeUpgrade(req))
  wss.on('headers', (headers, req) => {
    for (const cookie of admissions.get(req)?.cookies ?? []) {
      if (!/[\r\n]/.test(cookie)) headers.push(`Set-Cookie: ${cookie}`)
    }
  })
}
