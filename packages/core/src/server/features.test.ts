import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeResponse } from '../protocol/frames.js'
import { FEATURES } from './features.js'

const golden: { kind: string; hex: string }[] = JSON.parse(
  readFileSync(new URL('../protocol/golden-frames.json', import.meta.url), 'utf8'),
)

test('A16 features are those of the real engine, in its order', () => {
  const real = golden
    .filter(({ kind }) => kind === 'response')
    .map(({ hex }) => decodeResponse(Uint8Array.from(Buffer.from(hex, 'hex'))).client_resp)
    .find((body) => body?.case === 'GetFeatures')
  expect(FEATURES).toEqual(real?.value)
})
