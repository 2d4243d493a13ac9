import type { Scalar } from '../columns/storage.js'
import type { Table } from '../table/table.js'
import { Chains, grown } from './chains.js'

/** The keys of both tables of a join, each a dense number while any row has it. */
export class JoinKeys {
  readonly #groups = new Map<Scalar, number>()
  readonly #keys: Scalar[] = []
  readonly #free: number[] = []

  groupOf(key: Scalar): number {
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const group = this.#free.pop() ?? this.#keys.length
    this.#keys[group] = key
    this.#groups.set(key, group)
    return group
  }

  /** Forgets a key that no row has any more. */
  release(group: number): void {
    this.#groups.delete(this.#keys[group]!)
    this.#free.push(group)
  }

  clear(): void {
    this.#groups.clear()
    this.#keys.length = 0
    this.#free.length = 0
  }
}

/** What has happened to some slots of a table: where to look again. */
export interface SideChanges {
  /** Slots whose row may be another one now, or none. */
  readonly moved: Set<number>
  /** Slots that were only written, though perhaps their key. */
  readonly written: Set<number>
}

/** One of the two tables of a join: which of its rows have which key. */
export class JoinSide {
  readonly table: Table
  /** Whether its rows are shown although nothing matches them. */
  readonly keepsAlone: boolean
  readonly #key: number
  readonly #keys: JoinKeys
  readonly #unfollow: () => void
  readonly #members = new Chains()
  #groupOf = new Int32Array(0)
  #counts = new Int32Array(0)
  #version = -1

  constructor(table: Table, on: string, keepsAlone: boolean, keys: JoinKeys) {
    this.table = table
    this.keepsAlone = keepsAlone
    this.#key = table.position(on)
    this.#keys = keys
    this.#unfollow = table.follow(false)
  }

  get isBehind(): boolean {
    return this.#version !== this.table.version
  }

  /** What happened since the last call; null when everything is to be looked at. */
  catchUp(): SideChanges | null {
    const changes = this.#version < 0 ? null : this.table.changesSince(this.#version)
    this.#version = this.table.version
    if (changes === null) return null
    const moved = new Set<number>()
    const written = new Set<number>()
    // A row that is put into a ring is another one, even in the place of one with its key.
    const isRing = this.table.limit !== null
    for (const { touched, removed } of changes) {
      for (const slot of removed) moved.add(slot)
      for (const slot of touched) (isRing ? moved : written).add(slot)
    }
    return { moved, written }
  }

  /** The group of the key that a slot has now; -1 for a slot without row. */
  presentGroup(slot: number): number {
    return this.table.isLive(slot) ? this.#keys.groupOf(this.table.columns[this.#key]!.get(slot)) : -1
  }

  /** The group a slot is in; -1 for none. */
  groupOf(slot: number): number {
    return slot < this.#groupOf.length ? this.#groupOf[slot]! : -1
  }

  /** How many rows a group has. */
  count(group: number): number {
    return group < this.#counts.length ? this.#counts[group]! : 0
  }

  /** The slots of a group. */
  members(group: number): number[] {
    return this.#members.items(group)
  }

  add(slot: number, group: number): void {
    if (slot >= this.#groupOf.length) this.#groupOf = grown(this.#groupOf, slot)
    if (group >= this.#counts.length) {
      const counts = new Int32Array(Math.max(group + 1, this.#counts.length * 2, 16))
      counts.set(this.#counts)
      this.#counts = counts
    }
    this.#groupOf[slot] = group
    this.#counts[group]!++
    this.#members.add(group, slot)
  }

  remove(slot: number): void {
    const group = this.#groupOf[slot]!
    this.#members.remove(group, slot)
    this.#counts[group]!--
    this.#groupOf[slot] = -1
  }

  /** Puts every row of the table where it belongs; members are then in the order of the table. */
  rebuild(): void {
    this.#members.clear()
    this.#groupOf.fill(-1)
    this.#counts.fill(0)
    const slots = this.table.order() ?? this.table.liveSlots()
    for (let i = slots.length - 1; i >= 0; i--) this.add(slots[i]!, this.presentGroup(slots[i]!))
  }

  close(): void {
    this.#unfollow()
  }
}
