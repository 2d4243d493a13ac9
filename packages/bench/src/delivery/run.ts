import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { encodeRequest } from '@tablecast/core/protocol'
import { CountingSocket } from './frames.js'

// `pnpm --filter bench delivery [sockets] [rows] [changed rows]`: row deltas of one table to many sockets, beside the
// reference's own Node server and beside a bare `ws` broadcast of the same bytes. Medians of rounds that take turns;
// fails by exit code.

// 25,000 rows are about what the reference bears: with 500 views of 40,000 it runs out of its 4 GiB.
const [sockets = '500', rows = '25000', changed = '50'] = process.argv.slice(2)
const count = Number(sockets)

/**
 * Updates that may be on their way at once: enough that no server waits for the clients' count. One update keeps the
 * reference busy for most of a second, and what is on its way at the end of a round has to be waited for.
 */
const inFlight: Readonly<Record<string, number>> = { tablecast: 32, broadcast: 32, reference: 2 }
const rounds = 5
const roundMillis = 3_000

/** What must be reached: messages per second as a multiple of each other side's. */
const floors = { reference: 100, broadcast: 0.5 }

interface Round {
  readonly perSecond: number
  /** Processor time of the server, in microseconds a message. */
  readonly cpu: number
}

/** A server and the sockets on it. */
class Side {
  readonly name: string
  readonly #server: ChildProcess
  readonly #inFlight: number
  readonly #sockets: CountingSocket[] = []
  /** Messages of this round: those that came, and those that its updates make. */
  #arrived = 0
  #expected = 0
  #running = false
  #settled = () => {}

  static async start(name: string, count: number, bytes = ''): Promise<Side> {
    const words = [name, rows, changed, bytes]
    const server = fork(fileURLToPath(new URL('./server.js', import.meta.url)), words)
    const [{ port }] = await once(server, 'message')
    const side = new Side(name, server)
    // A few at a time: a server's queue of connections is short.
    while (side.#sockets.length < count) {
      const some = Array.from({ length: 50 }, () => CountingSocket.open(port, side.#count))
      side.#sockets.push(...(await Promise.all(some)))
    }
    return side
  }

  private constructor(name: string, server: ChildProcess) {
    this.name = name
    this.#server = server
    this.#inFlight = inFlight[name]!
    server.once('exit', (code, signal) => {
      if (signal === 'SIGTERM') return
      console.error(
        `The server "${name}" died of ${signal ?? code}, with ${this.#sockets.length} sockets on ${rows} rows`,
      )
      process.exit(1)
    })
  }

  /** Makes every socket subscribe to a view of the table with row deltas. */
  async subscribe(): Promise<void> {
    const subscribe = async (socket: CountingSocket, i: number) => {
      const view_id = `view ${i}`
      const made = socket.next()
      const request = (
        msg_id: number,
        entity_id: string,
        client_req: Parameters<typeof encodeRequest>[0]['client_req'],
      ) => socket.send(encodeRequest({ msg_id, entity_id, client_req }))
      request(1, 't', { case: 'TableMakeView', value: { view_id, config: undefined } })
      await made
      const ready = socket.next()
      request(2, view_id, { case: 'ViewOnUpdate', value: { mode: 0 } })
      // A subscription is not answered; what is asked after it is.
      request(3, view_id, { case: 'ViewDimensions', value: {} })
      await ready
    }
    await Promise.all(this.#sockets.map(subscribe))
  }

  /** One update's message, as the first socket gets it. */
  async sample(): Promise<Buffer> {
    this.#begin()
    const message = this.#sockets[0]!.next()
    this.#tick()
    await this.#allArrived()
    return message
  }

  async round(): Promise<Round> {
    this.#begin()
    const cpu = await this.#cpu()
    const start = performance.now()
    this.#running = true
    this.#pump()
    await new Promise((resolve) => setTimeout(resolve, roundMillis))
    this.#running = false
    // What is on its way by then is waited for: a slow server's updates are whole.
    await this.#allArrived()
    const seconds = (performance.now() - start) / 1000
    return { perSecond: this.#arrived / seconds, cpu: ((await this.#cpu()) - cpu) / this.#arrived }
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.kill()
  }

  readonly #count = (): void => {
    this.#arrived++
    if (this.#running) this.#pump()
    else if (this.#arrived === this.#expected) this.#settled()
  }

  #begin(): void {
    this.#arrived = 0
    this.#expected = 0
  }

  #pump(): void {
    while (this.#expected - this.#arrived <= (this.#inFlight - 1) * this.#sockets.length) this.#tick()
  }

  #tick(): void {
    this.#expected += this.#sockets.length
    this.#server.send('tick')
  }

  async #allArrived(): Promise<void> {
    if (this.#arrived === this.#expected) return
    await new Promise<void>((resolve) => {
      this.#settled = resolve
    })
  }

  async #cpu(): Promise<number> {
    this.#server.send('cpu')
    const [{ cpu }] = await once(this.#server, 'message')
    return cpu
  }
}

function median(rounds: readonly Round[], of: (round: Round) => number): number {
  return rounds.map(of).sort((a, b) => a - b)[rounds.length >> 1]!
}

const ours = await Side.start('tablecast', count)
await ours.subscribe()
const message = await ours.sample()
const reference = await Side.start('reference', count)
await reference.subscribe()
const broadcast = await Side.start('broadcast', count, message.toString('base64'))
const sides = [ours, broadcast, reference]
const results = new Map(sides.map((side) => [side, [] as Round[]]))
for (let i = 0; i <= rounds; i++) {
  for (const side of sides) {
    const round = await side.round()
    // The first round warms up the compilers.
    if (i > 0) results.get(side)!.push(round)
  }
}
for (const side of sides) side.stop()

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}; ${count} sockets, ${rows} rows, ${changed} of them in each update, ${message.length} bytes a message`,
)
const perSecond = (side: Side) => median(results.get(side)!, ({ perSecond }) => perSecond)
for (const side of sides) {
  const cpu = median(results.get(side)!, ({ cpu }) => cpu)
  console.log(
    `${side.name.padEnd(12)}${Math.round(perSecond(side)).toLocaleString('en').padStart(10)} messages/s${cpu.toFixed(1).padStart(10)} µs of the server's processor a message`,
  )
}
for (const [side, floor] of [
  [reference, floors.reference],
  [broadcast, floors.broadcast],
] as const) {
  const ratio = perSecond(ours) / perSecond(side)
  if (ratio < floor) process.exitCode = 1
  console.log(`${ratio < floor ? 'FAILS' : 'holds'}: ${ratio.toFixed(2)} times the ${side.name}'s, wanted ${floor}`)
}
process.send?.(
  Object.fromEntries(sides.map((side) => [side.name, results.get(side)!.map(({ perSecond }) => perSecond)])),
)
