import { TablecastError } from '@tablecast/engine/error'
import { Enum } from '../protocol/enums.js'
import type { Response, ResponseCase, ResponseOf } from '../protocol/messages.js'

/**
 * The body of the response that was asked for.
 *
 * @throws TablecastError with the text of Perspective's client when it is an error or another response
 */
export function expectReply<C extends ResponseCase>(name: C, reply: Response['client_resp']): ResponseOf<C> {
  if (reply?.case === name) return reply.value as ResponseOf<C>
  throw replyError(reply)
}

/** The error to give for a response that is not the expected one. */
export function replyError(reply: Response['client_resp']): TablecastError {
  if (reply === undefined) return new TablecastError('invalid-frame', 'Response aborted')
  if (reply.case !== 'ServerError') {
    return new TablecastError('invalid-frame', `Unexpected response ${reply.case}Resp`)
  }
  const { message, status_code } = reply.value
  switch (status_code) {
    case Enum.StatusCode.VIEW_NOT_FOUND:
      return new TablecastError('view-not-found', 'View not found')
    case Enum.StatusCode.TRANSPORT_ERROR:
      return new TablecastError('unavailable', `Transport error: ${message}`)
    default:
      return new TablecastError('internal', `Abort(): ${message}`)
  }
}
