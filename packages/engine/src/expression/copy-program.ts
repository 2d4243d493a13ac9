import type { Column } from '../columns/column.js'
import type { Table } from '../table/table.js'
import type { Computation } from './computation.js'

/** A program that is a column and nothing else; it keeps integers beyond 2^53 as they are. */
export class CopyProgram implements Computation {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  compute(table: Table, target: Column, slots: Uint32Array): null {
    const source = table.columns[table.position(this.#name)]!
    const codes = target.dictionary?.absorb(source.dictionary!) ?? null
    for (const slot of slots) target.copyCell(slot, source, slot, codes === null ? 0 : codes[source.data[slot]!]!)
    return null
  }
}
