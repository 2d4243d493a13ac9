// The engine, in a worker of the page: it makes the table, feeds it, and serves it to the page.
import { Server } from '@tablecast/core'
import { servePort } from '@tablecast/core/port'
import { marketSchema, trades } from './market.js'

const server = new Server()
// Before anything is awaited, so that the page's first message finds somebody.
servePort(server, self)

const market = await server.new_local_client().table(marketSchema, { name: 'market', limit: 10_000 })
setInterval(() => market.update(trades(50)), 250)
