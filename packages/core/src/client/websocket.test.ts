import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { decodeRequest, encodeResponse } from '../protocol/frames.js'
import type { Reconnect } from './client.js'
import { type WebSocketConstructor, websocket } from './websocket.js'

let server: WebSocketServer
let sockets: WebSocket[]

async function listen(port = 0): Promise<void> {
  sockets = []
  server = new WebSocketServer({ port, host: '127.0.0.1' })
  server.on('connection', (socket) => {
    sockets.push(socket)
    socket.on('message', (data: Buffer) => {
      const { msg_id, client_req } = decodeRequest(data)
      if (client_req?.case !== 'GetHostedTables') return
      const value = { table_infos: [{ entity_id: `of ${sockets.length}` }] }
      socket.send(encodeResponse({ msg_id, entity_id: '', client_resp: { case: 'GetHostedTables', value } }))
    })
  })
  await once(server, 'listening')
}

const address = () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`

async function close(): Promise<void> {
  for (const socket of sockets) socket.terminate()
  await new Promise((resolve) => server.close(resolve))
}

beforeEach(() => listen())
afterEach(close)

test('A2 websocket: calls, terminate', async () => {
  const client = await websocket(address())
  expect(await client.get_hosted_table_names()).toEqual(['of 1'])
  const closed = once(sockets[0]!, 'close')
  client.terminate()
  await closed
  await expect(client.get_hosted_table_names()).rejects.toThrow(/WebSocket (transport error|closed)/)
})

test('A2 websocket: no server', async () => {
  const nowhere = address()
  await close()
  await expect(websocket(nowhere)).rejects.toThrow(/WebSocket closed 1006: .*ECONNREFUSED/)
  await listen()
})

test('A16 websocket: a loss rejects what is pending, and a client can connect again', async () => {
  const client = await websocket(new URL(address()))
  const lost = new Promise<[Error, Reconnect]>((resolve) => {
    client.on_error((error, reconnect) => resolve([error, reconnect]))
  })
  const pending = client.system_info()
  const outcome = expect(pending).rejects.toThrow('Transport error: Unknown error: WebSocket closed 1012')
  sockets[0]!.close(1012)
  const [error, reconnect] = await lost
  expect(error.message).toBe('Unknown error: WebSocket closed 1012')
  await outcome
  await Promise.all([reconnect(), reconnect()])
  expect(await client.get_hosted_table_names()).toEqual(['of 2'])
  expect(sockets.length).toBe(2)
  client.terminate()
})

test('A16 websocket: connecting again can fail, and then be tried again', async () => {
  const port = (server.address() as AddressInfo).port
  const client = await websocket(address())
  const notices: string[] = []
  const lost = new Promise<Reconnect>((resolve) => {
    client.on_error(({ message }, reconnect) => {
      notices.push(message)
      resolve(reconnect)
    })
  })
  await close()
  const reconnect = await lost
  await expect(reconnect()).rejects.toThrow('WebSocket closed 1006')
  expect(notices).toEqual(['Unknown error: WebSocket closed 1006', 'Unknown error: WebSocket closed 1006'])
  await listen(port)
  await reconnect()
  expect(await client.get_hosted_table_names()).toEqual(['of 1'])
  client.terminate()
})

test('A2 websocket: a text frame is ignored, a broken one is reported, the client goes on', async () => {
  const report = vi.spyOn(console, 'error').mockImplementation(() => {})
  const client = await websocket(address())
  sockets[0]!.send('text')
  sockets[0]!.send(Uint8Array.of(1, 2, 3))
  expect(await client.get_hosted_table_names()).toEqual(['of 1'])
  expect(report.mock.calls.map(([, fault]) => String(fault))).toEqual([expect.stringContaining('is not a Response')])
  report.mockRestore()
  client.terminate()
})

test('A2 websocket: a given implementation, that of a browser or of ws', async () => {
  const made: string[] = []
  class Mine extends WebSocket {
    constructor(url: string | URL) {
      super(url)
      made.push(String(url))
    }
  }
  const client = await websocket(address(), { WebSocket: Mine })
  expect(made).toEqual([address()])
  client.terminate()
  const standard: WebSocketConstructor | undefined = globalThis.WebSocket
  expect(['function', 'undefined']).toContain(typeof standard)
})
