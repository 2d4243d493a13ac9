import { TablecastError } from '@tablecast/engine/error'
import { Client } from './client.js'
import { reportFault } from './report.js'

/** The part of the standard WebSocket that a client uses; the `ws` package has it too. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

export type WebSocketConstructor = new (url: string | URL, protocols?: string | string[]) => WebSocketLike

export interface WebSocketOptions {
  /** The implementation to use. Default: the runtime's own; in a Node without one, the `ws` package. */
  WebSocket?: WebSocketConstructor | undefined
}

const CONNECTING = 0
const OPEN = 1

/**
 * Connects to a server. Works in browsers and in Node.
 *
 * When the connection is lost, pending calls reject, subscriptions are gone, and the callbacks of `Client.on_error`
 * get a function that connects again.
 *
 * @throws TablecastError `unavailable` when there is no server, or it refuses
 */
export async function websocket(url: string | URL, options: WebSocketOptions = {}): Promise<Client> {
  const WebSocket = options.WebSocket ?? (await defaultWebSocket())
  let socket: WebSocketLike
  let opened: Promise<void>

  function connect(): Promise<void> {
    if (socket && (socket.readyState === CONNECTING || socket.readyState === OPEN)) return opened
    opened = new Promise((resolve, reject) => {
      let reason: string | undefined
      socket = new WebSocket(url)
      socket.binaryType = 'arraybuffer'
      socket.onopen = () => resolve()
      // The standard hides why a connection failed; `ws` tells. Either way a close event follows.
      socket.onerror = (event: { message?: string }) => {
        reason = event.message
      }
      socket.onclose = ({ code }: { code: number }) => {
        const message = `WebSocket closed ${code}`
        reject(new TablecastError('unavailable', reason ? `${message}: ${reason}` : message))
        client.handle_error(message, connect)
      }
      socket.onmessage = ({ data }: { data: ArrayBuffer }) => {
        client.handle_response(data).catch(reportFault)
      }
    })
    return opened
  }

  const client = new Client(
    (frame) => {
      if (socket.readyState !== OPEN) {
        throw new TablecastError('unavailable', `WebSocket transport error (${socket.readyState})`)
      }
      socket.send(frame)
    },
    () => socket.close(),
  )
  await connect()
  return client
}

async function defaultWebSocket(): Promise<WebSocketConstructor> {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketConstructor }
  if (WebSocket) return WebSocket
  // Not written as a constant, so that bundlers leave it alone: a browser never comes here.
  const ws = 'ws'
  try {
    return ((await import(/* @vite-ignore */ /* webpackIgnore: true */ ws)) as { WebSocket: WebSocketConstructor })
      .WebSocket
  } catch (cause) {
    throw new TablecastError(
      'not-supported',
      'This runtime has no WebSocket: install the "ws" package, or give a constructor as options.WebSocket',
      { cause },
    )
  }
}
