import type { IncomingMessage } from 'node:http'
import { type Refusal, refuse } from './handshake.js'
import { header } from './node-request.js'

const key = /^[+/0-9A-Za-z]{22}==$/

/** The refusal a request earns that is no proper WebSocket handshake (RFC 6455, 4.2.1). */
export function handshakeProblem(req: IncomingMessage): Refusal | undefined {
  const upgrade = header(req, 'upgrade')?.toLowerCase()
  if (req.method !== 'GET') return refuse(405, `${req.method} cannot open a WebSocket`, { allow: 'GET' })
  const connection =
    header(req, 'connection')
      ?.toLowerCase()
      .split(/\s*,\s*/) ?? []
  if (upgrade === undefined || !connection.includes('upgrade')) {
    return refuse(426, 'this is a WebSocket endpoint', { upgrade: 'websocket', connection: 'upgrade' })
  }
  if (upgrade !== 'websocket') return refuse(501, `cannot upgrade to ${upgrade}`)
  if (header(req, 'sec-websocket-version') !== '13') {
    return refuse(426, 'only WebSocket version 13 is spoken', { 'sec-websocket-version': '13' })
  }
  if (!key.test(header(req, 'sec-websocket-key') ?? '')) return refuse(400, 'Sec-WebSocket-Key is missing or malformed')
  return undefined
}
