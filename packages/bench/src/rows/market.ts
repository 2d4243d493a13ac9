import { toArrow, trades } from '../data.js'
import type { PeerClient, PeerTable } from '../row.js'

/** The million trades, loaded from Arrow; `index` makes `id` the key. */
export async function loadMarket(
  client: PeerClient,
  options: { index?: string; rows?: number } = {},
): Promise<PeerTable> {
  const bytes = toArrow(trades(options.rows ?? 1_000_000))
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  return client.table(buffer, options.index === undefined ? {} : { index: options.index })
}
