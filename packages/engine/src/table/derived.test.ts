import { describe, expect, it, vi } from 'vitest'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Schema } from '../columns/storage.js'
import { Budget } from '../expression/budget.js'
import { EMPTY_CONFIG, type WindowConfig } from '../query/config.js'
import { EVERYTHING } from '../query/slice.js'
import { View } from '../query/view.js'
import { Table, type TableOptions } from './table.js'

/** `EDITS=100000 SEED=7 vitest run derived` runs longer, or a seed again. */
const { EDITS: edits = '300', SEED: seed = String(Math.floor(Math.random() * 2 ** 31)) } = process.env
const EDITS = Number(edits)
const SEED = Number(seed)
const EDITS_PER_TABLE = 100

const SCHEMA: Schema = [
  { name: 'k', storage: 'int32' },
  { name: 'f', storage: 'float64' },
  { name: 's', storage: 'string' },
  { name: 'b', storage: 'boolean' },
  { name: 'd', storage: 'date' },
  { name: 't', storage: 'datetime' },
]

/** By name; the ways of computing there are: by blocks and by rows, per string, over other rows. */
const EXPRESSIONS: Record<string, string> = {
  e0: '"f" * "k" + 1',
  e1: 'if ("b") "f"; else "f" / 2',
  e2: `upper(concat("s", '-', "s"))`,
  e3: `replace_all("s", '[ab]', 'x')`,
  e4: `match("s", 'a') and "k" > 3`,
  e5: 'var x := 0; for (var i := 0; i < "k"; i += 1) { x += "f"; }; x',
  e6: `bucket("t", '5m')`,
  e7: `bucket("d", 'M')`,
  e8: `order("s", 'b', 'a', "s")`,
  e9: 'var v[3] := {"f", "k", 1}; sum(v)',
  e10: 'coalesce("f", "k" * 1.5)',
  e11: `search("s", '([a-c])')`,
  e12: 'string("f")',
  e13: 'is_null("s")',
  e14: `day_of_week("d")`,
  e15: `substring("s", 0, 1)`,
  e16: '"s"',
}
const LOOKUP = `vlookup('f', integer("k" / 2))`

const window = (op: string, source: string, more: Partial<WindowConfig> = {}): WindowConfig => ({
  source,
  op,
  frame: null,
  offset: null,
  alpha: null,
  partition_by: [],
  order_by: null,
  ...more,
})
const byF = { column: 'f', desc: false }
const WINDOWS: Record<string, WindowConfig> = {
  w0: window('sum', 'e0', { frame: 'cumulative', order_by: byF }),
  w1: window('max', 'e2', { frame: { rows: 2 }, partition_by: ['b'] }),
  w2: window('avg', 'e5', { frame: { range: 2 }, order_by: byF, partition_by: ['s'] }),
  w3: window('lag', 'e6', { order_by: { column: 't', desc: true } }),
  w4: window('count', 'e11', { frame: 'cumulative', partition_by: ['d', 'b'] }),
  w5: window('ema', 'e10', { alpha: 0.5, order_by: byF }),
  w6: window('sum', 'look', { frame: { rows: 1 }, order_by: byF }),
}

