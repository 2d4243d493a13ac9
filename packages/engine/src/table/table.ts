import type { Batch } from '../batch.js'
import type { Change } from '../change.js'
import { clearBit, createBitmap, getBit, grownBitmap, setBit } from '../columns/bitmap.js'
import { Column } from '../columns/column.js'
import type { Scalar, Schema } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { Mutation, Splice } from '../mutation.js'
import { ArrivalOrder } from './arrival-order.js'
import { BeforeImage } from './before-image.js'
import { compactDictionaries } from './compaction.js'
import type { Derivation } from './derived.js'
import { DerivedColumns } from './derived-columns.js'
import { Followers } from './followers.js'
import { createKeyIndex, type KeyIndex } from './key-index.js'
import { KeyOrder } from './key-order.js'
import { type Placement, writePlaced } from './placement.js'
import { concat, NO_SLOTS } from './slot-lists.js'
import type { SlotOrder } from './slot-order.js'
import { scatterColumn } from './write-column.js'

export interface TableOptions {
  /** Name of the key column; rows are then upserted by it. Excludes `limit`. */
  readonly index?: string
  /** Rows kept; older ones are overwritten. Excludes `index`. */
  readonly limit?: number
}

/**
 * Rows in columns, changed only through `apply`.
 *
 * A row lives in a *slot*, its place in every column, for as long as it exists. Without an index slots are handed out
 * in turn (with `limit`, round a ring); with an index a removed row's slot is used again. `order()` says in which order
 * people see the rows.
 */
export class Table {
  readonly schema: Schema
  readonly index: string | null
  readonly limit: number | null
  /** The schema's columns, then derived ones (null: a place that was let go). Read freely, never write. */
  readonly columns: (Column | null)[]
  /** Counts applied mutations. */
  version = 0
  /** The version at which a `replace` or `clear` emptied the table last; 0 while none has. */
  emptiedAt = 0
  /** Slots ever used; the length of every column. */
  slots = 0
  /** Live rows. */
  size = 0
  /** Bit per slot, or null while every slot is live. */
  live: Uint8Array | null = null
  /** Position of the index column, or -1. */
  readonly indexPosition: number

  readonly #positions: ReadonlyMap<string, number>
  readonly #keys: KeyIndex | null
  readonly #keyOrder: KeyOrder | null
  readonly #arrivals: ArrivalOrder
  readonly #joined: SlotOrder | null
  readonly #freeSlots: number[] = []
  readonly #derived = new DerivedColumns(this)
  readonly #followers = new Followers(this)
  /** Non-zero for slots already met in the mutation under way; all zero between mutations. */
  #met = new Uint8Array(0)

  /**
   * An empty table. `joined` is the order of a join's rows, which come by `splice` alone. Throws when schema and options do
   * not fit together.
   */
  constructor(schema: Schema, options: TableOptions = {}, joined: SlotOrder | null = null) {
    if (options.index !== undefined && options.limit !== undefined) {
      throw new TablecastError('invalid-argument', "Can't use both `limit` and `index` arguments")
    }
    this.schema = schema
    this.index = options.index ?? null
    this.limit = options.limit ?? null
    this.columns = schema.map((field) => new Column(field.storage))
    this.#positions = new Map(schema.map((field, position) => [field.name, position]))
    this.indexPosition = this.index === null ? -1 : this.position(this.index)
    if (this.index !== null && this.indexPosition < 0) {
      throw new TablecastError('invalid-argument', `Specified index \`${this.index}\` does not appear in the Table.\n`)
    }
    const key = this.#key()
    if (key?.storage === 'boolean') {
      throw new TablecastError('invalid-argument', 'Unsupported type `bool` for `index`.\n')
    }
    this.#keys = key === null ? null : createKeyIndex(key)
    this.#keyOrder = key === null ? null : new KeyOrder(key)
    this.#arrivals = new ArrivalOrder(this.limit)
    this.#joined = joined
  }

  /** The position of a schema column in `columns`, or -1. */
  position(name: string): number {
    return this.#positions.get(name) ?? -1
  }

