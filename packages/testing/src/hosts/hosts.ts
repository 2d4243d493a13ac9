import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tablecast as expressTablecast } from '@tablecast/adapter-express'
import { tablecast as fastifyTablecast } from '@tablecast/adapter-fastify'
import { tablecast as koaTablecast } from '@tablecast/adapter-koa'
import { listen, refuse } from '@tablecast/gateway'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import { checkLogin, type HostDriver, type HostOptions, running } from './driver.js'

interface WithUser {
  user?: string
}

const fastifyDriver: HostDriver = {
  name: 'Fastify',
  async start({ login, ...options }: HostOptions) {
    const app = fastify()
    if (login) {
      app.addHook('onRequest', async (request, reply) => {
        const result = await checkLogin(request.headers.cookie)
        if ('refuse' in result) return reply.code(result.refuse).send()
        ;(request as WithUser).user = result.user
      })
    }
    await app.register(fastifyTablecast, options)
    await app.listen({ host: '127.0.0.1', port: 0 })
    return running(portOf(app.server), app.tablecast, () => app.close())
  },
  userOf: (raw) => (raw as WithUser).user,
}

const expressDriver: HostDriver = {
  name: 'Express',
  async start({ login, ...options }: HostOptions) {
    const app = express()
    if (login) {
      app.use(async (req, res, next) => {
        const result = await checkLogin(req.headers.cookie)
        if ('refuse' in result) return void res.sendStatus(result.refuse)
        ;(req as WithUser).user = result.user
        next()
      })
    }
    const live = expressTablecast(options)
    app.use(live)
    const server = live.attach(app.listen(0, '127.0.0.1'))
    await once(server, 'listening')
    return running(portOf(server), live.gateway, () => closed(server))
  },
  userOf: (raw) => (raw as WithUser).user,
}

const koaDriver: HostDriver = {
  name: 'Koa',
  async start({ login, ...options }: HostOptions) {
    const app = new Koa()
    if (login) {
      app.use(async (ctx, next) => {
        const result = await checkLogin(ctx.headers.cookie)
        if ('refuse' in result) {
          ctx.status = result.refuse
          return
        }
        ctx.state['user'] = result.user
        await next()
      })
    }
    const live = koaTablecast(options)
    app.use(live)
    const server = live.attach(app.listen(0, '127.0.0.1'))
    await once(server, 'listening')
    return running(portOf(server), live.gateway, () => closed(server))
  },
  userOf: (raw) => (raw as { state: WithUser }).state.user,
}

/** With no framework there is no middleware: `authorize` is its place. */
const standaloneDriver: HostDriver = {
  name: 'standalone',
  async start({ login, ...options }: HostOptions) {
    const authorize: HostOptions['authorize'] = async (request) => {
      const result = await checkLogin(request.headers.get('cookie') ?? undefined)
      if ('refuse' in result) return refuse(result.refuse, 'no')
      ;(request.raw as IncomingMessage & WithUser).user = result.user
      return { id: result.user }
    }
    const server = await listen({ port: 0, ...(login ? { authorize } : {}), ...options })
    return running(server.port, server.gateway, () => server.close())
  },
  userOf: (raw) => (raw as WithUser).user,
}

/** Every host there is; the suites run on all of them, without exceptions. */
export const hosts: readonly HostDriver[] = [fastifyDriver, expressDriver, koaDriver, standaloneDriver]

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
