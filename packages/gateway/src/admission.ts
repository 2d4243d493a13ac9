import type { IncomingMessage } from 'node:http'
import type { WebSocketServer } from 'ws'
import type { Endpoint } from './endpoint.js'
import type { HandshakeRequest } from './handshake.js'

/** A handshake that was let in. */
export interface Admission {
  readonly endpoint: Endpoint
  readonly request: HandshakeRequest
  /** The negotiated subprotocol, '' for none. */
  readonly protocol: string
  /** `Set-Cookie` headers that go out with the 101. */
  readonly cookies: readonly string[]
}

const admissions = new WeakMap<IncomingMessage, Admission>()
const adopted = new WeakSet<WebSocketServer>()

/** The admission of a request, if it has one. */
export function admissionOf(req: IncomingMessage): Admission | undefined {
  return admissions.get(req)
}

export function remember(req: IncomingMessage, admission: Admission): void {
  admissions.set(req, admission)
}

/** Makes a `ws` server answer admitted requests with what their admission says; others stay as they were. */
export function adopt(wss: WebSocketServer): void {
  if (adopted.has(wss)) return
  adopted.add(wss)
  const { handleProtocols } = wss.options
  wss.options.handleProtocols = (protocols, req) => {
    const admission = admissions.get(req)
    if (admission !== undefined) return admission.protocol === '' ? false : admission.protocol
    return handleProtocols?.(protocols, req) ?? protocols.values().next().value ?? false
  }
  wss.on('headers', (headers, req) => {
    for (const cookie of admissions.get(req)?.cookies ?? []) {
      if (!/[\r\n]/.test(cookie)) headers.push(`Set-Cookie: ${cookie}`)
    }
  })
}