  /**
   * Live slots in the order of an unsorted view: insertion order, chronological round the ring, or key order with an
   * index. Null stands for `0, 1, 2 … slots - 1`. Not to be kept past the next `apply`.
   */
  order(): Uint32Array | null {
    if (this.#keyOrder !== null) return this.#keyOrder.slots()
    return this.#joined === null ? this.#arrivals.slots(this.slots) : this.#joined.slots()
  }

  /** Compares two live slots as `order()` has them. */
  compareOrder(a: number, b: number): number {
    if (this.#keyOrder !== null) return this.#keyOrder.compare(a, b)
    if (this.#joined !== null) return this.#joined.compare(a, b)
    return this.rowNumber(a) - this.rowNumber(b)
  }

  /** Whether the rows are those of a join: flat deltas then hold all of them, as in the reference. */
  get isJoined(): boolean {
    return this.#joined !== null
  }

  /** The row number of a slot in a table without index: how many rows were ever put in before it; in a join, its place. */
  rowNumber(slot: number): number {
    return this.#joined === null ? this.#arrivals.numberOf(slot) : this.#joined.numberOf(slot)
  }

  /** The slot of a row number, or -1. */
  #slotNumbered(number: number): number {
    return this.#joined === null ? this.#arrivals.slotOf(number, this.slots) : this.#joined.slotOf(number)
  }

  isLive(slot: number): boolean {
    return slot < this.slots && (this.live === null || getBit(this.live, slot))
  }

  /** Every live slot, ascending. */
  liveSlots(): Uint32Array {
    const { live } = this
    const slots = new Uint32Array(this.size)
    if (live === null) for (let i = 0; i < slots.length; i++) slots[i] = i
    else for (let slot = 0, i = 0; i < slots.length; slot++) if (getBit(live, slot)) slots[i++] = slot
    return slots
  }

  /** The slot of the row with an index value, or without an index with a row number; -1 when there is none. */
  slotOf(key: Scalar): number {
    const column = this.#key()
    if (column === null) return key === null ? -1 : this.#slotNumbered(Number(key))
    if (column.dictionary !== null && typeof key === 'string') {
      const code = column.dictionary.find(key)
      return code < 0 ? -1 : this.#keys!.find(Column.of('string', [key]), 0, code)
    }
    return this.#keys!.find(Column.of(column.storage, [key]), 0, 0)
  }

  /** The changes after `version`, oldest first; null when the caller must rebuild from the columns. */
  changesSince(version: number): readonly Change[] | null {
    return this.#followers.changesSince(version)
  }

  /**
   * As `changesSince`, for whoever only wants what was written, and by which `port` (null: all): changes before an emptying
   * do not matter then.
   */
  writesSince(version: number, port: number | null): readonly Change[] | null {
    return this.#followers.writesSince(version, port)
  }

  /**
   * From now on the table remembers its changes for a query that follows it; with `before` also how rows were. Returns
   * how to stop.
   */
  follow(before: boolean, told: (() => void) | null = null): () => void {
    return this.#followers.add(before, told)
  }

  /** The position of a derived column, computed now if nobody held it yet. Pair with `release`. */
  retain(derivation: Derivation): number {
    return this.#derived.retain(derivation)
  }

  /** Lets a derived column go; the last holder frees it. */
  release(key: string): void {
    this.#derived.release(key)
  }

  /** Why rows of derived columns are null that should not be; what was taken once is not given again. */
  takeFailures(): string[] {
    return this.#derived.takeFailures()
  }

  /**
   * The one door: applies a mutation and says what it did. The batch must be coerced to this table's storages; its
   * arrays may become the table's own. Throws before anything is changed, or not at all.
   */
  apply(mutation: Mutation): Change {
    switch (mutation.kind) {
      case 'update':
        return this.#update(mutation.batch, mutation.port)
      case 'remove':
        return this.#remove(mutation.keys, mutation.port)
      case 'replace':
        return this.#replace(mutation.batch, mutation.port)
      case 'clear':
        return this.#replace(null, mutation.port)
      case 'splice':
        return this.#splice(mutation)
    }
  }

  #update(batch: Batch, port: number): Change {
    const placement = this.#place(batch)
    const before = this.#beforeImage(placement.touched, placement.existed)
    // A ring row replaces the old one whole, so every column counts as written.
    before?.capture(this.limit === null ? batch.names.map((name) => this.position(name)) : null)
    this.#write(batch, placement)
    return this.#finish(
      { port, touched: placement.touched, removed: NO_SLOTS, removedKeys: null, reset: false },
      before,
    )
  }

