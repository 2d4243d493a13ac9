import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import fastifyWebsocket from '@fastify/websocket'
import type { Endpoint } from '@tablecast/gateway'
import { adopt, Gateway, type GatewayOptions, hangUp, isManaged, Refusal, watchUpgrades } from '@tablecast/gateway/host'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The gateway that `tablecast` made for this app. */
    tablecast: Gateway
  }
}

/**
 * Serves endpoints from a Fastify app, hooks and all:
 * `await app.register(tablecast, { endpoints: { '/websocket': liveTables(server) } })`.
 * Paths are below the prefix it is registered under; `app.tablecast` is its gateway; closing the app drains it.
 */
export const tablecast = fp(
  async (app: FastifyInstance, options: GatewayOptions) => {
    const gateway = new Gateway({ report: (error, what) => app.log.error(error, what), ...options })
    app.decorate('tablecast', gateway)
    app.addHook('preClose', () => gateway.drain())
    app.addHook('onResponse', async ({ raw }) => hangUp(raw))
    if (!app.hasDecorator('websocketServer')) await app.register(fastifyWebsocket, websocketOptions(app, gateway))
    adopt(app.websocketServer)
    for (const [path, endpoint] of Object.entries(gateway.endpoints)) mount(app, gateway, path, endpoint)
    await app.register(async (scope) => mountFaces(scope, gateway))
  },
  { name: '@tablecast/adapter-fastify', fastify: '5.x' },
)

function websocketOptions(app: FastifyInstance, gateway: Gateway): fastifyWebsocket.WebsocketPluginOptions {
  // Upgrades come by way of a watch, since the plugin leaves a connection open that a hook or the router answered.
  const upgrades = new EventEmitter() as Server
  // A second way to Fastify's router would answer each a second time: other scopes join the first one's watch.
  const cut = watchUpgrades(app.server, gateway, (...upgrade) => upgrades.emit('upgrade', ...upgrade))
  return {
    options: { ...gateway.wsOptions, server: upgrades },
    // `ws` answers a broken frame with its close code; cutting the connection here would swallow that.
    errorHandler: () => {},
    preClose: (done) => {
      cut?.()
      for (const client of app.websocketServer.clients) if (!isManaged(client)) client.close(1001)
      done()
    },
  }
}

function mount(app: FastifyInstance, gateway: Gateway, path: string, endpoint: Endpoint): void {
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    const params = request.params as Record<string, string>
    const host = { req: request.raw, params, raw: request }
    const admission = await gateway.admit(host, endpoint)
    if (admission instanceof Refusal) return reply.send(admission.toResponse())
    admission.cookies.push(...[reply.getHeader('set-cookie') ?? []].flat().map(String))
  }
  // `admit` refuses everything that is no handshake, so the plain handlers are never reached.
  const handler = () => {}
  app.route({ method: 'GET', url: path, preHandler: admit, handler, wsHandler: (ws, { raw }) => gateway.open(ws, raw) })
  app.route({ method: ['POST', 'PUT', 'PATCH', 'DELETE'], url: path, preHandler: admit, handler })
}

function mountFaces(app: FastifyInstance, gateway: Gateway): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  const bodyLimit = gateway.limits.payloadBytes
  for (const [path, face] of Object.entries(gateway.routes)) {
    app.all(path, { bodyLimit }, async ({ raw, body }, reply) => reply.send(await gateway.face(face, raw, body ?? '')))
  }
}
