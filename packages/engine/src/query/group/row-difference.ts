import type { Column } from '../../columns/column.js'
import type { NetChange } from '../../table/net-change.js'
import type { Table } from '../../table/table.js'
import type { Cells } from '../aggregate/aggregation.js'
import type { Binding } from '../bindings.js'

/** Some of the changed rows: which, and where their cells are. */
export interface RowSide {
  /** Places in the net change. */
  readonly rows: Uint32Array
  readonly cells: Cells
}

/** What a net change takes from aggregates and what it brings: rows whose leaf or whose cells differ. */
export class RowDifference {
  readonly #table: Table
  readonly #net: NetChange
  readonly #before: Int32Array
  readonly #after: Int32Array
  readonly #differs = new Map<number, Uint8Array>()

  /** `before` and `after` are the leaves of the changed rows, -1 for none. */
  constructor(table: Table, net: NetChange, before: Int32Array, after: Int32Array) {
    this.#table = table
    this.#net = net
    this.#before = before
    this.#after = after
  }

  /** The rows that an aggregate of these columns loses and gets. */
  of(inputs: readonly Pick<Binding, 'position'>[]): { readonly gone: RowSide; readonly come: RowSide } {
    const before = this.#before
    const after = this.#after
    const masks = inputs.map(({ position }) => this.#mask(position))
    const gone = new Uint32Array(before.length)
    const come = new Uint32Array(before.length)
    let goneCount = 0
    let comeCount = 0
    const [mask] = masks
    const others = masks.slice(1)
    for (let i = 0; i < before.length; i++) {
      const isSame = before[i] === after[i] && (before[i]! < 0 || mask![i] === 0)
      if (isSame && (before[i]! < 0 || others.length === 0 || others.every((other) => other[i] === 0))) continue
      if (before[i]! >= 0) gone[goneCount++] = i
      if (after[i]! >= 0) come[comeCount++] = i
    }
    const goneRows = gone.slice(0, goneCount)
    const comeRows = come.slice(0, comeCount)
    return {
      gone: {
        rows: goneRows,
        cells: { columns: inputs.map(({ position }) => this.#net.before(position)), at: goneRows },
      },
      come: {
        rows: comeRows,
        cells: { columns: inputs.map(({ position }) => this.#now(position)), at: this.#slotsOf(comeRows) },
      },
    }
  }

  /** Per changed row a byte: 1 when its cell in a column is another. Rows that were or are not there count as changed. */
  #mask(position: number): Uint8Array {
    const known = this.#differs.get(position)
    if (known !== undefined) return known
    const { slots, existed } = this.#net
    const before = this.#net.before(position)
    const now = this.#now(position)
    const mask = new Uint8Array(slots.length)
    if (before.valid === null && now.valid === null && before.fine === null && now.fine === null) {
      // A slot past the end reads as undefined, which no cell is.
      for (let i = 0; i < slots.length; i++) {
        mask[i] = existed[i] === 1 && Object.is(before.data[i], now.data[slots[i]!]) ? 0 : 1
      }
    } else
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!
        const isSame =
          existed[i] === 1 &&
          slot < now.length &&
          before.isValid(i) === now.isValid(slot) &&
          Object.is(before.data[i], now.data[slot]) &&
          (before.fine?.[i] ?? 0) === (now.fine?.[slot] ?? 0)
        mask[i] = isSame ? 0 : 1
      }
    // A row of a ring that was written is a new row, the last in order, also with the old one's cells.
    if (this.#table.limit !== null) {
      const written = this.#net.written()
      for (let i = 0; i < mask.length; i++) mask[i]! |= written[i]!
    }
    this.#differs.set(position, mask)
    return mask
  }

  #now(position: number): Column {
    return this.#table.columns[position]!
  }

  #slotsOf(rows: Uint32Array): Uint32Array {
    const slots = new Uint32Array(rows.length)
    for (let i = 0; i < slots.length; i++) slots[i] = this.#net.slots[rows[i]!]!
    return slots
  }
}
