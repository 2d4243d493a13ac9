import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastifyWebsocket from '@fastify/websocket'
import { tablecast as expressTablecast } from '@tablecast/adapter-express'
import { tablecast as fastifyTablecast } from '@tablecast/adapter-fastify'
import { tablecast as koaTablecast } from '@tablecast/adapter-koa'
import type { Endpoint } from '@tablecast/gateway'
import express from 'express'
import session from 'express-session'
import fastify from 'fastify'
import Koa from 'koa'
import { expect, test } from 'vitest'
import { Peer, refusal } from '../src/hosts/peer.js'
import { handshake, RawPeer } from '../src/hosts/raw-peer.js'

/** Says its name once it is open. */
function greeter(name: string): Endpoint {
  return {
    opened(socket) {
      socket.send(name)
      return { message() {} }
    },
  }
}

function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

async function greeting(port: number, path: string): Promise<unknown> {
  await using peer = await Peer.connect(`ws://127.0.0.1:${port}${path}`)
  return await peer.next()
}

test('G3 an Express session is read on the upgrade and its cookie goes out with the 101', async () => {
  const app = express()
  const store = new session.MemoryStore()
  app.use(session({ secret: 'test', store, resave: false, saveUninitialized: true }))
  const live = expressTablecast({ endpoints: { '/ws': greeter('session') } })
  app.use(live)
  const server = live.attach(app.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await using peer = await RawPeer.connect(port)
  const saved = new Promise<string>((resolve) => {
    const set = store.set.bind(store)
    store.set = (id, data, done) => {
      set(id, data, done)
      resolve(id)
    }
  })
  peer.write(handshake('/ws'))
  const { status, headers } = await peer.response()
  expect(status).toBe(101)
  expect(headers['set-cookie']).toContain(`connect.sid=s%3A${await saved}`)
  expect((await peer.frame()).payload.toString()).toBe('session')
  peer.socket.destroy()
  await new Promise((resolve) => server.close(resolve))
})

test('G3 cookies set by Fastify hooks and Koa middleware go out with the 101', async () => {
  const fastifyApp = fastify()
  fastifyApp.addHook('onRequest', async (_, reply) => void reply.header('set-cookie', ['a=1', 'b=2']))
  await fastifyApp.register(fastifyTablecast, { endpoints: { '/ws': greeter('fastify') } })
  await fastifyApp.listen({ host: '127.0.0.1', port: 0 })
  const koaApp = new Koa()
  koaApp.use((ctx, next) => {
    ctx.set('set-cookie', 'a=1')
    return next()
  })
  const live = koaTablecast({ endpoints: { '/ws': greeter('koa') } })
  koaApp.use(live)
  const server = live.attach(koaApp.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  for (const [address, cookie] of [
    [fastifyApp.server.address(), 'b=2'],
    [server.address(), 'a=1'],
  ] as const) {
    await using peer = await RawPeer.connect((address as AddressInfo).port)
    peer.write(handshake('/ws'))
    expect((await peer.response()).headers['set-cookie']).toBe(cookie)
  }
  await fastifyApp.close()
  await new Promise((resolve) => server.close(resolve))
})

test('G3 middleware that waits for the end of a response sees a 101, and Koa no error when a socket breaks later', async () => {
  const ends: [string, number][] = []
  const errors: unknown[] = []
  const app = new Koa().on('error', (error) => errors.push(error))
  app.use((ctx, next) => {
    ctx.res.once('finish', () => ends.push(['koa', ctx.status]))
    return next()
  })
  const { promise: gone, resolve } = deferred()
  const live = koaTablecast({
    endpoints: { '/ws': { opened: () => ({ message() {}, closed: resolve }) } },
  })
  app.use(live)
  const server = live.attach(app.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  await using peer = await RawPeer.open((server.address() as AddressInfo).port, '/ws')
  peer.socket.resetAndDestroy()
  await gone
  expect(ends).toEqual([['koa', 101]])
  expect(errors).toEqual([])
  await new Promise((settle) => server.close(settle))
})

test('G3 an Express app, a mounted app of it and a Koa app share one port', async () => {
  const inner = expressTablecast({ endpoints: { '/ws': greeter('inner') } })
  const outer = expressTablecast({ endpoints: { '/ws': greeter('outer') } })
  const koaLive = koaTablecast({ endpoints: { '/koa/ws': greeter('koa') } })
  const app = express().use('/inner', express().use(inner)).use(outer)
  const koaApp = new Koa().use(koaLive).callback()
  const server = createServer((req, res) => void (req.url?.startsWith('/koa') ? koaApp(req, res) : app(req, res)))
  for (const live of [inner, outer, koaLive]) live.attach(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await greeting(port, '/ws')).toBe('outer')
  expect(await greeting(port, '/inner/ws')).toBe('inner')
  expect(await greeting(port, '/koa/ws')).toBe('koa')
  expect(await refusal(`ws://127.0.0.1:${port}/koa/other`)).toMatchObject({ status: 404 })
  await using peer = await Peer.connect(`ws://127.0.0.1:${port}/inner/ws`)
  await new Promise((resolve) => server.close(resolve))
  expect(await peer.closed()).toMatchObject({ code: 1001 })
})

test('G3 Fastify scopes have endpoints, hooks and gateways of their own, beside other websocket routes', async () => {
  const app = fastify()
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (_, reply) => reply.code(401).send('no'))
      await scope.register(fastifyTablecast, { endpoints: { '/ws': greeter('closed') } })
    },
    { prefix: '/closed' },
  )
  await app.register(
    async (scope) => {
      await scope.register(fastifyTablecast, { endpoints: { '/ws': greeter('open') } })
      scope.get('/own', { websocket: true }, (socket) => socket.send('own'))
      scope.get('/count', async () => ({ count: scope.tablecast.manager.size }))
    },
    { prefix: '/open' },
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  expect(await refusal(`ws://127.0.0.1:${port}/closed/ws`)).toMatchObject({ status: 401, text: 'no' })
  await using peer = await Peer.connect(`ws://127.0.0.1:${port}/open/ws`)
  expect(await peer.next()).toBe('open')
  await using own = await Peer.connect(`ws://127.0.0.1:${port}/open/own`)
  expect(await own.next()).toBe('own')
  expect(await (await fetch(`http://127.0.0.1:${port}/open/count`)).json()).toEqual({ count: 1 })
  await app.close()
  expect(await peer.closed()).toMatchObject({ code: 1001 })
  expect(await own.closed()).toMatchObject({ code: 1001 })
})

/** What three handshakes in a row get at one gateway's path, and then one at another's of the same server. */
async function threeAndAnother(port: number, path: string, other: string): Promise<number[]> {
  const statuses: number[] = []
  for (const each of [path, path, path, other]) {
    await using peer = await RawPeer.connect(port)
    peer.write(handshake(each))
    statuses.push((await peer.response()).status)
  }
  return statuses
}

/** Lets one in. */
const strict = { limits: { handshakesPerSecond: 0.1 } }

test('G4 an address that one gateway of an Express server hears no more is heard by another', async () => {
  const one = expressTablecast({ endpoints: { '/one': greeter('one') }, ...strict })
  const other = expressTablecast({ endpoints: { '/other': greeter('other') } })
  const server = other.attach(one.attach(express().use(one).use(other).listen(0, '127.0.0.1')))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await threeAndAnother(port, '/one', '/other')).toEqual([101, 429, 429, 101])
  expect(one.gateway.stats.limited.get('handshakesPerSecond')).toBe(2)
  await new Promise((resolve) => server.close(resolve))
})

