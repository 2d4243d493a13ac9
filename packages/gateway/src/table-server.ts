/**
 * What live tables need of a table server: the shape of `@tablecast/core`'s `Server`, and of nothing more, so that a
 * server in a worker or a test's fake serves as well.
 */
export interface TableServer {
  /**
   * Begins a session.
   *
   * @param send takes one whole response: bytes, or parts that make one message when put together (the part shared
   * between sessions last). It never throws. `since` is `performance.now()` at the moment the change behind a
   * notification was applied, for the update-to-send latency; absent on replies.
   */
  new_session(send: SendFrame, options?: TableSessionOptions): TableSession
}

/** Takes one response of a session. */
export type SendFrame = (frame: Uint8Array | readonly Uint8Array[], since?: number) => void

/** What a session may do, below the viewer. */
export interface TableSessionOptions {
  /** Asked before every request that reads, changes, creates or deletes a table; false answers it with an error. Absent: everything is allowed (local clients). */
  readonly allow?: (verb: TableVerb, table: string) => boolean
  /** The most views it may hold at once; one more is answered with an error. */
  readonly max_views?: number
  /** The most tables it may create; one more is answered with an error. */
  readonly max_tables?: number
}

/** What can be done to a table: `read` covers views and subscriptions, `update` also remove, replace and clear. */
export type TableVerb = 'read' | 'update' | 'create' | 'delete'

/** One client's session on a table server. */
export interface TableSession {
  /** Serves one request. Bytes that cannot be decoded are answered with an error on the wire, not thrown. A rejection ends this session only. */
  handle_request(bytes: Uint8Array): void | Promise<void>
  /** Applies what was queued and sends the notifications. The gateway calls it once after each burst of requests. */
  poll(): void | Promise<void>
  /**
   * Holds notifications back from now on: per subscription they merge into one (row deltas by key, latest state wins).
   * Replies still go out at once. Called from within `send` as well.
   */
  pause?(): void
  /** Sends what was merged meanwhile and goes on live. `pause` may be called from within it, when the socket fills up again; what was not sent yet then stays merged. */
  resume?(): void
  /** How many notifications were merged into a later one so far. */
  readonly merged?: number
  /** How many views it holds. */
  readonly views?: number
  /** Ends the session: its views and subscriptions are freed. Nothing is sent afterwards. */
  close(): void
}
