import { TablecastError } from '@tablecast/engine'
import { Enum } from '../protocol/enums.js'
import type { ResponseOf } from '../protocol/messages.js'

/** What a client is told of an error. Only our own errors have words for it; others are faults and go to the log. */
export function errorBody(error: unknown): ResponseOf<'ServerError'> {
  if (!(error instanceof TablecastError)) {
    return { message: 'Internal error', status_code: Enum.StatusCode.SERVER_ERROR }
  }
  const { VIEW_NOT_FOUND, SERVER_ERROR } = Enum.StatusCode
  return { message: error.message, status_code: error.code === 'view-not-found' ? VIEW_NOT_FOUND : SERVER_ERROR }
}
