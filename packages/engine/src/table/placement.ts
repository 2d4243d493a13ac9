import type { Batch } from '../batch.js'
import type { Column } from '../columns/column.js'
import { appendColumn, scatterColumn } from './write-column.js'

/** Where the rows of a batch go. */
export interface Placement {
  /** Slot per batch row; rows before `first` are not written. */
  readonly rows: Uint32Array
  readonly first: number
  /** The slots of `rows`, each once, in order of first appearance. */
  readonly touched: Uint32Array
  /** One byte per touched slot: 1 when it held a row before. */
  readonly existed: Uint8Array
  /** Slots of new rows that still hold the cells of an old one. */
  readonly recycled: readonly number[]
  /** True when the rows are exactly the slots from the old end on, in order. */
  readonly appended: boolean
}

/** Writes column `at` of a batch (none below 0), or for new rows nulls, into a column that then has `slots` slots. */
export function writePlaced(target: Column, batch: Batch, at: number, placement: Placement, slots: number): void {
  const source = at < 0 ? null : batch.columns[at]!
  const given = at < 0 ? null : batch.given[at]!
  if (source !== null && given === null) {
    if (placement.appended) {
      appendColumn(target, source)
      return
    }
    target.claim(slots)
  } else {
    target.extend(slots)
    for (const slot of placement.recycled) target.setNull(slot)
  }
  if (source !== null) scatterColumn(target, source, given, placement.rows, placement.first)
}
