import { isLoopbackAddress, isLoopbackHost } from './addresses.js'
import type { HandshakeRequest } from './handshake.js'

/** Which pages may connect: those of the same origin, any, or those listed ("https://app.example.com"). */
export type Origins = 'same' | 'any' | readonly string[]

/**
 * Why a request's origin is not let in; undefined when it is. Only browsers send an origin, and only they can be made
 * to connect by a page their user merely visits, so a request without one passes.
 */
export function originProblem(request: HandshakeRequest, origins: Origins): string | undefined {
  const origin = request.headers.get('origin')
  if (origin === null || origins === 'any') return undefined
  if (origins !== 'same') return origins.includes(origin) ? undefined : `origin ${origin} is not let in`
  let page: URL
  try {
    page = new URL(origin)
  } catch {
    return `origin ${origin} is not let in`
  }
  if (page.host !== withDefaultPort(request.url.host, page.protocol)) {
    return `origin ${origin} is not the server's own; list it in "origins" to let it in`
  }
  // A page may point its own name at this machine (DNS rebinding); its origin then equals the host it asks for.
  if (isLoopbackAddress(request.remoteAddress) && !isLoopbackHost(page.hostname)) {
    return `origin ${origin} reached this machine's loopback address; list it in "origins", or the proxy in "trustedProxies"`
  }
  return undefined
}

/** A host as the given scheme writes it: without the port that goes without saying. */
function withDefaultPort(host: string, scheme: string): string {
  return new URL(`${scheme}//${host}`).host
}
