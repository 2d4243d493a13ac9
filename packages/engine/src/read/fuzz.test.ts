import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Column } from '../columns/column.js'
import { TablecastError } from '../error.js'
import { Table } from '../table/table.js'
import { toArrow, toJsonColumns } from '../write/write.js'
import { readNew, readUpdate, type TableData } from './read.js'

// Broken input of every format ends in a table or a TablecastError, never in another error, and never half applied.
// `pnpm --filter @tablecast/engine fuzz` runs a hundred thousand inputs; FUZZ_SEED repeats a run.

declare const process: { env: Record<string, string | undefined> }

const numRuns = Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 600) / 6)
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const timeout = 30_000 + numRuns * 20

const columns = [
  Column.of('int32', [1, null, -3, 4]),
  Column.of('float64', [1.5, Number.NaN, null, -0]),
  Column.of('string', ['a', 'é"\n,', null, 'a']),
  Column.of('date', [0, null, 19_724, -1]),
  Column.of('datetime', [0, null, 1_704_164_645_678, -1]),
  Column.of('boolean', [true, null, false, true]),
  Column.of('uint64', [2n ** 64n - 1n, null, 1, 2]),
]
const names = ['i', 'f', 's', 'd', 't', 'b', 'u']
const slice = { length: 4, names, columns, rowPath: null, keys: null }
const list = new arrow.List(new arrow.Field('item', new arrow.Int32(), true))
const nested = new arrow.Table({
  l: arrow.vectorFromArray([[1, 2], [3], null, []], list),
  s: arrow.vectorFromArray(
    [{ x: 1 }, null, { x: 3 }, { x: null }],
    new arrow.Struct([new arrow.Field('x', new arrow.Int32(), true)]),
  ),
  n: arrow.vectorFromArray(['p', 'q', null, ''], new arrow.LargeUtf8()),
})

const arrows = [
  toArrow(slice),
  toArrow(slice, { compression: 'lz4' }),
  arrow.tableToIPC(nested, 'stream'),
  arrow.tableToIPC(nested, 'file'),
]
const jsons = [
  '[{"i":1,"f":1.5,"s":"a\\u0041","t":null},{"i":-2,"b":true,"n":{"x":[1,{"y":2}]}}]',
  '[{"i":1},{"i":"2024-01-02"}]',
]
const columnJsons = ['{"i":[1,null,3],"s":["a","b"],"l":[[1,2],[3],null]}']
const ndjsons = ['{"i":1,"s":"x"}\n{"i":2.5}\n{"l":[1,[2]]}\n']
const csvs = [
  'i,f,"s"\n1,1.5,"a""b"\n\n-2,,x\r\n3,1e5,"q\nr"\n',
  'd,t,b\n2024-01-02,2024-01-02 03:04:05.678,true\n,"1/2/2024, 3:04:05 AM",0\n',
]

/** Text with some of its pieces cut out, put in, doubled or exchanged. */
function mutatedText(samples: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    '"',
    ',',
    '\n',
    '\r',
    '[',
    ']',
    '{',
    '}',
    ':',
    '\\',
    '\\u',
    'null',
    '-',
    '1e999',
    '.',
    '\0',
    '\ud800',
    '9'.repeat(400),
  )
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(8),
    put: fc.oneof(piece, fc.string({ maxLength: 6 })),
  })
  return fc.tuple(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 6 })).map(([sample, edits]) =>
    edits.reduce((text, { at, cut, put }) => {
      const from = Math.floor(at * text.length)
      return text.slice(0, from) + put + text.slice(from + cut)
    }, sample),
  )
}

/** Bytes of which some are others, some numbers lie, and some are cut off. */
const mutatedBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...arrows),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        value: fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.nat(255)),
        count: fc.nat(7),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  )
  .map(([sample, edits, kept]) => {
    const bytes = sample.slice(0, Math.ceil(sample.length * kept))
    for (const { at, value, count } of edits) {
      const from = Math.floor(at * bytes.length)
      bytes.fill(value, from, from + count + 1)
    }
    return bytes
  })

const schema = names.map((name, at) => ({ name, storage: columns[at]!.storage }))

function attempt(data: TableData, index: string | undefined): void {
  const options = index === undefined ? {} : { index }
  const table = new Table(schema, options)
  table.apply({ kind: 'update', batch: readNew({ format: 'arrow', bytes: arrows[0]! }).batch, port: 0 })
  const before = contents(table)
  try {
    const batch = readUpdate(data, table)
    for (const column of batch.columns) expect(column.length).toBe(batch.length)
    table.apply({ kind: 'update', batch, port: 0 })
    contents(table)
  } catch (error) {
    if (!(error instanceof TablecastError)) throw error
    expect(contents(table)).toBe(before)
  }
  try {
    const read = readNew(data, options)
    const made = new Table(read.schema, options)
    made.apply({ kind: 'update', batch: read.batch, port: 0 })
    contents(made)
  } catch (error) {
    if (!(error instanceof TablecastError)) throw error
  }
}

function contents(table: Table): string {
  const order = table.order() ?? table.liveSlots()
  const all = table.schema.map((field) => field.name)
  return toJsonColumns({
    length: order.length,
    names: all,
    columns: all.map((_, position) => table.columns[position]!.gather(order)),
    rowPath: null,
    keys: null,
  })
}

describe('A3 fuzz', () => {
  const index = fc.constantFrom(undefined, 'i', 's', 'u')

  it.each<[string, fc.Arbitrary<TableData>]>([
    ['rows', mutatedText(jsons).map((rows) => ({ format: 'rows', rows }))],
    ['columns', mutatedText(columnJsons).map((text) => ({ format: 'columns', columns: text }))],
    ['ndjson', mutatedText(ndjsons).map((text) => ({ format: 'ndjson', text }))],
    ['csv', mutatedText(csvs).map((text) => ({ format: 'csv', text }))],
    ['arrow', mutatedBytes.map((bytes) => ({ format: 'arrow', bytes }))],
    ['arrow again', mutatedBytes.map((bytes) => ({ format: 'arrow', bytes }))],
  ])(
    `survives broken %s (seed ${seed})`,
    (_, data) => {
      fc.assert(fc.property(data, index, attempt), { numRuns, seed })
    },
    timeout,
  )
})
