import type { Column } from '../../columns/column.js'
import type { Storage } from '../../columns/storage.js'
import { STRING, typeCode } from '../value/cell.js'
import { BLOCK, Block, type Rows } from './block.js'
import type { StringPool } from './string-pool.js'

/** A column's values: consecutive doubles where they lie, all else copied. */
export class ColumnBlock extends Block {
  override readonly computes = false
  readonly name: string
  readonly #pool: StringPool
  readonly #ownData = new Float64Array(BLOCK)
  #column!: Column
  #codes: Int32Array | null = null

  constructor(name: string, storage: Storage, pool: StringPool) {
    super(typeCode(storage), true)
    this.name = name
    this.#pool = pool
  }

  /** Sets the column for the runs to come. */
  bind(column: Column): void {
    this.#column = column
    this.#codes = this.type === STRING ? this.#pool.inputCodes(this.name, column) : null
  }

  run(rows: Rows): void {
    if (rows.first < 0) this.#gather(rows)
    else this.#slice(rows.first, rows.count)
  }

  #slice(first: number, count: number): void {
    const { data, valid } = this.#column
    const codes = this.#codes
    if (codes !== null) {
      this.data = this.#ownData
      for (let i = 0; i < count; i++) this.data[i] = codes[data[first + i]!]!
    } else if (data instanceof Float64Array) {
      this.data = data.subarray(first, first + count)
    } else {
      this.data = this.#ownData
      this.data.set(data.subarray(first, first + count))
    }
    this.hasNulls = valid !== null
    if (valid === null) return
    const { nulls } = this
    let any = 0
    for (let i = 0; i < count; i++) {
      const slot = first + i
      const isNull = ((valid[slot >> 3]! >> (slot & 7)) & 1) ^ 1
      nulls[i] = isNull
      any |= isNull
    }
    this.hasNulls = any !== 0
  }

  #gather({ slots, at, count }: Rows): void {
    const { data, valid } = this.#column
    const codes = this.#codes
    const own = this.#ownData
    this.data = own
    if (codes === null) for (let i = 0; i < count; i++) own[i] = data[slots[at + i]!]!
    else for (let i = 0; i < count; i++) own[i] = codes[data[slots[at + i]!]!]!
    this.hasNulls = valid !== null
    if (valid === null) return
    const { nulls } = this
    for (let i = 0; i < count; i++) {
      const slot = slots[at + i]!
      nulls[i] = ((valid[slot >> 3]! >> (slot & 7)) & 1) ^ 1
    }
  }
}
