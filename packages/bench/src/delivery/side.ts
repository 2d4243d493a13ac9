import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { encodeRequest } from '@tablecast/core/protocol'
import { CountingSocket } from './frames.js'

/**
 * Updates that may be on their way at once: enough that no server waits for the clients' count. One update keeps the
 * reference busy for about half a second, and what is on its way at the end of a round has to be waited for.
 */
const inFlight: Readonly<Record<string, number>> = { tablecast: 32, broadcast: 32, reference: 2 }
const roundMillis = 3_000

/** What one round measured. */
export interface Round {
  readonly perSecond: number
  /** Processor time of the server, in microseconds a message. */
  readonly cpu: number
}

/** A server and the sockets on it. */
export class Side {
  readonly name: string
  readonly #server: ChildProcess
  readonly #inFlight: number
  readonly #sockets: CountingSocket[] = []
  /** Messages of this round: those that came, and those that its updates make. */
  #arrived = 0
  #expected = 0
  #running = false
  #settled = () => {}

  /**
   * @param name see `server.ts`, as for the words: rows of the table, changed rows of an update, and for a bare broadcast
   * the bytes of a message.
   */
  static async start(name: string, count: number, words: readonly string[]): Promise<Side> {
    const server = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [name, ...words])
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
      console.error(`The server "${name}" died of ${signal ?? code}, with ${this.#sockets.length} sockets`)
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
