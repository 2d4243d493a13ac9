import { describe, expect, it } from 'vitest'
import { type Cells, cellsOf, updateOf } from '../../tests/tables.js'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Schema } from '../columns/storage.js'
import { EMPTY_CONFIG, type WindowConfig } from '../query/config.js'
import { EVERYTHING } from '../query/slice.js'
import { View } from '../query/view.js'
import { Table, type TableOptions } from '../table/table.js'

const SCHEMA: Schema = [
  { name: 'k', storage: 'int32' },
  { name: 'g', storage: 'string' },
  { name: 'v', storage: 'float64' },
  { name: 't', storage: 'datetime' },
]

const update = (columns: Cells) => updateOf(SCHEMA, columns)

const WINDOW: WindowConfig = {
  source: 'v',
  op: 'sum',
  partition_by: [],
  order_by: null,
  frame: null,
  offset: null,
  alpha: null,
}

/** The window's column in table order, read by a view of its own. */
function read(table: Table, window: WindowConfig): Scalar[] {
  const view = new View(table, { ...EMPTY_CONFIG, columns: ['w'], windows: { w: window } })
  const slice = view.slice(EVERYTHING)
  const cells = Array.from({ length: slice.length }, (_, row) => slice.columns[0]!.get(row))
  view.close()
  return cells
}

function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const byT = { column: 't', desc: false }
const byTDown = { column: 't', desc: true }
const CASES: Partial<WindowConfig>[] = [
  ...['sum', 'avg', 'count', 'min', 'max', 'stddev', 'var'].flatMap((op) => [
    { op },
    { op, partition_by: ['g'], order_by: byT },
    { op, frame: { rows: 2 }, order_by: byTDown, partition_by: ['g', 'k'] },
    { op, frame: { rows: 3 } },
    { op, frame: { range: 5 }, order_by: byT, partition_by: ['g'] },
    { op, frame: { range: 3 }, order_by: byTDown },
  ]),
  { op: 'min', source: 'g', frame: { rows: 2 } },
  { op: 'max', source: 'g', order_by: { column: 'g', desc: true } },
  { op: 'lag', source: 'g', order_by: byT },
  { op: 'lag', offset: 2, partition_by: ['g'] },
  { op: 'lead', offset: 3, order_by: byTDown },
  { op: 'diff', order_by: byT, partition_by: ['g'] },
  { op: 'rate', order_by: byT, frame: { range: 4 } },
  { op: 'ema', alpha: 0.5, order_by: byT, partition_by: ['g'] },
]

