import type { GatewayOptions } from '@tablecast/gateway'
import type { Gateway } from '@tablecast/gateway/host'

/** What a test asks of a host: the gateway's options, and middleware written the framework's own way. */
export interface HostOptions extends GatewayOptions {
  /**
   * With it, the framework's own middleware looks for the cookie `user` on every request, after a turn of the event
   * loop: without it 401, `blocked` gets 403, anybody else is put where the framework's requests carry a user.
   */
  readonly login?: boolean
}

/** A host serving one set of endpoints on a free port of 127.0.0.1. */
export interface RunningHost extends AsyncDisposable {
  readonly port: number
  readonly gateway: Gateway
  /** `ws://127.0.0.1:port/path` */
  url(path: string): string
  /** The framework's own way to stop. */
  close(): Promise<void>
}

/** A way to put endpoints on the network. */
export interface HostDriver {
  readonly name: string
  start(options: HostOptions): Promise<RunningHost>
  /** The user the framework's middleware put on its request. */
  userOf(raw: unknown): string | undefined
}

/** What the login middleware of every driver decides: a status to refuse with, or the user. */
export async function checkLogin(cookie: string | undefined): Promise<{ refuse: 401 | 403 } | { user: string }> {
  await new Promise((resolve) => setImmediate(resolve))
  const user = /(?:^|;\s*)user=([^;]+)/.exec(cookie ?? '')?.[1]
  if (user === undefined) return { refuse: 401 }
  return user === 'blocked' ? { refuse: 403 } : { user }
}

/** Dresses a started server as a `RunningHost`. */
export function running(port: number, gateway: Gateway, close: () => Promise<void>): RunningHost {
  return {
    port,
    gateway,
    url: (path) => `ws://127.0.0.1:${port}${path}`,
    close,
    [Symbol.asyncDispose]: close,
  }
}
