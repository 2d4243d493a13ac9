import { TablecastError } from '@tablecast/engine'
import { Client } from '../client/client.js'
import type { Deliver, TableSession } from './table-session.js'

/** A client whose connection is a session of this process. */
export function localClient(begin: (deliver: Deliver) => TableSession): Client {
  let isOpen = true
  let isPolling = false
  const session = begin((response) => {
    void client.handle_response(response)
  })
  const client = new Client({
    send(request) {
      if (!isOpen) throw new TablecastError('closed', 'This client was terminated')
      const pending = session.handle(request)
      if (!isPolling) {
        isPolling = true
        void Promise.resolve().then(poll)
      }
      return pending
    },
    close() {
      isOpen = false
      session.close()
    },
  })
  // Requests made in one go, before anything is awaited, are one batch.
  function poll(): void | Promise<void> {
    isPolling = false
    return session.poll()
  }
  return client
}
