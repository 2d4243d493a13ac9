import { once, setMaxListeners } from 'node:events'
import { connect, type Socket } from 'node:net'
import { frame, handshake, opcodes } from '../hosts/raw-peer.js'

/** Where to attack, and until when. */
export interface Target {
  readonly port: number
  readonly path: string
  readonly signal: AbortSignal
}

/** One connection's worth of hostility; it is started again and again. */
type Attack = (socket: Socket, target: Target) => Promise<void>

/** A request frame: msg_id, entity_id and one field of the request. */
function request(id: number, entity: string, field: number, body: Uint8Array): Buffer {
  const head = Buffer.from([8, id, 0x12, entity.length, ...Buffer.from(entity)])
  const tag = field < 16 ? [field * 8 + 2] : [((field * 8 + 2) & 127) | 128, (field * 8 + 2) >> 7]
  return frame(opcodes.binary, Buffer.concat([head, Buffer.from([...tag, body.length]), body]))
}

const features = request(1, '', 3, Buffer.alloc(0))

/** Opens a view on the table `t` and subscribes with row deltas. */
const subscription = Buffer.concat([
  request(1, 't', 6, Buffer.from([10, 1, ...Buffer.from('v')])),
  request(2, 'v', 21, Buffer.from([8, 0])),
])

/** Asks for the whole view as Arrow. */
const everything = request(3, 'v', 16, Buffer.from([10, 0]))

/** Bytes that look like nothing, the same in every run. */
function garbage(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    bytes[i] = state >>> 24
  }
  return bytes
}

let seed = 1

async function open(socket: Socket, { path }: Target): Promise<void> {
  socket.write(handshake(path))
  await once(socket, 'data')
}

/** Writes for as long as the other side takes it. */
async function pour(socket: Socket, { signal }: Target, bytes: Uint8Array): Promise<void> {
  while (!signal.aborted && !socket.destroyed) {
    await new Promise<void>((resolve) => {
      // Called when written, or with an error when the connection is gone.
      socket.write(bytes, () => setImmediate(resolve))
    })
  }
}

/** Keeps the connection until the attack is over or the server has had enough. */
async function hold(socket: Socket, { signal }: Target): Promise<void> {
  await Promise.race([once(socket, 'close'), once(signal, 'abort')])
}

/** What hostile clients do, by name. */
export const attacks: Readonly<Record<string, Attack>> = {
  async 'garbage instead of a handshake'(socket) {
    socket.write(garbage(500, seed++))
    await once(socket, 'close')
  },
  async 'garbage instead of frames'(socket, target) {
    await open(socket, target)
    socket.write(garbage(5000, seed++))
    await once(socket, 'close')
  },
  async 'garbage instead of requests'(socket, target) {
    await open(socket, target)
    for (let i = 0; i < 50; i++) socket.write(frame(opcodes.binary, garbage(200, seed++)))
    await hold(socket, target)
  },
  async 'a flood of requests'(socket, target) {
    await open(socket, target)
    socket.on('data', () => {})
    await pour(socket, target, Buffer.concat(Array(500).fill(features)))
  },
  async 'a flood of pings'(socket, target) {
    await open(socket, target)
    socket.on('data', () => {})
    await pour(socket, target, Buffer.concat(Array(500).fill(frame(opcodes.ping, 'x'))))
  },
  async 'a flood of pings whose answers are never read'(socket, target) {
    await open(socket, target)
    socket.pause()
    await pour(socket, target, Buffer.concat(Array(500).fill(frame(opcodes.ping, 'x'.repeat(125)))))
  },
  async 'a flood of large messages'(socket, target) {
    await open(socket, target)
    await pour(socket, target, frame(opcodes.binary, Buffer.alloc(1_000_000)))
  },
  async 'messages too large'(socket, target) {
    await open(socket, target)
    socket.write(frame(opcodes.binary, '', { length: 2 ** 40 }))
    await once(socket, 'close')
  },
  async 'a subscription that is never read'(socket, target) {
    await open(socket, target)
    socket.pause()
    socket.write(subscription)
    await pour(socket, target, everything)
  },
  async 'half a handshake'(socket, target) {
    socket.write('GET /t HTTP/1.1\r\nHost: x\r\nUpgr')
    await hold(socket, target)
  },
  async 'half a frame'(socket, target) {
    await open(socket, target)
    socket.write(frame(opcodes.binary, Buffer.alloc(1000)).subarray(0, 500))
    await hold(socket, target)
  },
  async 'open and drop'(socket, target) {
    await open(socket, target)
    socket.resetAndDestroy()
  },
}

/** Ways over more connections than the others, so that thousands of them come and go. */
const crowds: Readonly<Record<string, number>> = { 'open and drop': 8 }

/**
 * Attacks in every way at once until the signal, each way from an address of its own and over several connections.
 *
 * @returns how often each attack was begun.
 */
export async function attackAll(target: Target, connections: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  setMaxListeners(0, target.signal)
  await Promise.all(
    Object.entries(attacks).flatMap(([name, attack], i) =>
      Array.from({ length: connections * (crowds[name] ?? 1) }, async () => {
        while (!target.signal.aborted) {
          counts[name] = (counts[name] ?? 0) + 1
          await attackOnce(attack, target, `127.0.1.${i + 1}`)
        }
      }),
    ),
  )
  return counts
}

async function attackOnce(attack: Attack, target: Target, localAddress: string): Promise<void> {
  const socket = connect({ port: target.port, host: '127.0.0.1', localAddress })
  socket.on('error', () => {})
  try {
    await once(socket, 'connect', { signal: target.signal })
    socket.resume()
    await Promise.race([attack(socket, target), once(target.signal, 'abort')])
  } catch {
    // The server cut the connection, as it may.
  } finally {
    socket.destroy()
  }
}
