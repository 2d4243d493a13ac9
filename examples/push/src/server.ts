import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { tablecast } from '@tablecast/adapter-fastify'
import { type Json, PushHub, pushRoutes } from '@tablecast/push'
import Fastify from 'fastify'

/** Whoever has it may push; a new one at each start unless it is given. */
const token = process.env['PUSH_TOKEN'] ?? randomBytes(16).toString('hex')

const hub = new PushHub({
  // There is no login here: a page may say which user it is. With one, `authorize` of tablecast() says it instead.
  trustQuery: true,
  mayWatch: () => true,
  // The page's own buttons: { to, text }, where everybody is meant without `to`. The page itself does not get it.
  onMessage: (session, data) => {
    const { to, text } = read(data)
    hub.push({ userid: to, data: `${session.userid}: ${text}`, exclude: [session.id], receipt: true })
  },
})

function read(data: Json): { to: string | undefined; text: string } {
  const { to, text } = Object(data)
  return { to: typeof to === 'string' && to !== '' ? to : undefined, text: String(text) }
}

const app = Fastify()
await app.register(tablecast, { endpoints: { '/socket': hub }, routes: pushRoutes(hub, { token }) })
await app.register(fastifyStatic, { root: fileURLToPath(new URL('pages', import.meta.url)) })

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close())

const address = await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 8080) })
console.log(`Push is ready at ${address}`)
console.log(`  export PUSH_TOKEN=${token}`)
console.log(`  curl -H "Authorization: Bearer $PUSH_TOKEN" '${address}/push?userid=ann&message=hello'`)