/** A small generator of numbers, so that a seed tells everything. */
function mulberry(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function value(pick: (below: number) => number, name: string): Scalar {
  if (name !== 'k' && pick(7) === 0) return null
  switch (name) {
    case 'k':
      return pick(25)
    case 'f':
      return pick(60) / 4 - 5
    case 's':
      // Ever new texts make dictionaries be compacted.
      return pick(15) === 0 ? `n${pick(1e9)}` : ['a', 'b', 'ab', '', 'é', 'cab'][pick(6)]!
    case 'b':
      return pick(2) === 1
    case 'd':
      return 19_000 + pick(90)
    default:
      return pick(40) * 100_000
  }
}

function edit(pick: (below: number) => number, table: Table): void {
  const kind = pick(14)
  if (kind === 0) {
    table.apply({ kind: 'clear', port: 0 })
  } else if (kind <= 3 && table.index !== null) {
    const keys = Array.from({ length: pick(5) }, () => pick(25))
    table.apply({ kind: 'remove', keys: Column.of('int32', keys), port: 0 })
  } else {
    const length = pick(kind > 11 ? 40 : 5)
    const given = SCHEMA.filter(({ name }) => name === 'k' || pick(4) > 0)
    const columns = given.map(({ name, storage }) =>
      Column.of(
        storage,
        Array.from({ length }, () => value(pick, name)),
      ),
    )
    const batch = createBatch(
      given.map(({ name }) => name),
      columns,
      length,
    )
    table.apply({ kind: kind === 4 ? 'replace' : 'update', batch, port: 0 })
  }
}

/** Every derived column of a view, as text, floats rounded to what summing in another order may change. */
function derived(view: View): string[] {
  const { columns, length } = view.slice(EVERYTHING)
  return columns.map((column) =>
    Array.from({ length }, (_, row) => {
      const cell = column.get(row)
      return typeof cell === 'number' ? Math.round(cell * 1e6) / 1e6 + 0 : cell
    }).join('|'),
  )
}

function run(seed: number, edits: number): void {
  const pick = mulberry(seed)
  const options: TableOptions = [{}, { index: 'k' }, { limit: 20 }][pick(3)]!
  const table = new Table(SCHEMA, options)
  // In a table without an index, `vlookup` goes by row numbers, which a copy has not.
  const look = options.index === undefined ? '"f"' : LOOKUP
  const expressions = { ...EXPRESSIONS, look }
  const config = {
    ...EMPTY_CONFIG,
    columns: [...Object.keys(expressions), ...Object.keys(WINDOWS)],
    expressions,
    windows: WINDOWS,
  }
  for (let i = pick(4); i > 0; i--) edit(pick, table)
  const view = new View(table, config)
  // A replacement computes everything anew.
  const copy = new Table(SCHEMA, options.index === undefined ? {} : options)
  const anew = new View(copy, config)
  for (let done = 0; done < edits; ) {
    for (let i = pick(8); i >= 0; i--, done++) edit(pick, table)
    const order = table.order() ?? table.liveSlots()
    const columns = table.columns.slice(0, SCHEMA.length).map((column) => column!.gather(order))
    const names = SCHEMA.map(({ name }) => name)
    copy.apply({ kind: 'replace', batch: createBatch(names, columns, order.length), port: 0 })
    expect(derived(view), `seed ${seed} after ${done} edits`).toEqual(derived(anew))
  }
  view.close()
}

describe('A7, A8 derived columns', () => {
  const what = `are what they would be if computed anew, whatever the edits (seed ${SEED}, ${EDITS} edits)`
  it(what, { timeout: 3_600_000 }, () => {
    for (let at = 0; at < EDITS; at += EDITS_PER_TABLE) run(SEED + at, EDITS_PER_TABLE)
  })

  it('are computed once for all views, and then where rows changed', () => {
    const table = new Table(SCHEMA, { index: 'k' })
    const n = 1000
    const cells = Array.from({ length: n }, (_, i) => i)
    const batch = createBatch(['k', 'f'], [Column.of('int32', cells), Column.of('float64', cells)], n)
    table.apply({ kind: 'update', batch, port: 0 })
    const rows = vi.spyOn(Budget.prototype, 'allows')
    const count = (work: () => void): number => {
      rows.mockClear()
      work()
      return rows.mock.calls.length
    }
    const text = 'var x := 0; for (var i := 0; i < 3; i += 1) { x += "f"; }; x'
    const made: View[] = []
    const open = (columns: string[], more: Partial<typeof EMPTY_CONFIG> = {}): void => {
      const view = new View(table, { ...EMPTY_CONFIG, columns, expressions: { x: text }, ...more })
      view.slice(EVERYTHING)
      made.push(view)
    }
    // A window that an update of any row spreads over all of them is no reason to compute the expression there.
    const windows = { w: window('sum', 'f', { frame: 'cumulative' }) }
    made.push(new View(table, { ...EMPTY_CONFIG, columns: ['w'], windows }))
    expect(count(() => open(['x']))).toBe(n)
    expect(
      count(() => {
        open(['x', 'k'], { sort: [{ column: 'x', dir: 'desc' }] })
        open(['k'], { group_by: ['x'] })
        open(['x'], { expressions: { y: `${text} // the same`, x: text } })
        open(['w'], { windows: { w: window('max', 'x', { frame: { rows: 3 } }) } })
      }),
    ).toBe(0)
    const one = createBatch(['k', 'f'], [Column.of('int32', [0, 7]), Column.of('float64', [5, 5])], 2)
    expect(
      count(() => {
        table.apply({ kind: 'update', batch: one, port: 0 })
        for (const view of made) view.slice(EVERYTHING)
      }),
    ).toBe(2)
    rows.mockRestore()
    for (const view of made) view.close()
    expect(table.columns.filter((column) => column !== null).length).toBe(SCHEMA.length)
  })
})
