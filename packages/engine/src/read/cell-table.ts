import type { Batch } from '../batch.js'
import { getBit } from '../columns/bitmap.js'
import type { Column } from '../columns/column.js'
import type { Schema, Storage } from '../columns/storage.js'
import { compareText } from '../columns/text-order.js'
import { Cells } from './cells.js'

/** The name under which rows are addressed by key, or by number when there is no index. */
export const ADDRESS = '__INDEX__'

/** A batch, and the columns of the table it is for or, when that is to be made, of the data. */
export interface Read {
  readonly schema: Schema
  readonly batch: Batch
}

/** What a batch is read for. */
export interface Target {
  /** The table's columns, or null when the table is to be made. */
  readonly schema: Schema | null
  readonly index: string | null
}

/** The columns of a batch while its rows are read: each has its `Cells`, found by name. */
export class CellTable {
  readonly target: Target
  /** Null: a name that the table does not have. */
  readonly #cells = new Map<string, Cells | null>()
  readonly #address: Cells | null
  /** New table: columns that have a type, in the order in which they got it. */
  readonly #typed: Cells[] = []
  readonly #untyped = new Set<Cells>()
  /**
   * New table: true once a row ended with every column typed. The reference looks for columns up to there; one that
   * comes later is only seen when it has a value.
   */
  #settled = false
  rows = 0

  constructor(target: Target) {
    this.target = target
    const { schema, index } = target
    if (schema === null) {
      this.#address = null
      return
    }
    for (const field of schema) this.#cells.set(field.name, new Cells(field.name, field.storage))
    const key = schema.find((field) => field.name === index)
    this.#address = new Cells(ADDRESS, key?.storage ?? 'int32')
    this.#cells.set(ADDRESS, this.#address)
  }

  /** The cells of a column, or null when the table has none of that name. A new table gets it. */
  column(name: string): Cells | null {
    const known = this.#cells.get(name)
    if (known !== undefined) return known
    const cells = this.target.schema === null ? new Cells(name, null) : null
    this.#cells.set(name, cells)
    if (cells !== null) this.#untyped.add(cells)
    return cells
  }

  /** Whether a column of that name was met or is the table's. */
  has(name: string): boolean {
    return (this.#cells.get(name) ?? null) !== null
  }

  /** To be called after cells were put: gives a column of a new table its place once it has a type. */
  settle(cells: Cells): void {
    if (cells.placed || cells.storage === null) return
    cells.placed = true
    if (this.#untyped.delete(cells)) this.#typed.push(cells)
  }

  endRow(): void {
    this.rows++
    if (this.#untyped.size === 0) this.#settled = true
  }

  /** From now on a new column is only seen when it has a value; those without one so far are strings. */
  endInference(): void {
    for (const cells of this.#sortedUntyped()) {
      cells.becomeText()
      this.settle(cells)
    }
    this.#settled = true
  }

  /** The batch, with the columns of the target or, for a new table, those found. */
  finish(): Read {
    const { schema } = this.target
    return schema === null ? this.#finishNew() : { schema, batch: this.#finishUpdate(schema) }
  }

  #sortedUntyped(): Cells[] {
    return [...this.#untyped].sort((a, b) => compareText(a.name, b.name))
  }

  #finishNew(): Read {
    const found = this.#settled ? this.#typed : [...this.#typed, ...this.#sortedUntyped()]
    const columns = found.map((cells) => cells.finish(this.rows).column)
    const names = found.map((cells) => cells.name)
    // A null in a new table clears nothing: of two rows with one key the earlier value stays.
    const indexed = this.target.index !== null
    const given = columns.map((column) => (indexed ? (column.valid?.slice() ?? null) : null))
    const schema = names.map((name, at): { name: string; storage: Storage } => ({
      name,
      storage: columns[at]!.storage,
    }))
    return { schema, batch: { names, columns, length: this.rows, given, address: null } }
  }

  #finishUpdate(schema: Schema): Batch {
    const names: string[] = []
    const columns: Column[] = []
    const given: (Uint8Array | null)[] = []
    for (const field of schema) {
      const cells = this.#cells.get(field.name)!
      if (cells.empty) continue
      const done = cells.finish(this.rows)
      names.push(field.name)
      columns.push(done.column)
      given.push(done.given)
    }
    return { names, columns, length: this.rows, given, address: this.#finishAddress(names, columns) }
  }

  /** Rows without `__INDEX__` go by the index column, so both are put together. */
  #finishAddress(names: readonly string[], columns: readonly Column[]): Column | null {
    const cells = this.#address!
    if (cells.empty) return null
    const { column, given } = cells.finish(this.rows)
    const at = this.target.index === null ? -1 : names.indexOf(this.target.index)
    if (given === null || at < 0) return column
    const keys = columns[at]!
    const codes = column.dictionary?.absorb(keys.dictionary!) ?? null
    for (let row = 0; row < this.rows; row++) {
      if (!getBit(given, row)) column.copyCell(row, keys, row, codes === null ? 0 : codes[keys.data[row]!]!)
    }
    return column
  }
}
