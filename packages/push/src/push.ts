import type { Address } from './history.js'
import { isName, type Json } from './protocol.js'
import type { PushLimits } from './push-limits.js'

/** A message to push. Without `userid` it is for everybody. */
export interface Push extends Address {
  readonly data: Json
  /** How long it is kept for who comes back, in milliseconds. Default `ttlMillis` of the limits; 0: not at all. */
  readonly ttl?: number | undefined
  /** Pushing again with the same key and content pushes nothing and returns the first result. */
  readonly key?: string | undefined
  /** Sessions that do not get it, most often the sender's own. */
  readonly exclude?: readonly string[] | undefined
  /** Asks every page for a receipt; see `receipts`. */
  readonly receipt?: boolean | undefined
}

/** What became of a push. */
export interface PushResult {
  readonly id: string
  readonly offset: number
  /** Sockets it was sent to. */
  readonly reached: number
  /** Sockets without room at the moment, which get it from history as soon as they have. */
  readonly behind: number
  /** True when the key was seen before: this is the first result. */
  readonly duplicate: boolean
}

/** A push that cannot be: the message says what would be right. */
export class InvalidPush extends TypeError {
  override readonly name = 'InvalidPush'
}

/**
 * The data as JSON.
 *
 * @throws InvalidPush
 */
export function checkedJson(
  { userid, compid, data, ttl, key, exclude, receipt }: Push,
  { maxTtlMillis, excluded }: PushLimits,
): string {
  for (const [name, value] of Object.entries({ userid, compid, key })) {
    if (value !== undefined && !isName(value)) throw new InvalidPush(`${name} must be a string of 1 to 256 characters`)
  }
  if (ttl !== undefined && (typeof ttl !== 'number' || !(ttl >= 0 && ttl <= maxTtlMillis))) {
    throw new InvalidPush(`ttl must be milliseconds from 0 to ${maxTtlMillis}`)
  }
  if (exclude !== undefined && (!Array.isArray(exclude) || !exclude.every(isName))) {
    throw new InvalidPush('exclude must be a list of sessions')
  }
  if (exclude !== undefined && exclude.length > excluded) {
    throw new InvalidPush(`exclude may list ${excluded} sessions`)
  }
  if (receipt !== undefined && typeof receipt !== 'boolean') throw new InvalidPush('receipt must be true or false')
  const text: string | undefined = JSON.stringify(data)
  if (text === undefined) throw new InvalidPush('data must be something JSON can say')
  return text
}
