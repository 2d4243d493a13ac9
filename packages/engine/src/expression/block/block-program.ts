import { fillBits } from '../../columns/bitmap.js'
import type { Column } from '../../columns/column.js'
import type { Table } from '../../table/table.js'
import type { Budget } from '../budget.js'
import type { Computation } from '../computation.js'
import type { TableRows } from '../table-rows.js'
import { STRING } from '../value/cell.js'
import { BLOCK, type Block, type Rows } from './block.js'
import type { ColumnBlock } from './column-block.js'
import type { StringPool } from './string-pool.js'

/** Of a block that loops over numbers, this power of two of values take a step. */
const STEP_SHIFT = 6

/** The blocks of an expression, in an order in which each comes after those it reads. */
export interface BlockPlan {
  readonly inputs: readonly ColumnBlock[]
  readonly blocks: readonly Block[]
  readonly root: Block
  readonly pool: StringPool
  readonly rows: TableRows
  readonly budget: Budget
}

/** A program that computes a block of rows at a time, node by node. */
export class BlockProgram implements Computation {
  readonly #plan: BlockPlan

  constructor(plan: BlockPlan) {
    this.#plan = plan
  }

  compute(table: Table, target: Column, slots: Uint32Array, stops: boolean): string | null {
    const { inputs, blocks, root, pool, rows, budget } = this.#plan
    rows.table = table
    budget.start(slots.length)
    pool.start()
    for (const input of inputs) input.bind(table.columns[table.position(input.name)]!)
    const own = root.data
    const wanted = root.computes && root.type !== STRING && target.data instanceof Float64Array ? target.data : null
    for (let at = 0; at < slots.length; at += BLOCK) {
      const count = Math.min(BLOCK, slots.length - at)
      const first = areConsecutive(slots, at, count) ? slots[at]! : -1
      const direct = wanted !== null && first >= 0
      if (direct) root.data = wanted.subarray(first, first + count)
      const run: Rows = { slots, at, count, first }
      if (budget.allowsBlock((count * blocks.length) >> STEP_SHIFT)) for (const block of blocks) block.run(run)
      if (budget.fault !== null && stops) break
      if (budget.isSpent) {
        for (let i = at; i < slots.length; i++) target.setNull(slots[i]!)
        break
      }
      if (!direct) writeData(root, run, target, pool)
      writeNulls(root, run, target)
      if (direct) root.data = own
    }
    return budget.fault
  }
}

function areConsecutive(slots: Uint32Array, at: number, count: number): boolean {
  for (let i = at + 1; i < at + count; i++) if (slots[i] !== slots[i - 1]! + 1) return false
  return true
}

function writeData(root: Block, { count, first, slots, at }: Rows, target: Column, pool: StringPool): void {
  const values = root.type === STRING ? outputCodes(root, count, target, pool) : root.data
  const { data } = target
  if (first < 0) for (let i = 0; i < count; i++) data[slots[at + i]!] = values[i]!
  else if (data instanceof Uint8Array) for (let i = 0; i < count; i++) data[first + i] = values[i]!
  else if (data instanceof Int32Array) for (let i = 0; i < count; i++) data[first + i] = values[i]!
  else data.set(count === values.length ? values : values.subarray(0, count), first)
}

function writeNulls(root: Block, { count, first, slots, at }: Rows, target: Column): void {
  const { valid } = target
  if (valid !== null) {
    if (first >= 0) fillBits(valid, first, first + count, true)
    else for (let i = 0; i < count; i++) valid[slots[at + i]! >> 3]! |= 1 << (slots[at + i]! & 7)
  }
  if (!root.hasNulls) return
  for (let i = 0; i < count; i++) if (root.nulls[i] === 1) target.setNull(slots[at + i]!)
}

const scratch = new Float64Array(BLOCK)

/** The codes of the root's strings in the target's dictionary. */
function outputCodes(root: Block, count: number, target: Column, pool: StringPool): Float64Array {
  const codes = pool.outputCodes(target)
  for (let i = 0; i < count; i++) {
    if (root.hasNulls && root.nulls[i] === 1) continue
    const code = root.data[i]!
    if (codes[code] === -1) codes[code] = target.dictionary!.add(pool.text(code))
    scratch[i] = codes[code]!
  }
  return scratch
}
