import type { Client } from '@tablecast/core/client'
import type { TestServer } from '../oracle/servers.js'
import { tour } from './tour.js'

/** What one step of the tour showed. */
export interface TourRecord {
  readonly name: string
  /** What the call resolved to, or the text of its error. */
  readonly outcome: { value: unknown } | { error: string }
  /** Frames from the client, and from the server; none when client and server exchange objects. */
  readonly requests: Uint8Array[]
  readonly responses: Uint8Array[]
}

/** A client under test, and what to know of the frames it sends and gets. */
export interface Tourist {
  readonly client: Client
  readonly requests: Uint8Array[]
  readonly responses: Uint8Array[]
  /** Whether a request is being handled. */
  isBusy(): boolean
  close(): void | Promise<void>
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A client that exchanges bytes with a session of a server. */
export function remoteTourist(server: TestServer, makeClient: (send: (frame: Uint8Array) => Promise<void>) => Client) {
  const requests: Uint8Array[] = []
  const responses: Uint8Array[] = []
  let busy = 0
  const session = server.new_session((frame) => {
    const whole = frame instanceof Uint8Array ? frame : Buffer.concat(frame)
    responses.push(Uint8Array.from(whole))
    void client.handle_response(Uint8Array.from(whole))
  })
  const client = makeClient(async (frame) => {
    const copy = Uint8Array.from(frame)
    requests.push(copy)
    busy++
    await session.handle_request(copy)
    await session.poll()
    busy--
  })
  return { client, requests, responses, isBusy: () => busy > 0, close: () => session.close() } satisfies Tourist
}

/** Takes a client on the tour. */
export async function takeTour({ client, requests, responses, isBusy, close }: Tourist): Promise<TourRecord[]> {
  const settle = async () => {
    for (let quiet = 0; quiet < 3; quiet++) {
      await tick()
      if (isBusy()) quiet = 0
    }
  }
  const state = { client, tables: {}, views: {}, events: [], ids: {}, settle }
  const records: TourRecord[] = []
  try {
    for (const { name, run } of tour) {
      const outcome = await outcomeOf(() => run(state))
      await settle()
      records.push({ name, outcome, requests: requests.splice(0), responses: responses.splice(0) })
    }
  } finally {
    await close()
  }
  return records
}

async function outcomeOf(call: () => Promise<unknown>): Promise<TourRecord['outcome']> {
  try {
    return { value: await call() }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
