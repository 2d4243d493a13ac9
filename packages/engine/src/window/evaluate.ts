import type { OrderedRows } from './ordered-rows.js'
import type { Partition } from './partition.js'
import type { Results } from './results.js'
import { CompensatedSum, emitSums, Sliding } from './sliding.js'
import type { Source } from './source.js'
import type { WindowSpec } from './spec.js'

/** Computes the rows `from … to` (excluded) of a partition whose `rows` are in order. */
export type Evaluate = (partition: Partition, from: number, to: number, source: Source, results: Results) => void

/**
 * How a window is computed. `output` reads what the window's column holds for a row that is not being computed: running
 * extremes and averages go on from there.
 */
export function evaluator(spec: WindowSpec, order: OrderedRows, output: () => Source): Evaluate {
  const { op, frame } = spec
  if (op === 'lag' || op === 'lead' || op === 'diff') return shifted(spec)
  if (op === 'ema' || frame === 'cumulative') {
    return op === 'min' || op === 'max' || op === 'ema' ? running(spec, output) : runningSums(spec)
  }
  if ('rows' in frame) return overRows(spec, frame.rows)
  return op === 'rate' ? rate(order, frame.range) : overRange(spec, order, frame.range)
}

function shifted({ op, offset }: WindowSpec): Evaluate {
  const by = op === 'lead' ? offset : -offset
  return ({ rows }, from, to, source, results) => {
    for (let at = from; at < to; at++) {
      const slot = rows[at]!
      const other = at + by
      if (other < 0 || other >= rows.length || !source.isValid(rows[other]!)) {
        results.putNull(slot)
      } else if (op !== 'diff') {
        results.put(slot, source.data[rows[other]!]!)
      } else if (source.isValid(slot)) {
        results.put(slot, source.data[slot]! - source.data[rows[other]!]!)
      } else {
        results.putNull(slot)
      }
    }
  }
}

function overRows({ op }: WindowSpec, back: number): Evaluate {
  return ({ rows }, from, to, source, results) => {
    const sliding = new Sliding(op, rows, source)
    let start = Math.max(0, from - back)
    for (let at = start; at < from; at++) sliding.enter(at)
    for (let at = from; at < to; at++) {
      for (const next = Math.max(0, at - back); start < next; start++) sliding.leave(start)
      sliding.enter(at)
      sliding.emit(start, at, results)
    }
  }
}

function overRange({ op }: WindowSpec, order: OrderedRows, range: number): Evaluate {
  return ({ rows }, from, to, source, results) => {
    const keyed = order.firstKeyed(rows)
    // Rows without an order key come first and frame together.
    if (from < keyed) {
      const sliding = new Sliding(op, rows, source)
      for (let at = 0; at < Math.min(to, keyed); at++) {
        sliding.enter(at)
        if (at >= from) sliding.emit(0, at, results)
      }
    }
    const first = Math.max(from, keyed)
    if (first >= to) return
    const sliding = new Sliding(op, rows, source)
    let start = order.firstWithin(rows, rows[first]!, range, keyed)
    for (let at = start; at < first; at++) sliding.enter(at)
    for (let at = first; at < to; at++) {
      for (; start < at && order.distance(rows[start]!, rows[at]!) > range; start++) sliding.leave(start)
      sliding.enter(at)
      sliding.emit(start, at, results)
    }
  }
}

function rate(order: OrderedRows, range: number): Evaluate {
  return ({ rows }, from, to, source, results) => {
    const keyed = order.firstKeyed(rows)
    for (let at = from; at < to; at++) {
      const slot = rows[at]!
      const first = at < keyed ? slot : rows[order.firstWithin(rows, slot, range, keyed)]!
      const step = order.key(slot) - order.key(first)
      if (first === slot || step === 0 || !source.isValid(slot) || !source.isValid(first)) results.putNull(slot)
      else results.put(slot, (source.data[slot]! - source.data[first]!) / step)
    }
  }
}

function runningSums({ op }: WindowSpec): Evaluate {
  return (partition, from, to, source, results) => {
    partition.reserveSums()
    const { rows, sums, squares, counts } = partition
    const sum = new CompensatedSum()
    const square = new CompensatedSum()
    let count = 0
    if (from > 0) {
      sum.reset(sums[from - 1]!)
      square.reset(squares[from - 1]!)
      count = counts[from - 1]!
    }
    for (let at = from; at < to; at++) {
      const slot = rows[at]!
      if (source.isValid(slot)) {
        const value = source.data[slot]!
        sum.add(value)
        square.add(value * value)
        count++
      }
      sums[at] = sum.value
      squares[at] = square.value
      counts[at] = count
      emitSums(op, sum.value, square.value, count, slot, results)
    }
  }
}

/** min, max and ema: the value of the row before is all the state there is. */
function running({ op, alpha }: WindowSpec, output: () => Source): Evaluate {
  return ({ rows }, from, to, source, results) => {
    let state = 0
    let has = false
    if (from > 0) {
      const before = output()
      const slot = rows[from - 1]!
      has = before.isValid(slot)
      state = before.data[slot]!
    }
    for (let at = from; at < to; at++) {
      const slot = rows[at]!
      if (source.isValid(slot)) {
        const value = source.data[slot]!
        if (op === 'ema') {
          state = has ? alpha * value + (1 - alpha) * state : value
        } else if (!has || (op === 'min' ? source.lessValues(value, state) : source.lessValues(state, value))) {
          state = value
        }
        has = true
      }
      if (has) results.put(slot, state)
      else results.putNull(slot)
    }
  }
}
