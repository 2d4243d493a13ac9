import { TablecastError } from '@tablecast/engine/error'
import { Enum } from '../protocol/enums.js'
import type { Request, RequestCase, RequestOf, Response, ResponseOf } from '../protocol/messages.js'
import { reportFault } from './report.js'
import { expectReply, replyError } from './server-reply.js'

/** Where a client's requests go: over bytes to a server, or straight to a session in the same process. */
export interface Connection {
  /**
   * Sends one request. Throws or rejects when it cannot be sent; the call that made it then fails with that error.
   * Bytes in the request belong to the caller again once its response has come.
   */
  send(request: Request): void | Promise<void>
  /** Ends the connection: what `Client.terminate` does. */
  close?: (() => unknown) | undefined
}

/** Whoever waits under a `msg_id`. */
export interface Waiter {
  /** Whether the first response is the last. */
  readonly once: boolean
  receive(response: Response): void
  /** Called instead when the connection is lost. */
  lost?(error: Response): void
}

/** Takes a notification's body; hosted-tables notifications have none. */
export type Notice<C extends RequestCase> = (body: ResponseOf<C> | undefined) => void

/** Matches responses to requests by `msg_id`: calls with one response, subscriptions with many. */
export class Channel {
  readonly #connection: Connection
  readonly #waiters = new Map<number, Waiter>()
  #features: Promise<ResponseOf<'GetFeatures'>> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Sends a request and resolves to the body of its response; rejects when it is an error. */
  call<C extends RequestCase>(name: C, entity_id: string, value: RequestOf<C>): Promise<ResponseOf<C>> {
    return new Promise((resolve, reject) => {
      const receive = ({ client_resp }: Response) => {
        try {
          resolve(expectReply(name, client_resp))
        } catch (error) {
          reject(error)
        }
      }
      this.relay(request(this.#newId(), entity_id, name, value), { once: true, receive, lost: receive }).catch(reject)
    })
  }

  /** What the server can do. Asked for once. */
  features(): Promise<ResponseOf<'GetFeatures'>> {
    this.#features ??= this.call('GetFeatures', '', {}).catch((error) => {
      this.#features = undefined
      throw error
    })
    return this.#features
  }

  /** Sends a request that asks for notifications. It is not acknowledged: resolves to its id once it is sent. */
  async subscribe<C extends RequestCase>(
    name: C,
    entity_id: string,
    value: RequestOf<C>,
    onNotice: Notice<C>,
    { once = false } = {},
  ): Promise<number> {
    const id = this.#newId()
    await this.relay(request(id, entity_id, name, value), {
      once,
      receive({ client_resp }) {
        if (client_resp === undefined) onNotice(undefined)
        else if (client_resp.case === name) onNotice(client_resp.value as ResponseOf<C>)
        else reportFault(replyError(client_resp))
      },
    })
    return id
  }

  /** Forgets whoever waits under an id. False when no one did. */
  forget(id: number): boolean {
    return this.#waiters.delete(id)
  }

  /** Sends a request as it is, `msg_id` and all. */
  async relay(message: Request, waiter: Waiter): Promise<void> {
    this.#waiters.set(message.msg_id, waiter)
    try {
      await this.#connection.send(message)
    } catch (cause) {
      this.#waiters.delete(message.msg_id)
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new TablecastError('unavailable', `Unknown error: ${reason}`, { cause })
    }
  }

  receive(response: Response): void {
    const waiter = this.#waiters.get(response.msg_id)
    if (waiter === undefined) {
      if (response.client_resp?.case === 'ServerError') reportFault(replyError(response.client_resp))
      return
    }
    if (waiter.once) this.#waiters.delete(response.msg_id)
    waiter.receive(response)
  }

  /** The connection is lost: fails every pending call, drops every subscription. */
  drop(reason: string): void {
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    const value = { message: reason, status_code: Enum.StatusCode.TRANSPORT_ERROR }
    for (const [msg_id, waiter] of waiters) {
      waiter.lost?.({ msg_id, entity_id: '', client_resp: { case: 'ServerError', value } })
    }
  }

  close(): unknown {
    if (this.#connection.close === undefined) {
      throw new TablecastError('not-supported', 'Client type cannot be terminated')
    }
    return this.#connection.close()
  }

  /** An id that no one waits under. Random, since proxied requests come with ids of their own. */
  #newId(): number {
    for (;;) {
      const id = Math.floor(Math.random() * 2 ** 32)
      if (!this.#waiters.has(id)) return id
    }
  }
}

/** One cast for what TypeScript cannot follow: that a case and its value belong together. */
function request<C extends RequestCase>(msg_id: number, entity_id: string, name: C, value: RequestOf<C>): Request {
  return { msg_id, entity_id, client_req: { case: name, value } as Request['client_req'] }
}
