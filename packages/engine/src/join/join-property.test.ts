import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../batch.js'
import { Column } from '../columns/column.js'
import type { Scalar, Storage } from '../columns/storage.js'
import type { Mutation } from '../mutation.js'
import { EMPTY_CONFIG, type ViewConfig } from '../query/config.js'
import { EVERYTHING } from '../query/slice.js'
import { View } from '../query/view.js'
import { Table, type TableOptions } from '../table/table.js'
import { Join, type JoinType } from './join.js'

/** `RUNS=20000 SEED=7 vitest run join-property` runs longer, or a seed again. */
const { RUNS = '40', SEED = String(Math.floor(Math.random() * 2 ** 31)) } = process.env

type Cell = 'k' | 'i' | 'v'
type Row = { readonly [name in Cell]?: Scalar } & { readonly address?: number }
type Edit = { readonly to: number } & (
  | { readonly kind: 'update' | 'replace'; readonly rows: readonly Row[] }
  | { readonly kind: 'remove'; readonly keys: readonly Row[] }
)

const STORAGES: readonly (readonly [Cell, Storage])[] = [
  ['k', 'string'],
  ['i', 'int32'],
  ['v', 'float64'],
]

/** The tables that are joined share the key's name and nothing else. */
const nameIn = (table: number, name: Cell) => (name === 'k' ? name : `${name}${table}`)

function bitsOf(flags: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array((flags.length + 7) >> 3)
  for (const [i, flag] of flags.entries()) if (flag) bits[i >> 3]! |= 1 << (i & 7)
  return bits
}

function batch(to: number, rows: readonly Row[], addressed: boolean): Batch {
  const cellsOf = (storage: Storage, of: (row: Row) => Scalar | undefined) =>
    Column.of(
      storage,
      rows.map((row) => of(row) ?? null),
    )
  return {
    names: STORAGES.map(([name]) => nameIn(to, name)),
    columns: STORAGES.map(([name, storage]) => cellsOf(storage, (row) => row[name])),
    length: rows.length,
    given: STORAGES.map(([name]) => bitsOf(rows.map((row) => row[name] !== undefined))),
    address: addressed ? cellsOf('int64', ({ address }) => address) : null,
  }
}

function mutationOf(edit: Edit, { schema, index, indexPosition }: Table): Mutation | null {
  if (edit.kind !== 'remove') return { kind: edit.kind, batch: batch(edit.to, edit.rows, index === null), port: 0 }
  if (index === null) return null
  const keys = edit.keys.map((row) => row[index === 'k' ? 'k' : 'i'] ?? null)
  return { kind: 'remove', keys: Column.of(schema[indexPosition]!.storage, keys), port: 0 }
}

function shown(view: View): Scalar[][] {
  const { columns, rowPath, length } = view.slice(EVERYTHING)
  const all = [...(rowPath?.levels ?? []), ...columns]
  return Array.from({ length }, (_, row) => all.map((column) => column.get(row)))
}

const configs: readonly ViewConfig[] = [
  EMPTY_CONFIG,
  { ...EMPTY_CONFIG, sort: [{ column: 'i0', dir: 'desc' }], filter: [{ column: 'v1', op: 'is not null', terms: [] }] },
  { ...EMPTY_CONFIG, group_by: ['k'], aggregates: { i0: ['sum'], v0: ['last by index'], i1: ['count'], v1: ['max'] } },
  {
    ...EMPTY_CONFIG,
    columns: ['sum'],
    expressions: { plus: '"i0" + "i1"' },
    windows: {
      sum: {
        ...{ source: 'i1', op: 'sum', partition_by: ['k'], order_by: null, frame: 'cumulative' },
        ...{ offset: null, alpha: null },
      },
    },
  },
]

const key = fc.constantFrom<Scalar>(null, 'a', 'b', 'c')
const small = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
)
const row: fc.Arbitrary<Row> = fc.record(
  { k: key, i: small, v: small, address: fc.integer({ min: 0, max: 6 }) },
  { requiredKeys: ['k'] },
)
const someRow: fc.Arbitrary<Row> = fc.oneof(
  { weight: 3, arbitrary: row.map(({ address: _, ...rest }) => rest) },
  { weight: 1, arbitrary: row.map(({ k, ...rest }) => (rest.v === 0 || k === undefined ? rest : { ...rest, k })) },
)
const rows = fc.array(someRow, { maxLength: 4 })
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ to: fc.nat(2), kind: fc.constant('update' as const), rows }) },
  { weight: 3, arbitrary: fc.record({ to: fc.nat(2), kind: fc.constant('remove' as const), keys: rows }) },
  { weight: 1, arbitrary: fc.record({ to: fc.nat(2), kind: fc.constant('replace' as const), rows }) },
)
const options = fc.constantFrom<TableOptions>({}, {}, { index: 'k' }, { index: 'i' }, { limit: 3 })
const type = fc.constantFrom<JoinType>('inner', 'left', 'outer')

const indexIn = (table: number, { index, ...others }: TableOptions): TableOptions =>
  index === undefined ? others : { index: nameIn(table, index as Cell) }

test('A12 a join that follows its sources is the join made anew, after every edit, chained too', () => {
  const property = fc.property(
    fc.tuple(options, options, options),
    fc.tuple(type, type),
    fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
    (tableOptions, [first, second], turns) => {
      const tables = tableOptions.map((each, at) => {
        return new Table(
          STORAGES.map(([name, storage]) => ({ name: nameIn(at, name), storage })),
          indexIn(at, each),
        )
      })
      const make = () => {
        const inner = new Join(tables[0]!, tables[1]!, { on: 'k', rightOn: 'k', type: first })
        const outer = new Join(tables[2]!, inner.table, { on: 'k', rightOn: 'k', type: second })
        const refresh = () => {
          for (const { table, refresh } of [inner, outer].map((join) => ({
            table: join.table,
            refresh: () => join.refresh(),
          }))) {
            const splice = refresh()
            if (splice !== null) table.apply(splice)
          }
        }
        refresh()
        return { joins: [inner, outer], refresh }
      }
      const { joins, refresh } = make()
      const views = joins.map(({ table }) => configs.map((config) => new View(table, config)))
      for (const turn of turns) {
        for (const each of turn) {
          const mutation = mutationOf(each, tables[each.to]!)
          if (mutation !== null) tables[each.to]!.apply(mutation)
        }
        refresh()
        const fresh = make().joins
        for (const [at, { table }] of fresh.entries()) {
          expect(joins[at]!.table.size).toBe(table.size)
          for (const [i, config] of configs.entries()) {
            // A total of no rows tells whether there were any, as in the reference.
            if (table.size === 0 && config.group_by.length > 0) continue
            expect(shown(views[at]![i]!)).toEqual(shown(new View(table, config)))
          }
          const numbers = Array.from(joins[at]!.table.order()!, (slot) => joins[at]!.table.rowNumber(slot))
          expect(numbers).toEqual(numbers.map((_, i) => i))
        }
      }
    },
  )
  fc.assert(property, { numRuns: Number(RUNS), seed: Number(SEED) })
})
