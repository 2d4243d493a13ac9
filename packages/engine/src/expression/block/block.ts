import { STRING } from '../value/cell.js'
import type { StringPool } from './string-pool.js'

/** Rows computed at a time. */
export const BLOCK = 1024

/** Which rows a block holds: `count` of `slots` from `at` on; `first` is the first slot when they are consecutive, or -1. */
export interface Rows {
  readonly slots: Uint32Array
  readonly at: number
  readonly count: number
  readonly first: number
}

/**
 * The values of one node for the rows of a block. A node that computes owns its arrays; one that only reads, such as a
 * column of doubles, points them at what it reads. Null cells may hold anything.
 */
export abstract class Block {
  /** Type code of every value. */
  readonly type: number
  /** Numbers; booleans as 0 or 1; dates as days, datetimes as ms; strings as codes of the pool. */
  data: Float64Array
  /** One byte per row: 1 for a null. Only to be read while `hasNulls`. */
  nulls: Uint8Array
  hasNulls = false
  /** Every run writes every row of `data`, so that it may be pointed at where the values are wanted. */
  readonly computes: boolean = true

  constructor(type: number, owns: boolean) {
    this.type = type
    this.data = owns ? new Float64Array(BLOCK) : EMPTY_DATA
    this.nulls = owns ? new Uint8Array(BLOCK) : EMPTY_NULLS
  }

  /** Computes the rows. Blocks it reads were run before. */
  abstract run(rows: Rows): void

  /** Makes this block's nulls those of `a` and `b` together. */
  protected joinNulls(a: Block, b: Block, count: number): void {
    this.hasNulls = a.hasNulls || b.hasNulls
    if (!this.hasNulls) return
    const { nulls } = this
    if (a.hasNulls && b.hasNulls) for (let i = 0; i < count; i++) nulls[i] = a.nulls[i]! | b.nulls[i]!
    else nulls.set(count === BLOCK ? (a.hasNulls ? a : b).nulls : (a.hasNulls ? a : b).nulls.subarray(0, count))
  }

  /** Makes this block's nulls those of `a`. */
  protected copyNulls(a: Block, count: number): void {
    this.hasNulls = a.hasNulls
    if (a.hasNulls) this.nulls.set(a.nulls.subarray(0, count))
  }

  /** Makes one row null. `hasNulls` must be right for the rows before. */
  protected setNull(index: number, count: number): void {
    if (!this.hasNulls) {
      this.hasNulls = true
      this.nulls.fill(0, 0, count)
    }
    this.nulls[index] = 1
  }
}

const EMPTY_DATA = new Float64Array(0)
const EMPTY_NULLS = new Uint8Array(0)

/** The same value in every row. */
export class ConstantBlock extends Block {
  override readonly computes = false

  constructor(type: number, value: number) {
    super(type, true)
    this.data.fill(value)
  }

  run(): void {}
}

/** The same string in every row. */
export class LiteralBlock extends Block {
  override readonly computes = false
  readonly literal: string
  readonly #pool: StringPool
  #generation = -1

  constructor(literal: string, pool: StringPool) {
    super(STRING, true)
    this.literal = literal
    this.#pool = pool
  }

  run(): void {
    if (this.#generation === this.#pool.generation) return
    this.#generation = this.#pool.generation
    this.data.fill(this.#pool.code(this.literal))
  }
}

/** A null in every row. */
export class NullBlock extends Block {
  override readonly computes = false

  constructor(type: number) {
    super(type, true)
    this.nulls.fill(1)
    this.hasNulls = true
  }

  run(): void {}
}
