/** What can be done to a table: `read` covers views and subscriptions, `update` also remove, replace and clear. */
export type TableVerb = 'read' | 'update' | 'create' | 'delete'

/** What a session may do. */
export interface SessionOptions {
  /**
   * The verbs it has on every table; or a question asked before every request that reads, changes, creates or deletes a
   * table, and before every notification: false answers with an error, or tells nothing. Tables that may not be read are
   * not listed. Default: everything is allowed.
   */
  readonly allow?: readonly TableVerb[] | ((verb: TableVerb, table: string) => boolean) | undefined
  /** True leaves notifications to whoever takes them, who is told the table. Default false: `allow` is asked. */
  readonly notify_unasked?: boolean | undefined
  /** The most views the session may hold at once. Default: no limit. */
  readonly max_views?: number | undefined
  /** The most tables that the session has created and nobody deleted. Default: no limit. */
  readonly max_tables?: number | undefined
  /** The most notifications the session may be subscribed to at once, of every kind together. Default: no limit. */
  readonly max_subscriptions?: number | undefined
  /** Called when the server ends the session by itself, which only one in another thread does: its engine was lost. */
  readonly on_end?: ((reason: string) => void) | undefined
}

/**
 * Takes one response frame: bytes, or parts that make one frame when put together, the last of which is shared with
 * other sessions and must not be written to. `since`, on notifications, is `performance.now()` at the moment the change
 * behind it was applied, and `table` the table. What it throws ends the session.
 */
export type SendFrame = (frame: Uint8Array | readonly Uint8Array[], since?: number, table?: string) => void

/** One client's session on a server. Views belong to the session that made them; tables are everyone's. */
export interface Session {
  /**
   * Serves one request frame and sends the reply. Never throws for what a client sends: a frame that is no request is
   * answered with an error. What the request changed is applied by the next `poll`, or earlier by a request that reads.
   */
  handle_request(frame: Uint8Array): void | Promise<void>
  /**
   * Applies what was queued, by any session, and sends the notifications; or, when the server has an `on_poll_request`,
   * asks for that. Call it after each request, or after a burst of them: updates of one burst make one notification.
   */
  poll(): void | Promise<void>
  /**
   * Holds notifications back: per subscription they merge into one, replies still go out. May be called from within
   * `send`.
   */
  pause(): void
  /** Sends what was merged and goes on live. `send` may call `pause` again meanwhile: what is left then stays merged. */
  resume(): void
  /** Notifications that were merged into another so far. */
  readonly merged: number
  /** Requests answered with an error because a limit (of views, tables, subscriptions, work) was reached. */
  readonly limited: number
  /** Views it holds. */
  readonly views: number
  /** Ends the session: its views and subscriptions are freed, its tables stay. Nothing is sent afterwards. */
  close(): void
}
