import type { Client, Table, View } from '@tablecast/core/client'

/** What both sides offer alike: the calls of Perspective's client. */
export type PeerClient = Pick<Client, 'table' | 'open_table'>
export type PeerTable = Table
export type PeerView = View

/** One row of the benchmark: the same calls on both sides. */
export interface Row {
  readonly name: string
  /** Ratio reference time / our time that must be reached. */
  readonly floor: number
  /** Rounds measured, default 5; one more is run first and thrown away. */
  readonly rounds?: number
  /** What is there before the clock starts; once a process. */
  setup(client: PeerClient): Promise<State>
}

export interface State {
  /** Before each round, not timed. */
  before?(): Promise<void> | void
  /** The timed work. Returns what a check may look at. */
  run(): Promise<unknown>
  /** After each round, not timed: what must be equal on both sides, as text. */
  answer?(result: unknown): Promise<string> | string
}
