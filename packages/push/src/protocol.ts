/** Anything JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What the hub sends to a page, one JSON text message each. */
export type ServerMessage =
  /** The first message. What follows comes after `offset` of `epoch`. */
  | {
      readonly type: 'hello'
      readonly session: string
      readonly userid: string
      readonly compid: string
      readonly epoch: string
      readonly offset: number
    }
  /** A push. Offsets grow, but not by one: others' messages are counted too. With `receipt`, a receipt is asked for. */
  | {
      readonly type: 'message'
      readonly offset: number
      readonly id: string
      readonly data: Json
      readonly receipt?: true
    }
  /** Messages up to the offset `through` may be missing: history no longer has them, or the server began a new epoch. */
  | { readonly type: 'gap'; readonly reason: 'history' | 'epoch'; readonly through: number }
  /** Everything up to `offset` was sent; the end of a catch-up. */
  | { readonly type: 'position'; readonly offset: number }
  /** A watched user's first session came, or the last one went; also the answer to `watch`. */
  | { readonly type: 'presence'; readonly userid: string; readonly online: boolean }

/** What a page sends to the hub, one JSON text message each. */
export type ClientMessage =
  | { readonly type: 'message'; readonly data: Json }
  | { readonly type: 'receipt'; readonly id: string }
  | { readonly type: 'watch' | 'unwatch'; readonly userid: string }

/** Why the hub closes a session; beside the gateway's own codes. */
export const pushCloseCodes = {
  /** The page sent something that is no `ClientMessage`. */
  notUnderstood: 4400,
  /** The same session came back on another socket. */
  replaced: 4409,
  /** Disconnected by the application. Do not come back by yourself. */
  disconnected: 4410,
} as const

/** The most characters of a user's, component's, message's or key's name. */
export const nameLength = 256

/** Reads a page's message. @returns undefined when it is none. */
export function parseClientMessage(text: string): ClientMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  switch (value.type) {
    case 'message':
      return 'data' in value ? { type: 'message', data: value.data as Json } : undefined
    case 'receipt':
      return 'id' in value && isName(value.id) ? { type: 'receipt', id: value.id } : undefined
    case 'watch':
    case 'unwatch':
      return 'userid' in value && isName(value.userid) ? { type: value.type, userid: value.userid } : undefined
    default:
      return undefined
  }
}

/** True for a name of one to 256 characters. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= nameLength
}
