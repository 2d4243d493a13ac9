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

/** One change of a table: the only thing `Table.apply` takes, and all that a log or a replica has to carry. */
export type Mutation = Update | Remove | Replace | Clear
