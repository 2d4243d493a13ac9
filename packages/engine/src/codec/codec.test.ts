import { beforeAll, describe, expect, it } from 'vitest'
import { finish } from '../pieces.js'
import { type CodecName, codecFor } from './codec.js'
import { loadZstd } from './zstd.js'

/** Deterministic bytes: runs, periods and noise, so that every path of a codec is taken. */
function sample(seed: number): Uint8Array {
  let state = seed
  const random = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return state
  }
  const length = random() % (seed % 50 === 0 ? 200_000 : 700)
  const kinds = 1 + (random() % 256)
  const period = 1 + (random() % 300)
  const mode = random() % 3
  return Uint8Array.from({ length }, (_, i) =>
    mode === 0 ? random() % kinds : mode === 1 ? (i % period) % kinds : random() & 255,
  )
}

describe.each<CodecName>(['lz4', 'zstd'])('A9 codec %s', (name) => {
  beforeAll(loadZstd)

  it('gives back what it was given', () => {
    const codec = codecFor(name)
    for (let seed = 1; seed <= 200; seed++) {
      const bytes = sample(seed)
      if (bytes.length === 0) continue
      const same = Buffer.compare(codec.decompress(finish(codec.compress(bytes)), bytes.length), bytes) === 0
      expect(same, `seed ${seed}`).toBe(true)
    }
  })

  it('refuses a frame that is cut off or of another length, and never runs away', () => {
    const codec = codecFor(name)
    const bytes = sample(7)
    const frame = finish(codec.compress(bytes))
    const outcome = (broken: Uint8Array, length: number) => {
      try {
        return codec.decompress(broken, length).length
      } catch {
        return -1
      }
    }
    for (let cut = 0; cut < frame.length; cut++) expect(outcome(frame.subarray(0, cut), bytes.length)).not.toBeNaN()
    expect(() => codec.decompress(frame, bytes.length + 1)).toThrow(/announced/)
    for (let at = 0; at < frame.length; at++) {
      const broken = frame.slice()
      broken[at]! ^= 0xff
      expect(outcome(broken, bytes.length)).toBeLessThanOrEqual(bytes.length)
    }
  })
})
