import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Attached, attached, Gateway, type GatewayOptions, sendResponse } from '@tablecast/gateway/host'

/** Express middleware that serves a gateway's endpoints. */
export interface Tablecast extends Attached {
  (
    req: IncomingMessage & { readonly path: string; body?: unknown },
    res: ServerResponse,
    next: () => void,
  ): Promise<void>
}

/**
 * Serves endpoints from an Express app: `app.use(tablecast({ endpoints: { '/websocket': liveTables(server) } }))`.
 * Middleware used before it runs on the upgrade requests too. Paths are below its mount point.
 */
export function tablecast(options: GatewayOptions): Tablecast {
  const gateway = new Gateway(options)
  const middleware = async (
    req: IncomingMessage & { readonly path: string; body?: unknown },
    res: ServerResponse,
    next: () => void,
  ) => {
    const answer = await gateway.answer(req, req.path, req, req.body)
    if (answer === undefined) next()
    else if (answer instanceof Response) await sendResponse(res, answer)
    else {
      // Session middleware sets its cookie when the head is written and saves when the response ends.
      res.writeHead(101)
      answer.cookies.push(...[res.getHeader('set-cookie') ?? []].flat().map(String))
      gateway.upgrade(req)
      res.end()
    }
  }
  return Object.assign(middleware, attached(gateway))
}
