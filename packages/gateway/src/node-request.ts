import type { IncomingMessage } from 'node:http'
import { plainAddress, type TrustedProxies } from './addresses.js'
import { type HandshakeRequest, type HostRequest, type Principal, refuse } from './handshake.js'

/** A `HandshakeRequest` over Node's own request. */
export class NodeHandshakeRequest implements HandshakeRequest {
  readonly url: URL
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly remoteAddress: string
  readonly protocols: readonly string[]
  readonly raw: unknown
  principal: Principal | undefined
  readonly #req: IncomingMessage
  #headers: Headers | undefined

  /** @throws Refusal 400 when it has no readable address or subprotocol list. */
  constructor(host: HostRequest, proxies: TrustedProxies) {
    const { req } = host
    this.#req = req
    this.path = targetOf(req).split('?', 1)[0]!
    this.params = host.params
    this.raw = host.raw
    this.remoteAddress = clientOf(req, proxies)
    this.url = readUrl(req, isForwarded(req, proxies))
    this.protocols = readProtocols(header(req, 'sec-websocket-protocol'))
  }

  get headers(): Headers {
    this.#headers ??= toHeaders(this.#req)
    return this.#headers
  }
}

/** The address of the client a request comes from. */
export function clientOf(req: IncomingMessage, proxies: TrustedProxies): string {
  return proxies.clientOf(peerOf(req), header(req, 'x-forwarded-for'))
}

/** Whether a request comes through a proxy whose word counts. */
export function isForwarded(req: IncomingMessage, proxies: TrustedProxies): boolean {
  return proxies.has(peerOf(req))
}

function peerOf(req: IncomingMessage): string {
  return plainAddress(req.socket?.remoteAddress ?? '')
}

/** One header as text; several of a name are joined as HTTP has it. */
export function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** Node's headers as the web's. */
export function toHeaders(req: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    if (value === undefined || name.startsWith(':')) continue
    for (const item of Array.isArray(value) ? value : [value]) headers.append(name, item)
  }
  return headers
}

/**
 * The full address of a request.
 *
 * @param trusted whether `X-Forwarded-Proto` and `X-Forwarded-Host` are to be believed.
 * @throws Refusal 400
 */
export function readUrl(req: IncomingMessage, trusted: boolean): URL {
  const target = targetOf(req)
  const first = (name: string) => (trusted ? header(req, name)?.split(',')[0]?.trim() : undefined)
  const secure = req.socket !== undefined && 'encrypted' in req.socket && req.socket.encrypted === true
  const scheme = first('x-forwarded-proto') ?? (secure ? 'https' : 'http')
  const host = first('x-forwarded-host') ?? req.headers.host
  if (!target.startsWith('/') || host === undefined || host === '') throw refuse(400, 'no host or path in the request')
  try {
    return new URL(`${scheme === 'https' || scheme === 'wss' ? 'https' : 'http'}://${host}${target}`)
  } catch {
    throw refuse(400, 'host or path of the request cannot be read')
  }
}

/** What was asked for: Express cuts a mount point's prefix off `url` and keeps the whole in `originalUrl`. */
function targetOf(req: IncomingMessage): string {
  return 'originalUrl' in req && typeof req.originalUrl === 'string' ? req.originalUrl : (req.url ?? '/')
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

function readProtocols(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  const protocols = text.split(',').map((item) => item.trim())
  if (!protocols.every((item) => token.test(item)) || new Set(protocols).size < protocols.length) {
    throw refuse(400, 'Sec-WebSocket-Protocol cannot be read')
  }
  return protocols
}
