import type { Column } from '../columns/column.js'
import type { Dictionary } from '../columns/dictionary.js'
import type { Storage } from '../columns/storage.js'
import { insertSorted } from '../sort/insert-sorted.js'
import type { Derivation } from '../table/derived.js'
import type { Table } from '../table/table.js'
import { type Evaluate, evaluator } from './evaluate.js'
import { OrderedRows } from './ordered-rows.js'
import { Partition } from './partition.js'
import { PartitionKeys } from './partition-keys.js'
import { Results } from './results.js'
import { Source } from './source.js'
import type { WindowSpec } from './spec.js'

/** What a change did to one partition. */
interface Edits {
  /** Slots that left their place. */
  readonly gone: number[]
  /** Slots to be put in. */
  readonly fresh: number[]
  /** Slots that stayed where they are but were written. */
  readonly written: number[]
  /** Order keys that slots of `gone` had. */
  readonly goneKeys: number[]
}

/**
 * A window column. Every partition keeps its rows in window order; a written, new or removed row recomputes the rows
 * whose frames it touches, no more.
 */
export class WindowDerivation implements Derivation {
  readonly key: string
  readonly storage: Storage
  readonly readsDerived = true
  readonly failure = null
  readonly #spec: WindowSpec
  readonly #results = new Results()
  readonly #partitionKeys = new PartitionKeys()
  #partitions: Partition[] = []
  /** Partition by slot, -1 for none. */
  #partitionOf = new Int32Array(0)
  #order: OrderedRows | null = null
  #evaluate: Evaluate | null = null
  /** The dictionaries of every string column read, to notice compaction. */
  #dictionaries: (Dictionary | null)[] = []

  constructor(spec: WindowSpec, key: string) {
    this.#spec = spec
    this.key = key
    this.storage = spec.storage
  }

  affected(table: Table, touched: Uint32Array, removed: Uint32Array, reset: boolean, position: number): Uint32Array {
    this.#results.clear()
    if (reset || this.#order === null || this.#dictionariesMoved(table, position)) this.#build(table, position)
    else this.#follow(table, touched, removed)
    return this.#results.changed(table.columns[position]!)
  }

  compute(table: Table, position: number): void {
    if (this.#order === null) {
      this.#results.clear()
      this.#build(table, position)
    }
    this.#results.write(table.columns[position]!)
    this.#results.clear()
  }

  #build(table: Table, position: number): void {
    const order = new OrderedRows(table, this.#spec)
    this.#order = order
    this.#evaluate = evaluator(this.#spec, order, () => new Source(table.columns[position]!))
    this.#partitionKeys.clear()
    this.#partitions = []
    this.#partitionOf = new Int32Array(table.slots).fill(-1)
    const source = this.#source(table)
    // Texts of the source are given by their codes; a count of them is a number.
    if (this.storage === 'string') table.columns[position]!.dictionary = source.dictionary
    this.#dictionaries = this.#readDictionaries(table, position)
    const slots = table.order() ?? table.liveSlots()
    const columns = this.#partitionColumns(table)
    const members: number[][] = []
    for (const slot of slots) {
      order.place(slot)
      const id = this.#partitionKeys.of(columns, slot)
      this.#partitionOf[slot] = id
      members[id] ??= []
      members[id].push(slot)
    }
    const cells = new Source(source)
    this.#partitions = members.map((list) => {
      const partition = new Partition()
      partition.rows = Uint32Array.from(list)
      if (this.#spec.order >= 0) order.sort(partition.rows)
      this.#evaluate!(partition, 0, partition.rows.length, cells, this.#results)
      return partition
    })
  }

  #follow(table: Table, touched: Uint32Array, removed: Uint32Array): void {
    const order = this.#order!
    const edits = new Map<number, Edits>()
    const columns = this.#partitionColumns(table)
    this.#growPartitionOf(table.slots)
    for (const slot of removed) {
      const id = this.#partitionOf[slot]!
      if (id < 0) continue
      leave(edits, id, slot, order.key(slot))
      this.#partitionOf[slot] = -1
    }
    for (const slot of touched) {
      const old = this.#partitionOf[slot]!
      const id = this.#partitionKeys.of(columns, slot)
      const oldKey = old < 0 ? Number.NaN : order.key(slot)
      const moved = order.place(slot)
      // In a ring a written slot is another row, younger than all.
      if (id === old && !moved && table.limit === null) {
        editsOf(edits, id).written.push(slot)
        continue
      }
      if (old >= 0) leave(edits, old, slot, oldKey)
      editsOf(edits, id).fresh.push(slot)
      this.#partitionOf[slot] = id
    }
    const source = new Source(this.#source(table))
    for (const [id, edit] of edits) this.#apply(id, edit, source)
  }

