import type { Session } from '../server/session.js'
import type { LinkedServer } from './engine-link.js'
import type { Port } from './port.js'
import { whole } from './whole.js'

/** What Perspective's client sends before its first request, and waits to have answered. */
interface Init {
  readonly cmd: 'init'
  readonly id?: unknown
}

/**
 * Serves one client over a port, in the way Perspective's own worker does: one buffer per frame. In a page's worker,
 * `servePort(server, self)` is what `perspective.worker(Promise.resolve(worker))` talks to. The client may read and
 * change every table.
 */
export function servePort(server: LinkedServer, port: Port): void {
  let session: Session | undefined
  const begin = () =>
    server.new_session((frame) => {
      const { buffer } = whole(frame)
      port.postMessage(buffer, [buffer])
    })
  port.onmessage = ({ data }: { data: Init | ArrayBuffer | Uint8Array }) => {
    if ('cmd' in data) {
      session?.close()
      session = begin()
      port.postMessage({ id: data.id }, [])
      return
    }
    session ??= begin()
    void session.handle_request(ArrayBuffer.isView(data) ? data : new Uint8Array(data))
    void session.poll()
  }
}
