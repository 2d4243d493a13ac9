import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port of the loopback address that was free a moment ago, for programs that cannot be told to choose one. It is none of
 * those that the system gives to whoever asks for any, so nobody else gets it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const server = createServer().listen(port, '127.0.0.1')
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (free) return port
  }
}
