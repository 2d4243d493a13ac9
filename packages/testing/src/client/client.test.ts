import { make_client } from '@perspective-dev/client'
import { Client } from '@tablecast/core/client'
import { decodeRequest } from '@tablecast/core/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { type TourRecord, takeTour } from './take-tour.js'
import { tour } from './tour.js'

/** Errors that come from Perspective's argument reader: it says where in its JSON, we do not. */
const withoutPlace = (error: string) => error.replace(/^Error: /, '').replace(/ at line \d+ column \d+$/, '')

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

describe('A2 our client gives what the real client gives, on the real engine', () => {
  let real: TourRecord[]
  let ours: TourRecord[]
  const asked = { real: [] as string[][], ours: [] as string[][] }

  beforeAll(async () => {
    real = await takeTour((send) => make_client(send) as unknown as Client)
    ours = await takeTour((send) => new Client(send))
    const readers = { real: new Reader(), ours: new Reader() }
    asked.real = real.map(({ requests }) => readers.real.read(requests))
    asked.ours = ours.map(({ requests }) => readers.ours.read(requests))
  })

  test.each(tour.map(({ name }, i) => [name, i] as const))('%s', (_, i) => {
    expect(shown(ours[i]!)).toStrictEqual(shown(real[i]!))
    expect(asked.ours[i]).toEqual(asked.real[i])
  })
})
