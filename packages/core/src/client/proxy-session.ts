import { TablecastError } from '@tablecast/engine/error'
import { decodeRequest, encodeResponse } from '../protocol/frames.js'
import type { Request, Response } from '../protocol/messages.js'
import type { Channel } from './channel.js'
import { notify } from './report.js'

/** A further client's way to the same server, through the connection of the one it was made from. */
export class ProxySession {
  readonly #channel: Channel
  readonly #onResponse: (frame: Uint8Array<ArrayBuffer>) => unknown
  /** What the client has subscribed to: `msg_id` to request. */
  readonly #subscriptions = new Map<number, Request>()

  /** @internal */
  constructor(channel: Channel, onResponse: (frame: Uint8Array<ArrayBuffer>) => unknown) {
    this.#channel = channel
    this.#onResponse = onResponse
  }

  /**
   * Passes a request frame on, under its own `msg_id`.
   *
   * @throws FrameError when it is no request; TablecastError `not-supported` when it is an unknown one
   */
  async handle_request(frame: ArrayBuffer | Uint8Array): Promise<void> {
    const request = decodeRequest(frame instanceof Uint8Array ? frame : new Uint8Array(frame))
    const body = request.client_req
    if (body === undefined) {
      throw new TablecastError('not-supported', 'Abort(): ProxySession::handle_request: invalid request')
    }
    const forward = (response: Response) => notify(() => this.#onResponse(encodeResponse(response)))
    const once = removalOf(request) === undefined
    if (!once) this.#subscriptions.set(request.msg_id, request)
    if (endsSubscription(body)) this.#end(body.value.id)
    await this.#channel.relay(request, { once, receive: forward, lost: forward })
  }

  /** Ends every subscription made through this session. */
  async close(): Promise<void> {
    const open = [...this.#subscriptions]
    for (const [id, request] of open) {
      this.#end(id)
      const removal = removalOf(request)
      if (removal) await this.#channel.call(removal, request.entity_id, { id })
    }
  }

  #end(id: number): void {
    if (this.#subscriptions.delete(id)) this.#channel.forget(id)
  }
}

type Body = NonNullable<Request['client_req']>
type Removal = 'ViewRemoveOnUpdate' | 'ViewRemoveOnRemove' | 'RemoveHostedTablesUpdate'

function endsSubscription(body: Body): body is Extract<Body, { case: Removal }> {
  return ['ViewRemoveOnUpdate', 'ViewRemoveOnRemove', 'RemoveHostedTablesUpdate'].includes(body.case)
}

/** The request that ends what this one subscribes to; undefined when it has a single response. */
function removalOf({ client_req }: Request): Removal | undefined {
  switch (client_req?.case) {
    case 'ViewOnUpdate':
      return 'ViewRemoveOnUpdate'
    case 'ViewOnRemove':
      return 'ViewRemoveOnRemove'
    case 'GetHostedTables':
      return client_req.value.subscribe ? 'RemoveHostedTablesUpdate' : undefined
    default:
      return undefined
  }
}
