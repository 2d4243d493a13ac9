#!/usr/bin/env node
import { statSync } from 'node:fs'
import { listen } from '@tablecast/gateway'
import { readConfig } from './config.js'
import { Services } from './services.js'

const usage = `Usage: tablecast services [--root DIR] [--host HOST] [--port PORT] [--config FILE]

Serves the WebSocket services below DIR: DIR/chat.js at /chat, DIR/chat/ws_service.js at /chat/.
Flags go before the values of the config file (JSON: root, host, port). Defaults: ".", 127.0.0.1, 8080.
Ctrl-C ends every service, then the server. SIGHUP reloads the services.
`

async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === undefined || command === '--help' || args.includes('--help')) {
    process.stdout.write(usage)
    return
  }
  if (command !== 'services') throw new TypeError(`unknown command "${command}"; there is one: services`)
  const { root, host, port } = await readConfig(args)
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new TypeError(`${root} is no directory`)
  const services = new Services({ root })
  const server = await listen({ host, port, endpoints: { '/*': services } })
  process.on('SIGHUP', () => void services.reload().then(() => console.log('Services reloaded')))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
  console.log(`Services of ${root} at ws://${host.includes(':') ? `[${host}]` : host}:${server.port}/`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
