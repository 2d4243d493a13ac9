import type { SendTransaction, Transaction } from './transaction.js'

/** What a service's worker is given when it starts. */
export interface WorkerStart {
  /** The module. */
  readonly file: string
  /** The service's path below the root, as the first client asked for it. */
  readonly path: string
  /** Shared by the two sides; see `cells`. */
  readonly shared: SharedArrayBuffer
  /** Bytes the receive queue may hold before clients wait. */
  readonly receiveBytes: number
  /** Bytes the send queue may hold before `put` waits. */
  readonly sendBytes: number
}

/** The cells of the shared memory, each an Int32. */
export const cells = {
  /** 1 once the service is to end. */
  shutdown: 0,
  /** Bytes put into the receive queue and not taken yet. */
  received: 1,
  /** Bytes put into the send queue and not handed to sockets yet. The worker waits on it. */
  sent: 2,
  /** 1 while clients wait for room in the receive queue. */
  hungry: 3,
  count: 4,
} as const

/** From the server to the worker: transactions, or the wish that it ends. */
export type ToWorker = { readonly transactions: readonly Transaction[] } | { readonly shutdown: true }

/** From the worker to the server. */
export type FromWorker =
  /** `run` begins. */
  | { readonly type: 'ready' }
  /** Half of the receive queue is free again. */
  | { readonly type: 'room' }
  | { readonly type: 'send'; readonly transactions: readonly SendTransaction[] }
  /** `run` has returned. */
  | { readonly type: 'done' }
