import type { HistoryLimits } from './history.js'

/** What a hub remembers at most, and for how long. */
export interface PushLimits extends HistoryLimits {
  /** How long a message is kept for who comes back, when its push does not say. 0 for not at all. Default 60,000 ms. */
  readonly ttlMillis: number
  /** The longest `ttl` a push may ask for. Default 3,600,000 ms. */
  readonly maxTtlMillis: number
  /** How long idempotency keys and receipts are remembered. Default 600,000 ms. */
  readonly memoryMillis: number
  /** Idempotency keys remembered, and messages whose receipts are. Default 10,000 each. */
  readonly memorySize: number
  /** Receipts remembered of one message; later ones are let go. Default 10,000. */
  readonly receipts: number
  /** Sessions one push may exclude. Default 100. */
  readonly excluded: number
  /** Users one page may watch. More are not watched. Default 100. */
  readonly watches: number
}

export const defaultPushLimits: PushLimits = {
  historyLength: 32 * 1024 * 1024,
  historyMessages: 100_000,
  historyNames: 100_000,
  ttlMillis: 60_000,
  maxTtlMillis: 3_600_000,
  memoryMillis: 600_000,
  memorySize: 10_000,
  receipts: 10_000,
  excluded: 100,
  watches: 100,
}
