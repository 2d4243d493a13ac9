import { statSync } from 'node:fs'
import { readConfig, Services, type ServicesFlags } from '@tablecast/services'
import { listenOrSay, urlOf } from './listen.js'

/**
 * Serves a directory of services until SIGINT or SIGTERM; SIGHUP reloads them.
 *
 * @throws TypeError naming the flag, or the value of the config file, that is wrong.
 */
export async function serveServices(flags: ServicesFlags): Promise<void> {
  const { root, host, port } = await readConfig(flags)
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new TypeError(`${root} is no directory`)
  const services = new Services({ root })
  const server = await listenOrSay({ host, port, endpoints: { '/*': services } })
  process.on('SIGHUP', () => void services.reload().then(() => console.log('Services reloaded')))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
  console.log(`Services of ${root} at ${urlOf('ws', host, server.port)}`)
}
