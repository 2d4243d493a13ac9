import { TablecastError, Utf8Text } from '@tablecast/engine'
import { Client } from '../client/client.js'
import type { Response } from '../protocol/messages.js'
import type { Deliver, TableSession } from './table-session.js'

/** A client whose connection is a session of this process. */
export function localClient(begin: (deliver: Deliver) => TableSession): Client {
  let isOpen = true
  let isPolling = false
  const session = begin((response) => {
    void client.handle_response(withStrings(response))
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

/** A response whose text, if it has one, is a string. */
function withStrings(response: Response): Response {
  const { client_resp } = response
  if (client_resp === undefined) return response
  const texts = Object.entries(client_resp.value).filter(([, value]) => (value as unknown) instanceof Utf8Text)
  if (texts.length === 0) return response
  const value = { ...client_resp.value, ...Object.fromEntries(texts.map(([name, text]) => [name, String(text)])) }
  return { ...response, client_resp: { case: client_resp.case, value } as Response['client_resp'] }
}
