import { Client } from '../src/client/client.js'
import type { LinkedServer } from '../src/port.js'
import { decodeResponse, encodeRequest } from '../src/protocol/frames.js'
import type { Request, Response } from '../src/protocol/messages.js'
import type { Session, SessionOptions } from '../src/server.js'

/** A client and its session, joined by bytes. */
export interface Link {
  readonly client: Client
  readonly session: Session
  /** Everything the session sent, as it sent it. */
  readonly sent: (Uint8Array | readonly Uint8Array[])[]
  /** Called after each frame the session sends. */
  afterSend: () => void
  /** What it sent since the last call: each response's kind, and on whose behalf. */
  take(): string[]
  /** Sends a request outside of the client and returns the first answer. */
  ask(request: Request | Uint8Array): Response
}

/** Joins a client to a server. As the gateway does, polls once after each burst of requests. */
export function connect(server: LinkedServer, options?: SessionOptions): Link {
  const sent: Link['sent'] = []
  const taken: Response[] = []
  let polling = false
  let asking = false
  const session = server.new_session((frame) => {
    sent.push(frame)
    const response = decodeResponse(frame instanceof Uint8Array ? frame : Buffer.concat(frame))
    taken.push(response)
    if (!asking) void client.handle_response(response)
    link.afterSend()
  }, options)
  const client = new Client(
    async (frame) => {
      const handled = session.handle_request(frame)
      if (!polling) {
        polling = true
        queueMicrotask(() => {
          polling = false
          void session.poll()
        })
      }
      await handled
    },
    () => session.close(),
  )
  const link: Link = {
    client,
    session,
    sent,
    afterSend: () => {},
    take: () => taken.splice(0).map(({ entity_id, client_resp }) => kind(entity_id, client_resp)),
    ask(request) {
      const from = taken.length
      asking = true
      void session.handle_request(request instanceof Uint8Array ? request : encodeRequest(request))
      asking = false
      return taken[from]!
    },
  }
  return link
}

function kind(entity: string, body: Response['client_resp']): string {
  if (body === undefined) return 'hosted'
  return body.case.startsWith('Table') || body.case === 'MakeTable' ? `${body.case} ${entity}` : body.case
}

/** Lets everything that is under way come to its end, also what goes over a link of this thread. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve))
    // A link whose turn was over goes on by a timer: this one comes after it.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
