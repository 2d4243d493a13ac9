import { make_client } from '@perspective-dev/client'
import { Server } from '@tablecast/core'
import { Client } from '@tablecast/core/client'
import { decodeRequest } from '@tablecast/core/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { arrowText } from '../oracle/arrow-text.js'
import { servers } from '../oracle/servers.js'
import { remoteTourist, type TourRecord, takeTour } from './take-tour.js'
import { tour } from './tour.js'

/** Errors that come from Perspective's argument reader: it says where in its JSON, we do not. */
const withoutPlace = (error: string) => error.replace(/^Error: /, '').replace(/ at line \d+ column \d+$/, '')

/** Arrow as text wherever it stands: two servers' streams of different bytes may well hold the same table. */
function decoded(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return decoded(new Uint8Array(value))
  if (value instanceof Uint8Array)
    return isCompressed(value) ? 'compressed Arrow, which the oracle compares' : arrowText(value)
  if (Array.isArray(value)) return withoutPadding(value).map(decoded)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, decoded(each)]))
}

/**
 * A filter of `in` as it was sent: the reference gives it back with as many nulls before its values (docs/differences.md).
 */
function withoutPadding(filter: unknown[]): unknown[] {
  const [column, op, values] = filter
  if ((op !== 'in' && op !== 'not in') || !Array.isArray(values)) return filter
  const half = values.length / 2
  return values.slice(0, half).every((value) => value === null) ? [column, op, values.slice(half)] : filter
}

/** A compressed buffer holds the magic number of an LZ4 frame or of Zstandard. */
function isCompressed(arrow: Uint8Array): boolean {
  const bytes = Buffer.from(arrow)
  return [0x184d2204, 0xfd2fb528].some((magic) => {
    const mark = Buffer.alloc(4)
    mark.writeUInt32LE(magic)
    return bytes.includes(mark)
  })
}

function shown({ outcome }: TourRecord): unknown {
  if ('error' in outcome) return { error: withoutPlace(outcome.error) }
  return outcome.value instanceof ArrayBuffer ? new Uint8Array(outcome.value) : outcome.value
}

/** Requests as text, with the n-th random id or name as `#n`, and maps in one order. */
class Reader {
  readonly #seen = new Map<unknown, string>()

  read(frames: readonly Uint8Array[]): string[] {
    return frames.map((frame) => {
      const { msg_id, entity_id, client_req } = decodeRequest(frame)
      const value = JSON.stringify(client_req?.value, (key, each) => {
        if (each instanceof Map) return Object.fromEntries([...each].sort(([a], [b]) => (a < b ? -1 : 1)))
        if (each instanceof Uint8Array) return Buffer.from(each).toString('hex')
        return (key === 'id' && typeof each === 'number') || key === 'view_id' ? this.#name(each) : each
      })
      return `${this.#name(msg_id)} ${this.#name(entity_id)} ${client_req?.case} ${value}`
    })
  }

  #name(random: string | number): string {
    if (typeof random === 'string' && !/^[A-Za-z]{21}$/.test(random)) return random
    const known = this.#seen.get(random) ?? `#${this.#seen.size}`
    this.#seen.set(random, known)
    return known
  }
}

const realClient = (send: (frame: Uint8Array) => Promise<void>) => make_client(send) as unknown as Client
const ourClient = (send: (frame: Uint8Array) => Promise<void>) => new Client(send)
const steps = tour.map(({ name }, i) => [name, i] as const)

let reference: TourRecord[]
beforeAll(async () => {
  reference = await takeTour(remoteTourist(await servers.real(), realClient))
})

describe('A2 our client gives what the real client gives, on the real engine', () => {
  let ours: TourRecord[]
  const asked = { reference: [] as string[][], ours: [] as string[][] }

  beforeAll(async () => {
    ours = await takeTour(remoteTourist(await servers.real(), ourClient))
    const readers = { reference: new Reader(), ours: new Reader() }
    asked.reference = reference.map(({ requests }) => readers.reference.read(requests))
    asked.ours = ours.map(({ requests }) => readers.ours.read(requests))
  })

  test.each(steps)('%s', (_, i) => {
    expect(shown(ours[i]!)).toStrictEqual(shown(reference[i]!))
    expect(asked.ours[i]).toEqual(asked.reference[i])
  })
})

describe('A2 our client gives it on our server', () => {
  let remote: TourRecord[]
  let local: TourRecord[]

  beforeAll(async () => {
    remote = await takeTour(remoteTourist(await servers.ours(), ourClient))
    const client = new Server().new_local_client()
    local = await takeTour({
      client,
      requests: [],
      responses: [],
      isBusy: () => false,
      close: () => {
        client.terminate()
      },
    })
  })

  test.each(steps)('over bytes: %s', (_, i) => {
    expect(decoded(shown(remote[i]!))).toStrictEqual(decoded(shown(reference[i]!)))
  })
  test.each(steps)('in the process: %s', (_, i) => {
    expect(decoded(shown(local[i]!))).toStrictEqual(decoded(shown(reference[i]!)))
  })
})
