import type { Change } from '../change.js'
import { insertSorted } from '../sort/insert-sorted.js'
import { compareSlots, type SortKey, sortSlots, topSlots } from '../sort/sort-slots.js'
import type { Table } from '../table/table.js'
import type { RowFilter } from './filter.js'

/** The longest head of a sorted view that is found without sorting all of it. */
const MAX_TOP = 4096

/**
 * Which rows of a table a flat query shows, and in what order: kept lazily, and by what changed while that is less than
 * starting again. Without filter and sort it is the table's own order and nothing is kept.
 */
export class RowOrder {
  readonly #table: Table
  readonly #filter: RowFilter | null
  readonly #keys: () => SortKey[]
  readonly #isSorted: boolean
  readonly #derived: ReadonlySet<number>
  readonly #unfollow: () => void
  /** Slots in view order, as of `#version`; null while not built. */
  #slots: Uint32Array | null = null
  #version = 0
  /** The first rows alone, as of their version: all that a first look at a sorted view needs. */
  #top: { readonly slots: Uint32Array; readonly version: number } | null = null

  /**
   * `keys` is asked anew for every use, since a column may be replaced; empty for the table's order. `derived` are the
   * positions of the derived columns that the query has.
   */
  constructor(table: Table, filter: RowFilter | null, keys: () => SortKey[], derived: ReadonlySet<number>) {
    this.#table = table
    this.#derived = derived
    this.#filter = filter
    this.#keys = keys
    this.#isSorted = keys().length > 0
    this.#unfollow = table.follow(false)
  }

  /** Rows shown. */
  size(): number {
    return this.#filter === null ? this.#table.size : this.#sync().length
  }

  /** The slots of rows `start` to `end`; null when slots are row numbers. */
  range(start: number, end: number): Uint32Array | null {
    if (this.#filter === null && !this.#isSorted) return this.#table.order()?.subarray(start, end) ?? null
    return this.#topRange(start, end) ?? this.#sync().subarray(start, end)
  }

  /**
   * The slots written after `since`, by one port or all, that are shown now, in view order; all in a join, as in the
   * reference, and when the table no longer remembers.
   */
  changedSince(since: number, port: number | null): Uint32Array {
    const changes = this.#table.isJoined ? null : this.#table.writesSince(since, port)
    if (changes === null) return this.range(0, this.size())?.slice() ?? this.#table.liveSlots()
    const touched = distinct(changes.flatMap((change) => this.#written(change)))
    const shown = this.#shown(touched)
    this.#sort(shown)
    return shown
  }

  dispose(): void {
    this.#unfollow()
  }

  /** The rows from the top alone, while the view has been looked at in one state of the table only; else null. */
  #topRange(start: number, end: number): Uint32Array | null {
    if (this.#filter !== null || this.#slots !== null || end > MAX_TOP || end * 8 > this.#table.size) return null
    if (this.#top !== null && this.#top.version !== this.#table.version) return null
    if (this.#top === null || this.#top.slots.length < end) {
      const all = this.#table.order() ?? this.#table.liveSlots()
      this.#top = { slots: topSlots(all, this.#keys(), end), version: this.#table.version }
    }
    return this.#top.slots.subarray(start, end)
  }

  #sync(): Uint32Array {
    const { version } = this.#table
    if (this.#slots !== null && this.#version === version) return this.#slots
    const changes = this.#slots === null ? null : this.#table.changesSince(this.#version)
    const gone = changes?.map(({ removed }) => removed) ?? []
    const written = changes?.flatMap((change) => this.#written(change)) ?? []
    const count = [...written, ...gone].reduce((sum, slots) => sum + slots.length, 0)
    if (this.#slots === null || changes === null || count * 4 > this.#slots.length) {
      this.#slots = this.#build()
    } else if (count > 0) {
      const stale = new Uint8Array(this.#table.slots)
      for (const slots of [...written, ...gone]) for (let i = 0; i < slots.length; i++) stale[slots[i]!] = 1
      const fresh = this.#shown(distinct(written))
      this.#sort(fresh)
      this.#slots = insertSorted(without(this.#slots, stale), fresh, this.#comparator())
    }
    this.#version = version
    this.#top = null
    return this.#slots
  }

  /** The slots where a change wrote something that this query has. */
  #written({ touched, spread }: Change): Uint32Array[] {
    return [touched, ...spread.filter(({ position }) => this.#derived.has(position)).map(({ slots }) => slots)]
  }

  #build(): Uint32Array {
    const all = this.#table.order() ?? this.#table.liveSlots()
    const slots = this.#filter === null ? all.slice() : keepPassing(all, this.#filter)
    sortSlots(slots, this.#keys())
    return slots
  }

  /** Those of `slots` that are live and pass. */
  #shown(slots: Uint32Array): Uint32Array {
    const live = this.#table.live === null ? slots : slots.filter((slot) => this.#table.isLive(slot))
    return this.#filter === null ? live : keepPassing(live, this.#filter)
  }

  #sort(slots: Uint32Array): void {
    const compare = this.#comparator()
    slots.sort(compare)
  }

  #comparator(): (a: number, b: number) => number {
    const keys = this.#keys()
    const table = this.#table
    if (keys.length === 0) return (a, b) => table.compareOrder(a, b)
    return (a, b) => compareSlots(keys, a, b) || table.compareOrder(a, b)
  }
}

function without(slots: Uint32Array, stale: Uint8Array): Uint32Array {
  const kept = new Uint32Array(slots.length)
  let count = 0
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    kept[count] = slot
    count += 1 - stale[slot]!
  }
  return kept.subarray(0, count)
}

function keepPassing(slots: Uint32Array, filter: RowFilter): Uint32Array {
  const passes = new Uint8Array(slots.length)
  filter(slots, passes)
  const kept = new Uint32Array(slots.length)
  let count = 0
  for (let i = 0; i < slots.length; i++) {
    kept[count] = slots[i]!
    count += passes[i]!
  }
  return kept.slice(0, count)
}

/** The slots of several lists, each of distinct slots, each once. Always a copy. */
function distinct(lists: readonly Uint32Array[]): Uint32Array {
  if (lists.length === 1) return lists[0]!.slice()
  const all = new Set<number>()
  for (const list of lists) for (const slot of list) all.add(slot)
  return Uint32Array.from(all)
}