describe('A8 windows', () => {
  it('computes frames by rows, by range and from the start', () => {
    const table = new Table(SCHEMA)
    table.apply(update({ v: [1, 2, null, 4], t: [0, 10, 11, 30] }))
    expect(read(table, WINDOW)).toEqual([1, 3, 3, 7])
    expect(read(table, { ...WINDOW, frame: { rows: 1 } })).toEqual([1, 3, 2, 4])
    expect(read(table, { ...WINDOW, frame: { range: 10 }, order_by: byT })).toEqual([1, 3, 2, 4])
    expect(read(table, { ...WINDOW, op: 'lag' })).toEqual([null, 1, 2, null])
    expect(read(table, { ...WINDOW, op: 'lead', offset: 2 })).toEqual([null, 4, null, null])
    expect(read(table, { ...WINDOW, op: 'ema', alpha: 0.5 })).toEqual([1, 1.5, 1.5, 2.75])
    expect(read(table, { ...WINDOW, op: 'rate', frame: { range: 20 }, order_by: byT })).toEqual([
      null,
      0.1,
      null,
      2 / 20,
    ])
  })

  it('keeps deviations right after large numbers', () => {
    const table = new Table(SCHEMA)
    table.apply(update({ v: [2147483647, -1, -1, 1, -4] }))
    const deviations = read(table, { ...WINDOW, op: 'stddev', frame: { rows: 1 } }).slice(2)
    expect(deviations).toEqual([0, Math.SQRT2, expect.closeTo(3.5355339059327378, 12)])
  })

  it('counts texts in numbers, which aggregate as such', () => {
    const table = new Table(SCHEMA)
    table.apply(update({ g: ['z', 'a', 'b'], k: [1, 1, 2] }))
    const windows = { w: { ...WINDOW, op: 'count', source: 'g' } }
    for (const [aggregate, total] of [
      ['avg', 2],
      ['max', 3],
      ['unique', null],
      ['median', 2],
    ] as const) {
      const aggregates = { w: [aggregate] as const }
      const view = new View(table, { ...EMPTY_CONFIG, columns: ['w'], windows, group_by: ['k'], aggregates })
      expect(view.slice(EVERYTHING).columns[0]!.get(0), aggregate).toBe(total)
      view.close()
    }
  })

  it('says what is wrong with a window in the reference words', () => {
    const table = new Table(SCHEMA)
    const wrong = (window: Partial<WindowConfig>) => () => read(table, { ...WINDOW, ...window })
    expect(wrong({ source: 'zz' })).toThrow('Window `source` column not found: zz')
    expect(wrong({ op: 'foo' })).toThrow('Window `op` not implemented in this build: foo')
    expect(wrong({ source: 'g' })).toThrow('Window op requires a numeric `source` column: g')
    expect(wrong({ frame: { range: 1 } })).toThrow('Window `range` frames require an explicit `order_by`')
    expect(wrong({ op: 'rate' })).toThrow('Window `rate` requires a `range` frame')
    expect(wrong({ op: 'ema' })).toThrow('Window `ema` requires `alpha` in (0, 1]')
  })

  it.each<[string, TableOptions]>([
    ['index', { index: 'k' }],
    ['limit', { limit: 12 }],
    ['no key', {}],
  ])('stays what it would be if built anew, whatever the edits (%s)', (_, options) => {
    const seed = 20260
    const random = mulberry(seed)
    const pick = (n: number) => Math.floor(random() * n)
    const table = new Table(SCHEMA, options)
    const windows: WindowConfig[] = CASES.map((part) => ({ ...WINDOW, ...part }))
    const held = windows.map((window) => new View(table, { ...EMPTY_CONFIG, columns: ['w'], windows: { w: window } }))
    for (let step = 0; step < 60; step++) {
      const rows = 1 + pick(4)
      const cell = <T extends Scalar>(make: () => T): Scalar[] =>
        Array.from({ length: rows }, () => (pick(6) === 0 ? null : make()))
      const columns: Record<string, Scalar[]> = {
        k: Array.from({ length: rows }, () => pick(15)),
        v: cell(() => pick(40) / 4 - 3),
      }
      if (pick(3) > 0) columns['g'] = cell(() => 'abc'[pick(3)]!)
      if (pick(3) > 0) columns['t'] = cell(() => pick(12))
      if (options.index !== undefined && pick(5) === 0) {
        table.apply({ kind: 'remove', keys: Column.of('int32', [pick(15), pick(15)]), port: 0 })
      } else if (pick(25) === 0) {
        table.apply({ kind: 'replace', batch: update(columns).batch, port: 0 })
      } else {
        table.apply(update(columns))
      }
      const order = table.order() ?? table.liveSlots()
      const copy = new Table(SCHEMA, options.index === undefined ? {} : options)
      const names = SCHEMA.map(({ name }) => name)
      copy.apply({
        kind: 'update',
        batch: createBatch(
          names,
          table.columns.slice(0, 4).map((c) => c!.gather(order)),
          order.length,
        ),
        port: 0,
      })
      windows.forEach((window, i) => {
        const slice = held[i]!.slice(EVERYTHING)
        const now = Array.from({ length: slice.length }, (_, row) => slice.columns[0]!.get(row))
        const anew = read(copy, window)
        const close = (cells: Scalar[]) => cells.map((x) => (typeof x === 'number' ? Math.round(x * 1e9) / 1e9 + 0 : x))
        expect(close(now), `seed ${seed} step ${step} window ${JSON.stringify(window)}`).toEqual(close(anew))
      })
    }
  })

  it('recomputes only what a change touches, and reports only what came out different', () => {
    const table = new Table(SCHEMA, { index: 'k' })
    table.apply(update({ k: [1, 2, 3, 4, 5], v: [1, 2, 3, 4, 5] }))
    const view = new View(table, {
      ...EMPTY_CONFIG,
      columns: ['k', 'w'],
      windows: { w: { ...WINDOW, frame: { rows: 1 } } },
    })
    view.slice(EVERYTHING)
    const { version } = table
    table.apply(update({ k: [2], v: [20] }))
    const delta = view.delta(version)
    expect(
      Array.from({ length: delta.length }, (_, row) => [delta.columns[0]!.get(row), delta.columns[1]!.get(row)]),
    ).toEqual([
      [2, 21],
      [3, 23],
    ])
    const bystander = new View(table, { ...EMPTY_CONFIG, columns: ['k'] })
    expect(cellsOf(bystander.delta(version))).toEqual([2])
    bystander.close()
    view.close()
  })
})