  #apply(id: number, edit: Edits, source: Source): void {
    const order = this.#order!
    this.#partitions[id] ??= new Partition()
    const partition = this.#partitions[id]
    const compare = (a: number, b: number) => order.compare(a, b)
    // Where a row went, the row that followed it feels it first.
    const successors: number[] = []
    if (edit.gone.length > 0) partition.rows = without(partition.rows, new Set(edit.gone), successors)
    if (edit.fresh.length > 0) {
      const fresh = Uint32Array.from(edit.fresh)
      order.sort(fresh)
      partition.rows = insertSorted(partition.rows, fresh, compare)
    }
    const positions = [...edit.fresh, ...edit.written, ...successors].map((slot) => order.find(partition.rows, slot))
    // Rows that went from the very end have no successor, and touch only what looks ahead.
    if (edit.gone.length > successors.length) positions.push(partition.rows.length)
    for (const [from, to] of this.#dirty(partition, positions, edit)) {
      this.#evaluate!(partition, from, to, source, this.#results)
    }
  }

  /** The ranges of positions to compute anew, apart and ascending. */
  #dirty(partition: Partition, positions: readonly number[], edit: Edits): [number, number][] {
    const { op, frame, offset } = this.#spec
    const { rows } = partition
    const size = rows.length
    if (op === 'lag' || op === 'diff')
      return merged(
        positions.map((at) => [at, at + offset + 1]),
        size,
      )
    if (op === 'lead')
      return merged(
        positions.map((at) => [at - offset, at + 1]),
        size,
      )
    if (op === 'ema' || frame === 'cumulative') {
      return merged([[positions.reduce((a, b) => Math.min(a, b), size), size]], size)
    }
    if ('rows' in frame)
      return merged(
        positions.map((at) => [at, at + frame.rows + 1]),
        size,
      )
    const order = this.#order!
    const keyed = order.firstKeyed(rows)
    const keys = [...edit.fresh, ...edit.written].map((slot) => order.key(slot)).concat(edit.goneKeys)
    const ranges = keys.filter((key) => !Number.isNaN(key)).map((key) => order.reach(rows, key, frame.range, keyed))
    return merged([...ranges, ...positions.filter((at) => at < keyed).map((at): [number, number] => [at, keyed])], size)
  }

  #source(table: Table): Column {
    return table.columns[this.#spec.source]!
  }

  #partitionColumns(table: Table): Column[] {
    return this.#spec.partition.map((position) => table.columns[position]!)
  }

  #readDictionaries(table: Table, position: number): (Dictionary | null)[] {
    const { partition, order, source } = this.#spec
    return [...partition, source, position, ...(order < 0 ? [] : [order])].map((at) => table.columns[at]!.dictionary)
  }

  #dictionariesMoved(table: Table, position: number): boolean {
    return this.#readDictionaries(table, position).some((dictionary, i) => dictionary !== this.#dictionaries[i])
  }

  #growPartitionOf(slots: number): void {
    if (slots <= this.#partitionOf.length) return
    const grown = new Int32Array(Math.max(slots, this.#partitionOf.length * 2)).fill(-1)
    grown.set(this.#partitionOf)
    this.#partitionOf = grown
  }
}

function editsOf(edits: Map<number, Edits>, id: number): Edits {
  let edit = edits.get(id)
  if (edit === undefined) {
    edit = { gone: [], fresh: [], written: [], goneKeys: [] }
    edits.set(id, edit)
  }
  return edit
}

function leave(edits: Map<number, Edits>, id: number, slot: number, key: number): void {
  const edit = editsOf(edits, id)
  edit.gone.push(slot)
  edit.goneKeys.push(key)
}

/** `rows` without `gone`; adds to `successors` each row that stood right after one that went. */
function without(rows: Uint32Array, gone: ReadonlySet<number>, successors: number[]): Uint32Array {
  const out = new Uint32Array(rows.length)
  let count = 0
  let pending = 0
  for (const slot of rows) {
    if (gone.has(slot)) {
      pending++
      continue
    }
    for (; pending > 0; pending--) successors.push(slot)
    out[count++] = slot
  }
  return out.slice(0, count)
}

/** Ranges clamped to `size`, sorted, those that meet joined. */
function merged(ranges: readonly (readonly [number, number])[], size: number): [number, number][] {
  const clamped = ranges
    .map(([from, to]): [number, number] => [Math.max(0, from), Math.min(size, to)])
    .filter(([from, to]) => from < to)
    .sort((a, b) => a[0] - b[0])
  const out: [number, number][] = []
  for (const range of clamped) {
    const last = out.at(-1)
    if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1])
    else out.push(range)
  }
  return out
}
