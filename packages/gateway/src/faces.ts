import type { IncomingMessage } from 'node:http'
import type { Gateway } from './gateway.js'
import { refuse } from './handshake.js'
import { readUrl, toHeaders } from './node-request.js'

/**
 * A piece of HTTP that any host can mount: a web-standard request in, a web-standard response out. Scheme and host of
 * the request, and the client's `remoteAddress`, are the forwarded ones when a trusted proxy forwards them.
 */
export type Face = (request: Request, gateway: Gateway, remoteAddress: string) => Response | Promise<Response>

/** Liveness: 200 for as long as the process answers at all. */
export const health: Face = () => new Response('ok\n')

/** Readiness: 503 from the moment a drain begins, so that load balancers send nobody any more. */
export const readiness: Face = (_, gateway) =>
  gateway.draining ? new Response('draining\n', { status: 503 }) : new Response('ready\n')

/** Methods the web's `Request` knows. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Node's request as the web's.
 *
 * @param trusted whether `X-Forwarded-Proto` and `X-Forwarded-Host` are to be believed.
 * @param parsed the body, when the framework has read it already: text, bytes, or what it made of JSON.
 * @param maxBytes the most a body may have.
 * @throws Refusal 400, 405 or 413
 */
export async function toRequest(
  req: IncomingMessage,
  trusted: boolean,
  parsed: unknown,
  maxBytes: number,
): Promise<Request> {
  const method = req.method ?? 'GET'
  if (!methods.has(method)) throw refuse(405, `${method} cannot be served`)
  const init = { method, headers: toHeaders(req) }
  const url = readUrl(req, trusted)
  if (method === 'GET' || method === 'HEAD') return new Request(url, init)
  return new Request(url, { ...init, body: serialised(parsed) ?? (await readBody(req, maxBytes)) })
}

function serialised(parsed: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  if (parsed === undefined || typeof parsed === 'string') return parsed
  if (parsed instanceof Uint8Array) return new Uint8Array(parsed)
  return JSON.stringify(parsed)
}

async function readBody(req: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of req) {
    length += chunk.length
    if (length > maxBytes) throw refuse(413, `a body may have ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
