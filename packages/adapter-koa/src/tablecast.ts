import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { attach, Gateway, type GatewayOptions } from '@tablecast/gateway/host'

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
export interface Tablecast {
  (ctx: Context, next: () => Promise<unknown>): Promise<void>
  readonly gateway: Gateway
  /** Lets the server's upgrade requests run through its apps: `live.attach(app.listen(8080))`. Closing the server drains the gateway. */
  attach(server: Server): Server
  /** Drains the gateway; settles when its last socket is gone. */
  close(): Promise<void>
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
  return Object.assign(middleware, {
    gateway,
    attach(server: Server) {
      attach(server, gateway)
      return server
    },
    close: () => gateway.drain(),
  })
}
