import { type Batch, createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Replace } from '../mutation.js'
import { Table } from './table.js'

export type JoinType = 'inner' | 'left' | 'outer'

export interface JoinOptions {
  /** The key column of the left table; the joined table shows it under this name. */
  readonly on: string
  /** The key column of the right table. */
  readonly rightOn: string
  readonly type: JoinType
}

/** A column of the joined table: from which side it comes, and its position there. */
interface JoinedColumn {
  readonly name: string
  readonly side: 'left' | 'right'
  readonly position: number
}

/** Stands for "no row on this side". */
const NONE = 0xffffffff

/**
 * A table that is two others joined by a key: the rows of the left one in its order, each with every right row of the
 * same key in the right one's order; in an outer join then the right rows that nobody matched. Null equals null, as in
 * the reference.
 */
export class Join {
  /** The joined rows. Changed only by what `refresh` gives. */
  readonly table: Table
  readonly left: Table
  readonly right: Table
  readonly #options: JoinOptions
  readonly #columns: readonly JoinedColumn[]
  #leftVersion = -1
  #rightVersion = -1

  /** Throws the reference's texts when the keys or the other columns do not fit together. */
  constructor(left: Table, right: Table, options: JoinOptions) {
    const { on, rightOn } = options
    const leftKey = left.schema.find(({ name }) => name === on)
    const rightKey = right.schema.find(({ name }) => name === rightOn)
    if (leftKey === undefined) fail(`Column "${on}" not found in left table`)
    if (rightKey === undefined) fail(`Column "${rightOn}" not found in right table`)
    if (leftKey.storage !== rightKey.storage) fail('Join column type mismatch')
    const others = right.schema.filter(({ name }) => name !== rightOn)
    const clash = others.find(({ name }) => left.position(name) >= 0)
    if (clash !== undefined) fail(`Column "${clash.name}" exists in both tables`)
    this.left = left
    this.right = right
    this.#options = options
    this.#columns = [
      ...left.schema.map(({ name }, position): JoinedColumn => ({ name, side: 'left', position })),
      ...others.map(({ name }): JoinedColumn => ({ name, side: 'right', position: right.position(name) })),
    ]
    this.table = new Table([...left.schema, ...others])
  }

  /** What brings the joined table up to date, or null when neither source has moved since. */
  refresh(): Replace | null {
    if (this.#leftVersion === this.left.version && this.#rightVersion === this.right.version) return null
    this.#leftVersion = this.left.version
    this.#rightVersion = this.right.version
    return { kind: 'replace', batch: this.#match(), port: 0 }
  }

  #match(): Batch {
    const { on, rightOn, type } = this.#options
    const leftKeys = this.left.columns[this.left.position(on)]!
    const rightKeys = this.right.columns[this.right.position(rightOn)]!
    const rightSlots = this.right.order() ?? this.right.liveSlots()
    const byKey = new Map<Scalar, number[]>()
    for (const slot of rightSlots) {
      const key = rightKeys.get(slot)
      const same = byKey.get(key)
      if (same === undefined) byKey.set(key, [slot])
      else same.push(slot)
    }
    const pairs = { left: [] as number[], right: [] as number[] }
    const matched = new Uint8Array(this.right.slots)
    for (const slot of this.left.order() ?? this.left.liveSlots()) {
      const found = byKey.get(leftKeys.get(slot))
      if (found === undefined && type === 'inner') continue
      for (const other of found ?? [NONE]) {
        pairs.left.push(slot)
        pairs.right.push(other)
        if (other !== NONE) matched[other] = 1
      }
    }
    if (type === 'outer') {
      for (const slot of rightSlots) {
        if (matched[slot] === 1) continue
        pairs.left.push(NONE)
        pairs.right.push(slot)
      }
    }
    const names = this.#columns.map(({ name }) => name)
    const columns = this.#columns.map(({ side, position }) => gatherSome(this[side].columns[position]!, pairs[side]))
    const keys = columns[names.indexOf(on)]!
    pairs.left.forEach((slot, row) => {
      if (slot === NONE) keys.set(row, rightKeys.get(pairs.right[row]!))
    })
    return createBatch(names, columns, pairs.left.length)
  }
}

/** The cells at `slots`, null where there is none; a string column with a dictionary of its own. */
function gatherSome(column: Column, slots: readonly number[]): Column {
  const out = new Column(column.storage, slots.length)
  const codes = column.dictionary === null ? null : new Int32Array(column.dictionary.size).fill(-1)
  slots.forEach((slot, row) => {
    if (slot === NONE || !column.isValid(slot)) {
      out.setNull(row)
      return
    }
    const cell = column.data[slot]!
    if (codes !== null && codes[cell] === -1) codes[cell] = out.dictionary!.add(column.dictionary!.values[cell]!)
    out.copyCell(row, column, slot, codes === null ? 0 : codes[cell]!)
  })
  return out
}

function fail(message: string): never {
  throw new TablecastError('invalid-argument', message)
}
