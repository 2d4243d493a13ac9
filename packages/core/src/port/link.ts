import type { SessionOptions, TableVerb } from '../server/session.js'

// A link carries the sessions of one server from the thread where their sockets are to the thread where the engine is.

/** Kinds of items towards the engine. */
export const toEngine = {
  /** A session begins: `value` is its `LinkedOptions`. */
  open: 0,
  /** A request: its bytes are the head, or the body when they are many. */
  request: 1,
  poll: 2,
  pause: 3,
  resume: 4,
  close: 5,
  /** To a question: `value` is a boolean for each of its parts. */
  answer: 6,
  /** Batches of weight `a` were delivered. */
  delivered: 7,
  /** Clients of an earlier engine hold ports up to `a` of the table `value`. */
  ports: 8,
} as const

/** Kinds of items from the engine. */
export const fromEngine = {
  /** A response: head and body. `a` is when the change behind it was applied, or 0; `value` the table it tells of. */
  frame: 0,
  /**
   * The oldest request or poll is done. The session now holds `a` views, and has merged `b` notifications; `value` is
   * how many requests met a limit, if any did.
   */
  done: 1,
  /** The same numbers, with nothing done. */
  state: 2,
  /** May the session do this? `value` is a list of `Question`. It waits for the answer. */
  question: 3,
} as const

export type Question = readonly [verb: TableVerb, table: string]

/** What can be said of a session across threads: a policy that is a function stays behind, and is asked. */
export interface LinkedOptions extends Omit<SessionOptions, 'allow' | 'on_end' | 'notify_unasked'> {
  readonly allow?: readonly TableVerb[] | 'ask' | undefined
}

/**
 * Weight of what may be under way from the engine. Over it every session is paused, as if its socket were full, until
 * some was delivered: a thread that does not keep up costs a bounded amount and gets merged notifications. It also
 * bounds what is delivered in one go.
 */
export const WINDOW = 1024 * 1024

/** Bytes from which a request travels in a buffer of its own. */
export const LARGE = 64 * 1024
