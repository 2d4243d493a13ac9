import type { Client, Table, View } from '@tablecast/core/client'

/** What both sides offer alike: the calls of Perspective's client. */
export type PeerClient = Pick<Client, 'table' | 'open_table'>
export type PeerTable = Table
export type PeerView = View

/** `peer` is the reference unless the row names another. */
export type Side = 'ours' | 'peer'

interface AnyRow {
  readonly name: string
  /** How many times better than the peer we must be. */
  readonly floor: number
  /** Whom we are compared with. Default `reference`. */
  readonly peer?: string
}

/** A row measured in milliseconds, in one pair of processes that take turns. */
export interface PairRow extends AnyRow {
  /** What is there before the clock starts; once a process. */
  open(side: Side): Promise<State>
}

export interface State {
  /** Before each round, not timed. */
  before?(): Promise<void> | void
  /** The timed work. Returns what a check may look at. */
  run(): Promise<unknown>
  /** After each round, not timed: what must be equal on both sides, as text. */
  answer?(result: unknown): Promise<string> | string
}

/** A row that starts what it needs by itself, and measures in its own unit. */
export interface OwnRow extends AnyRow {
  readonly unit: string
  /** Whether more of the unit is better; the ratio is above 1 when we are better, either way. */
  readonly moreIsBetter: boolean
  /** Measures so many rounds, by turns. */
  measure(rounds: number): Promise<Measured>
}

export interface Measured {
  /** One value a round. */
  readonly ours: readonly number[]
  readonly peer: readonly number[]
  /** Processor time of each round in milliseconds, where it was measured. */
  readonly cpu?: { readonly ours: readonly number[]; readonly peer: readonly number[] }
  /** The first two answers that differ; null when all are equal. */
  readonly difference: readonly [ours: string, peer: string] | null
}

export type Row = PairRow | OwnRow

/** The client of a side: our local one, or the reference's in-process one. */
export async function connect(side: Side): Promise<PeerClient> {
  if (side === 'ours') {
    const { Server } = await import('@tablecast/core')
    return new Server().new_local_client()
  }
  const { default: perspective } = await import('@perspective-dev/client')
  return perspective as unknown as PeerClient
}

/** A row that makes the same calls on both sides. */
export function sameCalls(name: string, floor: number, setup: (client: PeerClient) => Promise<State>): PairRow {
  return { name, floor, open: async (side) => setup(await connect(side)) }
}
