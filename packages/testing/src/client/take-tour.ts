import { PerspectiveServer } from '@perspective-dev/client'
import type { Client } from '@tablecast/core/client'
import { tour } from './tour.js'

/** What one step of the tour showed. */
export interface TourRecord {
  readonly name: string
  /** What the call resolved to, or the text of its error. */
  readonly outcome: { value: unknown } | { error: string }
  /** Frames from the client, and from the server. */
  readonly requests: Uint8Array[]
  readonly responses: Uint8Array[]
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Takes a client on the tour, against the real engine in this process. */
export async function takeTour(
  makeClient: (send: (frame: Uint8Array) => Promise<void>) => Client,
): Promise<TourRecord[]> {
  const server = new PerspectiveServer()
  let requests: Uint8Array[] = []
  let responses: Uint8Array[] = []
  const handling = new Set<Promise<void>>()
  const session = server.make_session(async (frame) => {
    const copy = frame.slice()
    responses.push(copy)
    await client.handle_response(copy)
  })
  const client = makeClient(async (frame) => {
    requests.push(frame.slice())
    const handled = session.handle_request(frame)
    handling.add(handled)
    await handled.finally(() => handling.delete(handled))
  })
  const settle = async () => {
    for (let quiet = 0; quiet < 3; quiet++) {
      await tick()
      if (handling.size > 0) quiet = 0
      await Promise.all(handling)
    }
  }
  const state = { client, tables: {}, views: {}, events: [], ids: {}, settle }
  const records: TourRecord[] = []
  try {
    for (const { name, run } of tour) {
      requests = []
      responses = []
      const outcome = await run(state).then(
        (value) => ({ value }),
        (error) => ({ error: error instanceof Error ? error.message : String(error) }),
      )
      await settle()
      records.push({ name, outcome, requests, responses })
    }
  } finally {
    await session.close()
    server.delete()
  }
  return records
}
