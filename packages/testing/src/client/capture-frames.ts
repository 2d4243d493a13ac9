/**
 * Prints frames of the real client and the real engine, one for each shape a message was seen in:
 *
 *     pnpm --filter testing capture > packages/core/src/protocol/golden-frames.json
 */
import { make_client } from '@perspective-dev/client'
import type { Client } from '@tablecast/core/client'
import { decodeRequest, decodeResponse, type Request, type Response } from '@tablecast/core/protocol'
import { servers } from '../oracle/servers.js'
import { remoteTourist, takeTour } from './take-tour.js'

interface GoldenFrame {
  /** The tour's step that was under way. */
  readonly step: string
  readonly kind: 'request' | 'response'
  readonly hex: string
}

/** The message with every value replaced by its type: two frames of one shape test the same. */
function shapeOf(message: Request | Response): string {
  const shape = (value: unknown): unknown => {
    if (value instanceof Map) return [...value.values()].map(shape).slice(0, 1)
    if (Array.isArray(value)) return value.map(shape).slice(0, 1)
    if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value ? 1 : 0
    return Object.entries(value).map(([key, each]) => [key, key === 'case' ? each : shape(each)])
  }
  return JSON.stringify(shape(message))
}

const seen = new Set<string>()
const frames: GoldenFrame[] = []

function keep(step: string, kind: GoldenFrame['kind'], bytes: Uint8Array, message: Request | Response) {
  const shape = kind + shapeOf(message)
  if (seen.has(shape)) return
  seen.add(shape)
  frames.push({ step, kind, hex: Buffer.from(bytes).toString('hex') })
}

const tourist = remoteTourist(await servers.real(), (send) => make_client(send) as unknown as Client)
for (const { name, requests, responses } of await takeTour(tourist)) {
  for (const bytes of requests) keep(name, 'request', bytes, decodeRequest(bytes))
  for (const bytes of responses) keep(name, 'response', bytes, decodeResponse(bytes))
}
console.log(JSON.stringify(frames, null, 1))
