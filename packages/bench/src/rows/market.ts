import { toArrow, trades } from '../data.js'
import type { PeerClient, PeerTable } from '../row.js'

/** The million trades, loaded from Arrow; `index` makes `id` the key. */
export async function loadMarket(
  client: PeerClient,
  options: { index?: string; rows?: number } = {},
): Promise<PeerTable> {
  const bytes = toArrow(trades(options.rows ?? 1_000_000))
  return client.table(buffer(bytes), options.index === undefined ? {} : { index: options.index })
}

/** A copy that the callee may keep. */
export function buffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer
}
