import { MessageChannel } from 'node:worker_threads'
import { EngineLink, type LinkedServer, type Port, RemoteServer, type RemoteServerOptions } from '../src/port.js'

const channels: MessageChannel[] = []

/** The two ends of a channel. */
export function channel(): [Port, Port] {
  const made = new MessageChannel()
  channels.push(made)
  return [made.port1 as unknown as Port, made.port2 as unknown as Port]
}

/** A server at the other end of a link to `server`: both in this thread, but all that passes is cloned or transferred. */
export function linked(server: LinkedServer, options?: RemoteServerOptions): RemoteServer {
  const [here, there] = channel()
  const remote = new RemoteServer(options)
  remote.connect(here)
  new EngineLink(server, there)
  return remote
}

/** To be called after each test. */
export function closeLinks(): void {
  for (const { port1 } of channels.splice(0)) port1.close()
}
