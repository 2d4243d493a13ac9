import type { Scalar, Storage } from '../columns/storage.js'
import type { Table } from '../table/table.js'
import type { RowSource } from './row-source.js'

/** The rows of a table, for an expression that computes them. */
export class TableRows implements RowSource {
  /** To be set before rows are read; types are known without. */
  table!: Table
  slot = 0
  readonly #storages: ReadonlyMap<string, Storage>
  readonly #key: Storage

  constructor(storages: ReadonlyMap<string, Storage>, key: Storage) {
    this.#storages = storages
    this.#key = key
  }

  storageOf(name: string): Storage | null {
    return this.#storages.get(name) ?? null
  }

  keyStorage(): Storage {
    return this.#key
  }

  cell(name: string): Scalar {
    return this.table.columns[this.table.position(name)]!.get(this.slot)
  }

  key(): Scalar {
    const { table } = this
    return table.indexPosition < 0 ? table.rowNumber(this.slot) : table.columns[table.indexPosition]!.get(this.slot)
  }

  lookup(name: string, key: Scalar): Scalar {
    const slot = this.table.slotOf(key)
    return slot < 0 ? null : this.table.columns[this.table.position(name)]!.get(slot)
  }
}
