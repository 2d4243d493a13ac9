import type { Batch } from './batch.js'
import type { Column } from './columns/column.js'

/** Adds rows or, by key, changes them. */
export interface Update {
  readonly kind: 'update'
  readonly batch: Batch
  readonly port: number
}

/** Takes rows out by key. Keys that are not there are passed over. */
export interface Remove {
  readonly kind: 'remove'
  /** Key values, in the storage of the index column. */
  readonly keys: Column
  readonly port: number
}

/** Empties the table, then adds the rows. */
export interface Replace {
  readonly kind: 'replace'
  readonly batch: Batch
  readonly port: number
}

/** Empties the table. */
export interface Clear {
  readonly kind: 'clear'
  readonly port: number
}

/** Frees some slots of a joined table and writes others, which become rows if they were none. */
export interface Splice {
  readonly kind: 'splice'
  /** Slots to be written, each once; new ones follow those in use without a gap. */
  readonly rows: Uint32Array
  /** The cells of `rows`, of every column. */
  readonly batch: Batch
  /** Slots to be freed, none of them in `rows`. */
  readonly freed: Uint32Array
  /** Whether the table is emptied first. */
  readonly reset: boolean
  readonly port: number
}

/** One change of a table: the only thing `Table.apply` takes, and all that a log or a replica has to carry. */
export type Mutation = Update | Remove | Replace | Clear | Splice
