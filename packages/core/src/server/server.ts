import { getTextEncoding } from '@bufbuild/protobuf/wire'
import type { Disk, Utf8Text } from '@tablecast/engine'
import type { Client } from '../client/client.js'
import { encodeResponseParts } from '../protocol/frames.js'
import type { Response } from '../protocol/messages.js'
import { localClient } from './local-client.js'
import type { SendFrame, Session, SessionOptions } from './session.js'
import { TableHost } from './table-host.js'
import { type Deliver, TableSession } from './table-session.js'

declare const console: { error(...parts: unknown[]): void }

export interface ServerOptions {
  /**
   * Called when there is something to apply, instead of applying it at once: `server.poll()` must then be called
   * sooner or later. For batching updates over a time of your own choice. Requests that read are not made to wait: they
   * apply what their table has queued.
   */
  readonly on_poll_request?: ((server: Server) => void | Promise<void>) | undefined
  /**
   * Where tables made with `page_to_disk` keep the columns that nobody uses; on Node, `temporaryDisk()` of
   * `@tablecast/gateway`. Columns go there at most a second of work after they were used last; strings stay in memory, each
   * once. Default: none, and `page_to_disk` is refused.
   */
  readonly disk?: Disk | undefined
  /**
   * Takes faults that no client can be told more of: the server's own, and expressions that left rows of an update null
   * because they took too many steps. Default: `console.error`.
   */
  readonly report?: ((error: unknown, what: string) => void) | undefined
}

/** Payloads shorter than this are copied into their frame: one small write is cheaper than two. */
const COPIED = 1024

/** Hosts named tables for any number of clients, remote ones through sessions, those of this process directly. */
export class Server {
  readonly #host: TableHost
  readonly #onPollRequest: ServerOptions['on_poll_request']

  constructor({ on_poll_request, report, disk }: ServerOptions = {}) {
    this.#onPollRequest = on_poll_request
    this.#host = new TableHost(report ?? ((error, what) => console.error(`tablecast: ${what}:`, error)), disk ?? null)
  }

  /** Begins the session of one client. `send` takes the frames for it. */
  new_session(send: SendFrame, options?: SessionOptions): Session {
    const session: TableSession = this.#session((response, since, table) => {
      const frame = encode(response)
      try {
        send(frame, since, table)
      } catch (error) {
        this.#host.report(error, 'send of a session')
        session.close()
      }
    }, options)
    return session
  }

  /** A client in this process, which passes requests and responses as they are, with no bytes in between. */
  new_local_client(): Client {
    return localClient((deliver) => this.#session(deliver))
  }

  /** Takes ports of a table up to this one as made: clients hold them from an earlier life of the server. */
  reserve_ports(table: string, port: number): void {
    this.#host.find(table)?.reservePorts(port)
  }

  /** Applies everything that is queued and sends the notifications. */
  poll(): void {
    this.#host.run(() => this.#host.poll())
  }

  #session(deliver: Deliver, options?: SessionOptions): TableSession {
    const poll = this.#onPollRequest === undefined ? () => this.poll() : () => this.#requestPoll()
    return new TableSession(this.#host, deliver, poll, options)
  }

  /** Never throws: a poll concerns everyone, so its failure is no session's. */
  async #requestPoll(): Promise<void> {
    if (!this.#host.isDirty) return
    try {
      await this.#onPollRequest?.(this)
    } catch (error) {
      this.#host.report(error, 'on_poll_request')
    }
  }
}

function encode(response: Response): Uint8Array | readonly Uint8Array[] {
  const { head, payload } = encodeResponseParts(response, utf8)
  if (payload.length === 0) return head
  if (payload.length >= COPIED) return [head, payload]
  const frame = new Uint8Array(head.length + payload.length)
  frame.set(head)
  frame.set(payload, head.length)
  return frame
}

/** Answers that are UTF-8 already, and shared, go out as they are. */
function utf8(text: string | Utf8Text): Uint8Array {
  return typeof text === 'string' ? getTextEncoding().encodeUtf8(text) : text.bytes
}
