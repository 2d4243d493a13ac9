import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { tablecast } from '@tablecast/adapter-express'
import { Services } from '@tablecast/services'
import express from 'express'

const folder = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const app = express()
// The chat is served at /services/chat/ by services/chat/ws_service.js, in a worker that starts with its first client.
const live = tablecast({ endpoints: { '/services/*': new Services({ root: folder('services') }) } })
app.use(live)
app.use(express.static(folder('pages')))
const http = live.attach(app.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1'))

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => http.close())

await once(http, 'listening')
console.log(`The chat is open at http://127.0.0.1:${(http.address() as AddressInfo).port}`)