test('G4 the same for scopes of a Fastify app', async () => {
  const app = fastify()
  await app.register((scope) => scope.register(fastifyTablecast, { endpoints: { '/one': greeter('one') }, ...strict }))
  await app.register((scope) => scope.register(fastifyTablecast, { endpoints: { '/other': greeter('other') } }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  expect(await threeAndAnother(port, '/one', '/other')).toEqual([101, 429, 429, 101])
  await app.close()
})

test('G3 a Fastify app that registered @fastify/websocket by itself is served all the same', async () => {
  const app = fastify()
  await app.register(fastifyWebsocket)
  await app.register(fastifyTablecast, { endpoints: { '/ws': { ...greeter('both'), protocols: ['x'] } } })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  await using peer = await Peer.connect(`ws://127.0.0.1:${port}/ws`, ['y', 'x'])
  expect(peer.ws.protocol).toBe('x')
  expect(await peer.next()).toBe('both')
  await app.close()
})

test.each(['Express', 'Fastify'])('G1 %s: a handshake that middleware never answers is cut', async (name) => {
  const options = { endpoints: { '/ws': greeter('never') }, limits: { handshakeMillis: 50 } }
  const app = fastify()
  app.addHook('onRequest', () => new Promise(() => {}))
  await app.register(fastifyTablecast, options)
  const live = expressTablecast(options)
  const server =
    name === 'Fastify'
      ? app.server
      : live.attach(
          createServer(
            express()
              .use(() => {})
              .use(live),
          ),
        )
  await app.ready()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await using peer = await RawPeer.connect((server.address() as AddressInfo).port)
  peer.write(handshake('/ws'))
  await peer.ended()
  await new Promise((resolve) => server.close(resolve))
  await app.close()
})
