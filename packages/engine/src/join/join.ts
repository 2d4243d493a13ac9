import { type Batch, createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import { TablecastError } from '../error.js'
import type { Splice } from '../mutation.js'
import { Table } from '../table/table.js'
import { JoinKeys, JoinSide, type SideChanges } from './join-side.js'
import { JoinedRows, NONE, type Side } from './joined-rows.js'

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
  readonly side: Side
  readonly position: number
}

/**
 * A table that is two others joined by a key: the rows of the left one in its order, each with every right row of the
 * same key in the right one's order; in an outer join then the right rows that nobody matched. Null equals null.
 *
 * It follows its sources: what an update costs depends on how many joined rows it changes, not on how many there are.
 */
export class Join {
  /** The joined rows. Changed only by what `refresh` gives. */
  readonly table: Table
  readonly left: Table
  readonly right: Table
  readonly #columns: readonly JoinedColumn[]
  /** Positions of the key: in the joined table, and in the right one. */
  readonly #key: { readonly joined: number; readonly right: number }
  readonly #keys = new JoinKeys()
  readonly #sides: Readonly<Record<Side, JoinSide>>
  readonly #rows: JoinedRows

  /** Throws the reference's texts when the keys or the other columns do not fit together. Close it when done. */
  constructor(left: Table, right: Table, { on, rightOn, type }: JoinOptions) {
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
    this.#columns = [
      ...left.schema.map((_, position): JoinedColumn => ({ side: 'left', position })),
      ...others.map(({ name }): JoinedColumn => ({ side: 'right', position: right.position(name) })),
    ]
    this.#key = { joined: left.position(on), right: right.position(rightOn) }
    this.#sides = {
      left: new JoinSide(left, on, type !== 'inner', this.#keys),
      right: new JoinSide(right, rightOn, type === 'outer', this.#keys),
    }
    this.#rows = new JoinedRows(left, right)
    this.table = new Table([...left.schema, ...others], {}, this.#rows)
  }

  /** What brings the joined table up to date, or null when neither source has moved since. */
  refresh(): Splice | null {
    const { left, right } = this.#sides
    if (!left.isBehind && !right.isBehind) return null
    const changes = { left: left.catchUp(), right: right.catchUp() }
    const reset = changes.left === null || changes.right === null
    if (changes.left === null || changes.right === null) this.#rebuild()
    else this.#follow(changes.left, changes.right)
    const { written, freed } = this.#rows.takeChanges()
    return { kind: 'splice', rows: written, batch: this.#cells(written), freed, reset, port: 0 }
  }

  /** Stops following the sources. */
  close(): void {
    this.#sides.left.close()
    this.#sides.right.close()
  }

  #rebuild(): void {
    this.#rows.clear()
    this.#keys.clear()
    const { left, right } = this.#sides
    left.rebuild()
    right.rebuild()
    for (const slot of left.table.order() ?? left.table.liveSlots()) {
      const group = left.groupOf(slot)
      if (right.count(group) === 0) {
        if (left.keepsAlone) this.#rows.add('left', slot, NONE)
      } else {
        for (const other of right.members(group)) this.#rows.add('left', slot, other)
      }
    }
    if (!right.keepsAlone) return
    for (const slot of right.table.order() ?? right.table.liveSlots()) {
      if (left.count(right.groupOf(slot)) === 0) this.#rows.add('right', slot, NONE)
    }
  }

  #follow(left: SideChanges, right: SideChanges): void {
    const coming = [...this.#leave('left', left), ...this.#leave('right', right)]
    for (const [side, slot] of coming) this.#enter(side, slot)
  }

  /** Takes out the rows of a side that went or have another key, notes those written, gives those to be put in. */
  #leave(name: Side, { moved, written }: SideChanges): [Side, number][] {
    const side = this.#sides[name]
    const coming: [Side, number][] = []
    for (const slot of new Set([...moved, ...written])) {
      const before = side.groupOf(slot)
      const after = side.presentGroup(slot)
      if (before === after && !moved.has(slot)) {
        for (const row of this.#rows.of(name, slot)) this.#rows.touch(row)
        continue
      }
      if (after >= 0) coming.push([name, slot])
      if (before >= 0) this.#remove(name, slot, before)
    }
    return coming
  }

  #remove(name: Side, slot: number, group: number): void {
    const otherName = name === 'left' ? 'right' : 'left'
    const side = this.#sides[name]
    const other = this.#sides[otherName]
    for (const row of this.#rows.of(name, slot)) this.#rows.drop(row)
    side.remove(slot)
    if (side.count(group) > 0) return
    if (other.count(group) === 0) this.#keys.release(group)
    else if (other.keepsAlone) for (const alone of other.members(group)) this.#rows.add(otherName, alone, NONE)
  }

  #enter(name: Side, slot: number): void {
    const otherName = name === 'left' ? 'right' : 'left'
    const side = this.#sides[name]
    const other = this.#sides[otherName]
    const group = side.presentGroup(slot)
    const matches = other.members(group)
    if (matches.length === 0 && side.keepsAlone) this.#rows.add(name, slot, NONE)
    if (other.keepsAlone && side.count(group) === 0) {
      for (const match of matches) for (const row of this.#rows.of(otherName, match)) this.#rows.drop(row)
    }
    for (const match of matches) this.#rows.add(name, slot, match)
    side.add(slot, group)
  }

  /** The cells of some joined rows. */
  #cells(rows: Uint32Array): Batch {
    const slots = {
      left: Int32Array.from(rows, (row) => this.#rows.slotOn('left', row)),
      right: Int32Array.from(rows, (row) => this.#rows.slotOn('right', row)),
    }
    const columns = this.#columns.map(({ side, position }) => gatherSome(this[side].columns[position]!, slots[side]))
    const rightKey = this.right.columns[this.#key.right]!
    slots.left.forEach((slot, row) => {
      if (slot === NONE) columns[this.#key.joined]!.set(row, rightKey.get(slots.right[row]!))
    })
    return createBatch(
      this.table.schema.map(({ name }) => name),
      columns,
      rows.length,
    )
  }
}

/** The cells at `slots`, null where there is none; a string column with a dictionary of its own. */
function gatherSome(column: Column, slots: Int32Array): Column {
  const out = new Column(column.storage, slots.length)
  const values = column.dictionary?.values ?? null
  for (let row = 0; row < slots.length; row++) {
    const slot = slots[row]!
    if (slot === NONE || !column.isValid(slot)) out.setNull(row)
    else out.copyCell(row, column, slot, values === null ? 0 : out.dictionary!.add(values[column.data[slot]!]!))
  }
  return out
}

function fail(message: string): never {
  throw new TablecastError('invalid-argument', message)
}