  #remove(keys: Column, port: number): Change {
    const key = this.#key()
    if (key === null) throw new TablecastError('invalid-argument', 'Cannot remove from unindexed Table\n')
    const removed = this.#find(keys, true)
    const removedKeys = removed.length === 0 ? null : key.gather(removed)
    const before = this.#beforeImage(removed, new Uint8Array(removed.length).fill(1))
    before?.capture(null)
    this.live ??= createBitmap(key.data.length, true)
    for (let i = 0; i < removed.length; i++) {
      const slot = removed[i]!
      this.#keys!.remove(slot)
      this.#keyOrder!.remove(slot)
      clearBit(this.live, slot)
      this.#freeSlots.push(slot)
    }
    this.size -= removed.length
    return this.#finish({ port, touched: NO_SLOTS, removed, removedKeys, reset: false }, before)
  }

  #replace(batch: Batch | null, port: number): Change {
    const oldKeys = this.#key()?.gather(this.order()!) ?? null
    this.#empty()
    let touched: Uint32Array = NO_SLOTS
    if (batch !== null) {
      const placement = this.#place(batch)
      this.#write(batch, placement)
      touched = placement.touched
    }
    const absent = oldKeys === null ? NO_SLOTS : this.#find(oldKeys, false)
    const removedKeys = oldKeys === null || absent.length === 0 ? null : oldKeys.gather(absent)
    return this.#finish({ port, touched, removed: NO_SLOTS, removedKeys, reset: true }, null)
  }

  #empty(): void {
    for (const column of this.columns) column?.reset()
    this.#keys?.clear()
    this.#keyOrder?.clear()
    this.#freeSlots.length = 0
    this.#arrivals.clear()
    this.slots = 0
    this.size = 0
    this.live = null
    this.emptiedAt = this.version + 1
  }

  #splice({ rows, batch, freed, reset, port }: Splice): Change {
    if (reset) this.#empty()
    const existed = new Uint8Array(rows.length + freed.length).fill(1)
    let added = 0
    let end = this.slots
    for (let i = 0; i < rows.length; i++) {
      end = Math.max(end, rows[i]! + 1)
      if (this.isLive(rows[i]!)) continue
      existed[i] = 0
      added++
    }
    const before = reset ? null : this.#beforeImage(concat(rows, freed), existed)
    before?.capture(null)
    if (this.live !== null || freed.length > 0 || added !== end - this.slots) {
      this.live = grownBitmap(this.live, this.slots, end)
      for (let i = 0; i < rows.length; i++) setBit(this.live, rows[i]!)
      for (let i = 0; i < freed.length; i++) clearBit(this.live, freed[i]!)
    }
    this.slots = end
    this.size += added - freed.length
    for (const [position, column] of batch.columns.entries()) {
      this.columns[position]!.claim(this.slots)
      scatterColumn(this.columns[position]!, column, null, rows, 0)
    }
    return this.#finish({ port, touched: rows, removed: freed, removedKeys: null, reset }, before)
  }

  /** Finds or makes the slot of every batch row. New slots then exist, with only their key written. */
  #place(batch: Batch): Placement {
    const { length } = batch
    const oldSlots = this.slots
    if (this.limit === null && this.index === null && batch.address === null) return this.#placeAfter(length)
    const rows = new Uint32Array(length)
    const touched = new Uint32Array(length)
    const existed = new Uint8Array(length)
    const recycled: number[] = []
    const first = this.limit === null ? 0 : Math.max(0, length - this.limit)
    const numbered = this.#arrivals.begin(length)
    // More rows than the ring has: every slot is written, wherever in the ring the last of them starts.
    if (first > 0) {
      this.#arrivals.skip(first)
      this.slots = this.limit!
      this.size = this.limit!
    }
    this.#growMet(oldSlots + length)
    const keys = this.#batchKeys(batch)
    if (oldSlots === 0) this.#keys?.reserve(length)
    const codes = keys?.dictionary ? this.#key()!.dictionary!.absorb(keys.dictionary) : null
    // Slots of the rows this batch makes under numbers that no row has. A ring may overwrite them before it ends.
    const made = keys === null && batch.address !== null && this.limit === null ? new Map<number, number>() : null
    let count = 0
    let appended = first === 0
    for (let i = first; i < length; i++) {
      const code = codes === null ? 0 : codes[keys!.data[i]!]!
      let slot = keys === null ? this.#addressed(batch.address, i, numbered, made) : this.#keys!.find(keys, i, code)
      const isNew = slot < 0
      if (isNew) {
        slot = this.#take(keys, i, code, numbered + i)
        if (slot < oldSlots) recycled.push(slot)
        if (made !== null && batch.address!.isValid(i)) made.set(batch.address!.data[i]!, slot)
      }
      rows[i] = slot
      if (slot !== oldSlots + i) appended = false
      if (this.#met[slot] !== 0) continue
      this.#met[slot] = 1
      existed[count] = isNew && (this.limit === null || slot >= oldSlots) ? 0 : 1
      touched[count++] = slot
    }
    for (let i = 0; i < count; i++) this.#met[touched[i]!] = 0
    return { rows, first, touched: touched.slice(0, count), existed: existed.slice(0, count), recycled, appended }
  }

  /** Appends rows to a table without index, which has no free slots since nothing can be removed from it. */
  #placeAfter(length: number): Placement {
    const rows = new Uint32Array(length)
    for (let i = 0; i < length; i++) rows[i] = this.slots + i
    if (length > 0) this.#arrivals.append(this.#arrivals.begin(length), this.slots)
    this.slots += length
    this.size += length
    return { rows, first: 0, touched: rows, existed: new Uint8Array(length), recycled: [], appended: true }
  }

  /**
   * The slot that `__INDEX__` names in a table without index, where it is the row number, one below `numbered`, or one that
   * an earlier row of the batch `made`; -1 for a new row.
   */
  #addressed(address: Column | null, row: number, numbered: number, made: ReadonlyMap<number, number> | null): number {
    if (!address?.isValid(row)) return -1
    const number = address.data[row]!
    const slot = number < numbered ? this.#slotNumbered(number) : -1
    return slot < 0 ? (made?.get(number) ?? -1) : slot
  }

  /**
   * The keys of a batch: `__INDEX__` before the index column, all null when it has neither; null for a table without
   * index.
   */
  #batchKeys(batch: Batch): Column | null {
    const key = this.#key()
    if (key === null) return null
    if (batch.address !== null) return batch.address
    const at = batch.names.indexOf(this.index!)
    if (at >= 0) return batch.columns[at]!
    const keys = new Column(key.storage)
    keys.extend(batch.length)
    return keys
  }

  /**
   * A slot for a new row: without an index by its `number`, else its key (cell `row` of `keys`, under `code` here) is
   * written and entered.
   */
  #take(keys: Column | null, row: number, code: number, number: number): number {
    if (keys === null) {
      const slot = this.#arrivals.append(number, this.slots)
      if (slot === this.slots) {
        this.slots++
        this.size++
      }
      return slot
    }
    const slot = this.#freeSlots.pop() ?? this.slots++
    this.size++
    if (this.live !== null) {
      this.live = grownBitmap(this.live, slot, slot + 1)
      setBit(this.live, slot)
    }
    const key = this.#key()!
    key.claim(this.slots)
    key.copyCell(slot, keys, row, code)
    this.#keys!.insert(slot)
    this.#keyOrder!.insert(slot)
    return slot
  }

  #write(batch: Batch, placement: Placement): void {
    const sources = new Int32Array(this.schema.length).fill(-1)
    for (let at = 0; at < batch.names.length; at++) {
      const position = this.position(batch.names[at]!)
      if (position >= 0) sources[position] = at
    }
    for (let position = 0; position < sources.length; position++) {
      // The key was written when its slot was taken, and never changes.
      if (position === this.indexPosition) continue
      writePlaced(this.columns[position]!, batch, sources[position]!, placement, this.slots)
    }
  }

  /** The slots of the keys that are in the table, each once, or the rows of `keys` that are not. */
  #find(keys: Column, present: boolean): Uint32Array {
    const key = this.#key()!
    const codes = key.dictionary === null ? null : keys.dictionary!.codesIn(key.dictionary)
    const out = new Uint32Array(keys.length)
    let count = 0
    this.#growMet(this.slots)
    for (let row = 0; row < keys.length; row++) {
      const slot = this.#keys!.find(keys, row, codes === null ? 0 : codes[keys.data[row]!]!)
      if (!present) {
        if (slot < 0) out[count++] = row
      } else if (slot >= 0 && this.#met[slot] === 0) {
        this.#met[slot] = 1
        out[count++] = slot
      }
    }
    if (present) for (let i = 0; i < count; i++) this.#met[out[i]!] = 0
    return out.slice(0, count)
  }

  /** Recomputes what derives from the written rows, seals the change and logs it. */
  #finish(done: Omit<Change, 'version' | 'before' | 'spread'>, before: BeforeImage | null): Change {
    const spread = this.#derived.update(done, before)
    if (compactDictionaries(this.columns, this.live, this.size) && this.#key()?.dictionary) this.#reindex()
    this.version++
    const change = { ...done, spread, version: this.version, before: before?.seal() ?? null }
    this.#followers.tell(change)
    return change
  }

  /** Enters every key anew, after the codes of string keys changed. */
  #reindex(): void {
    this.#keys!.clear()
    for (const slot of this.liveSlots()) this.#keys!.insert(slot)
  }

  #beforeImage(slots: Uint32Array, existed: Uint8Array): BeforeImage | null {
    return this.#followers.needBefore ? new BeforeImage(this.columns, slots, existed) : null
  }

  #key(): Column | null {
    return this.indexPosition < 0 ? null : this.columns[this.indexPosition]!
  }

  #growMet(slots: number): void {
    if (slots > this.#met.length) this.#met = new Uint8Array(Math.max(slots, this.#met.length * 2))
  }
}
