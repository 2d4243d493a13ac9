import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Attached, attached, Gateway, type GatewayOptions } from '@tablecast/gateway/host'

/** What the middleware uses of Koa's context. */
interface Context {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly path: string
  readonly request: { body?: unknown }
  respond?: boolean
  body: unknown
}

/** Koa middleware that serves a gateway's endpoints. */
export interface Tablecast extends Attached {
  (ctx: Context, next: () => Promise<unknown>): Promise<void>
}

/**
 * Serves endpoints from a Koa app: `app.use(tablecast({ endpoints: { '/websocket': liveTables(server) } }))`.
 * Middleware used before it runs on the upgrade requests too. Paths are below its mount point.
 */
export function tablecast(options: GatewayOptions): Tablecast {
  const gateway = new Gateway(options)
  const middleware = async (ctx: Context, next: () => Promise<unknown>) => {
    const answer = await gateway.answer(ctx.req, ctx.path, ctx, ctx.request.body)
    if (answer === undefined) await next()
    else if (answer instanceof Response) ctx.body = answer
    else {
      ctx.respond = false
      answer.cookies.push(...[ctx.res.getHeader('set-cookie') ?? []].flat().map(String))
      gateway.upgrade(ctx.req)
    }
  }
  return Object.assign(middleware, attached(gateway))
}
