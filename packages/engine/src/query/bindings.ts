import type { Column } from '../columns/column.js'
import type { Storage } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import { compileExpression } from '../expression/compile.js'
import type { Derivation } from '../table/derived.js'
import type { Table } from '../table/table.js'
import { compileWindow } from '../window/compile.js'
import type { ViewConfig } from './config.js'

/** Where a column that a config names is found. */
export interface Binding {
  readonly name: string
  /** Position in `table.columns`. */
  readonly position: number
  readonly storage: Storage
  readonly kind: 'table' | 'expression' | 'window'
}

/**
 * The columns a config may name: the table's own, then its expressions, then its windows, held on the table until
 * `release`. Throws the reference's texts when an expression or window is wrong; then nothing is held.
 */
export class ColumnBindings {
  readonly table: Table
  readonly #bindings = new Map<string, Binding>()
  readonly #held: string[] = []

  constructor(table: Table, config: Pick<ViewConfig, 'expressions' | 'windows'>) {
    this.table = table
    table.schema.forEach(({ name, storage }, position) => {
      this.#bindings.set(name, { name, position, storage, kind: 'table' })
    })
    try {
      for (const [name, text] of Object.entries(config.expressions)) {
        if (this.#bindings.has(name)) {
          throw new TablecastError(
            'invalid-expression',
            `Value Error - expression "${name}" cannot overwrite an existing column.`,
          )
        }
        this.#hold(name, 'expression', compileExpression(table.schema, text, { index: table.index }))
      }
      for (const [name, window] of Object.entries(config.windows)) {
        this.#hold(name, 'window', compileWindow(this, name, window))
      }
    } catch (error) {
      this.release()
      throw error
    }
  }

  /** The binding of a name, or null. */
  find(name: string): Binding | null {
    return this.#bindings.get(name) ?? null
  }

  /** Every name: the table's columns, then expressions, then windows. */
  names(): string[] {
    return Array.from(this.#bindings.keys())
  }

  /** The config's expressions. */
  expressions(): Binding[] {
    return Array.from(this.#bindings.values()).filter(({ kind }) => kind === 'expression')
  }

  /** Positions of the derived columns that the config has. */
  derived(): ReadonlySet<number> {
    const derived = Array.from(this.#bindings.values()).filter(({ kind }) => kind !== 'table')
    return new Set(derived.map(({ position }) => position))
  }

  /** The bound column's cells; fetch anew for every use, since a column may be replaced. */
  column(binding: Binding): Column {
    return this.table.columns[binding.position]!
  }

  /** Lets derived columns go. */
  release(): void {
    for (const key of this.#held.splice(0)) this.table.release(key)
  }

  #hold(name: string, kind: 'expression' | 'window', derivation: Derivation): void {
    const position = this.table.retain(derivation)
    this.#held.push(derivation.key)
    this.#bindings.set(name, { name, position, storage: derivation.storage, kind })
  }
}
