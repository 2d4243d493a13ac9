import type { Arg, Environment, FunctionDef, Loop } from '../functions/function.js'
import { Cell, INVALID, NONE, STRING, VALID } from '../value/cell.js'
import { Block, LiteralBlock, type Rows } from './block.js'
import type { StringPool } from './string-pool.js'

/** Steps of a call besides what its function accounts for itself. */
const CALL_STEPS = 2

/** What a call is given: a block of values, or a fixed text. */
export type BlockArg = { readonly block: Block } | { readonly text: string }

/**
 * A function computed row by row. One that is pure and takes a single string that varies is computed once per string.
 */
export class CallBlock extends Block {
  readonly #environment: Environment
  readonly #pool: StringPool
  readonly #inputs: { readonly block: Block; readonly cell: Cell }[] = []
  readonly #work: () => void
  readonly #out = new Cell()
  /** The string whose results are remembered, or null. */
  readonly #single: Block | null
  /** By code: 0 not computed, 1 null, 2 in `results`. */
  #known = new Uint8Array(0)
  #results = new Float64Array(0)
  #generation = 0
  readonly #loop: Loop | null
  readonly #data: Float64Array[] = []

  constructor(
    type: number,
    def: FunctionDef,
    args: readonly BlockArg[],
    constants: ReadonlySet<Block>,
    environment: Environment,
    pool: StringPool,
  ) {
    super(type, true)
    this.#environment = environment
    this.#pool = pool
    const made = args.map((arg): Arg => {
      if ('text' in arg) return { kind: 'text', run: () => arg.text }
      const cell = new Cell()
      this.#inputs.push({ block: arg.block, cell })
      return { kind: 'scalar', run: () => cell }
    })
    const compute = def.make(made, environment)
    this.#work = () => compute(this.#out)
    const types = args.map((arg) => ('text' in arg ? STRING : arg.block.type))
    const texts = args.map((arg) =>
      'text' in arg ? arg.text : arg.block instanceof LiteralBlock ? arg.block.literal : null,
    )
    this.#loop = def.loop?.(types, texts) ?? null
    const varying = this.#inputs.filter(({ block }) => !constants.has(block))
    const [first] = varying
    this.#single = def.pure && varying.length === 1 && first!.block.type === STRING ? first!.block : null
  }

  run({ count, slots, at }: Rows): void {
    this.hasNulls = false
    if (this.#loop !== null && !this.#anyNull()) {
      this.#inputs.forEach(({ block }, i) => {
        this.#data[i] = block.data
      })
      this.#loop(this.#data, this.data, count)
      return
    }
    if (this.#single !== null) {
      this.#remembered(this.#single, count)
      return
    }
    const { rows } = this.#environment
    for (let i = 0; i < count; i++) {
      rows.slot = slots[at + i]!
      if (this.#computeRow(i)) this.data[i] = this.#result()
      else this.setNull(i, count)
    }
  }

  #anyNull(): boolean {
    for (const { block } of this.#inputs) if (block.hasNulls) return true
    return false
  }

  /** Computes a row into `out`; false when that is null, or the row was over the budget. */
  #computeRow(index: number): boolean {
    this.#load(index)
    return (
      this.#environment.budget.allows(this.#work, CALL_STEPS) && this.#out.status === VALID && this.#out.type !== NONE
    )
  }

  #remembered(single: Block, count: number): void {
    const { hasNulls, nulls, data } = single
    if (this.#generation !== this.#pool.generation) {
      this.#generation = this.#pool.generation
      this.#known = new Uint8Array(0)
    }
    for (let i = 0; i < count; i++) {
      const isNull = hasNulls && nulls[i] === 1
      // Nulls are computed anew: they are few, or all alike and cheap.
      const code = isNull ? -1 : data[i]!
      if (code >= this.#known.length) this.#grow()
      if (code >= 0 && this.#known[code]! !== 0) {
        if (this.#known[code] === 1) this.setNull(i, count)
        else this.data[i] = this.#results[code]!
        continue
      }
      const given = this.#computeRow(i)
      if (given) this.data[i] = this.#result()
      else this.setNull(i, count)
      if (code < 0 || (!given && this.#environment.budget.fault !== null)) continue
      this.#known[code] = given ? 2 : 1
      this.#results[code] = this.data[i]!
    }
  }

  #grow(): void {
    const size = Math.max(this.#pool.size, this.#known.length * 2, 64)
    const known = new Uint8Array(size)
    known.set(this.#known)
    const results = new Float64Array(size)
    results.set(this.#results.subarray(0, this.#known.length))
    this.#known = known
    this.#results = results
  }

  #load(index: number): void {
    for (const { block, cell } of this.#inputs) {
      cell.type = block.type
      if (block.hasNulls && block.nulls[index] === 1) {
        cell.status = INVALID
        continue
      }
      cell.status = VALID
      if (block.type === STRING) cell.text = this.#pool.text(block.data[index]!)
      else cell.value = block.data[index]!
    }
  }

  #result(): number {
    return this.type === STRING ? this.#pool.code(this.#out.text) : this.#out.value
  }
}
