import { describe, expect, it } from 'vitest'
import { createBatch } from '../../batch.js'
import { Column } from '../../columns/column.js'
import type { Scalar, Schema, Storage } from '../../columns/storage.js'
import { Table } from '../../table/table.js'
import { Budget, DEFAULT_LIMITS } from '../budget.js'
import { compileExpression } from '../compile.js'
import { compileProgram, isError } from '../program.js'
import { RowProgram } from '../row/row-program.js'
import { TableRows } from '../table-rows.js'
import { planBlocks } from './block-compiler.js'

const SCHEMA: Schema = [
  { name: 'i', storage: 'int32' },
  { name: 'f', storage: 'float64' },
  { name: 's', storage: 'string' },
  { name: 'b', storage: 'boolean' },
  { name: 'd', storage: 'date' },
  { name: 't', storage: 'datetime' },
  { name: 'whole', storage: 'float64' },
]
const ROWS = 1100
const TEXTS = ['', 'abc', 'Hello World', 'é1', 'ABC-7']

function cell(storage: Storage, row: number): Scalar {
  if (row % 7 === 3) return null
  switch (storage) {
    case 'string':
      return TEXTS[row % TEXTS.length]!
    case 'boolean':
      return row % 3 === 0
    case 'date':
      return row * 31 - 20_000
    case 'datetime':
      return row * 7_777_777 - 5e9
    case 'int32':
      return row % 11 === 0 ? 2_147_483_647 : row - 1200
    default:
      return row % 13 === 0 ? 0 : (row - 900) / 8
  }
}

function makeTable(): Table {
  const table = new Table(SCHEMA)
  const columns = SCHEMA.map(({ name, storage }) =>
    Column.of(
      storage,
      Array.from({ length: ROWS }, (_, row) => (name === 'whole' ? row / 4 : cell(storage, row))),
    ),
  )
  const names = SCHEMA.map(({ name }) => name)
  table.apply({ kind: 'update', batch: createBatch(names, columns, ROWS), port: 0 })
  return table
}

const PROGRAMS = [
  '"i" + "f" * 2 - "i" / "f"',
  '"i" * "i" + "i" % 7',
  '("f" ^ 2) - sqrt("f") + abs("f") + abs("i")',
  '-"i" + sgn("f") + trunc("f") + frac("f") + frac("i")',
  'round("f") + floor("i") + sinc("f")',
  '"i" < "f" and "f" >= 3 or not("b") xor "s" == \'abc\'',
  '"s" < \'Hello\'',
  '"s" != "s"',
  '"s" == null',
  '"d" <= date(1950, 1, 1)',
  'if ("b") "i" * 2; else 5 * "f"',
  "if (\"f\" > 10) 'high'; else if (\"f\" > 1) 'mid'; else 'low'",
  'if ("b") "f"',
  'var x := "f" + 1; var y := x * x; x += y; x - 1',
  '"i" := "f"; "i" + 1',
  'upper(concat("s", \'-x\'))',
  'concat("s", string("i"))',
  'length("s") + order("s", \'abc\', \'x\')',
  'match("s", \'[a-z]+\')',
  'search("s", \'([A-Z]+)\')',
  'replace_all("s", \'[a-z]\', "s")',
  'bucket("t", \'5m\')',
  'bucket("t", \'W\')',
  'bucket("d", \'3M\')',
  'bucket("whole", 7) + bucket("f", 0.5)',
  'hour_of_day("t") + min("whole", 3, "whole") + max("f", "i")',
  'day_of_week("t")',
  'month_of_year("d")',
  'coalesce("f", "i", 1)',
  'inrange(-5, "f", 5)',
  'is_null("f")',
  'integer("f") + float("s")',
  'boolean("i")',
  'percent_of("i", "f")',
  'sum("i", "f", 1, 2, 3, "whole") + avg("i", "f")',
  '"f" & "b" | "i"',
  'switch { case "f" > 3 : 1; case "i" > 3 : 2; default : 3; }',
  "index() + col('i')",
]

describe('A7 computing by blocks', () => {
  it.each(PROGRAMS)('gives what computing row by row gives: %s', (text) => {
    const table = makeTable()
    const program = compileProgram({ schema: SCHEMA, index: null, limits: DEFAULT_LIMITS }, text)
    if (isError(program)) throw new Error(program.error_message)
    const storages = new Map(SCHEMA.map(({ name, storage }) => [name, storage]))
    const rows = new TableRows(storages, 'int32')
    expect(planBlocks(program, storages, rows, new Budget(DEFAULT_LIMITS))).not.toBeNull()
    const byBlocks = table.columns[table.retain(compileExpression(SCHEMA, text))]!
    const byRows = new Column(program.storage)
    byRows.extend(ROWS)
    new RowProgram(program, rows, new Budget(DEFAULT_LIMITS)).compute(table, byRows, table.liveSlots(), true)
    const cells = (column: Column): Scalar[] => Array.from({ length: ROWS }, (_, row) => column.get(row))
    expect(cells(byBlocks).join('|')).toBe(cells(byRows).join('|'))
  })

  it('computes scattered rows, and rows that grow the dictionary', () => {
    const table = makeTable()
    const column = table.columns[table.retain(compileExpression(SCHEMA, `concat("s", '!')`))]!
    const address = Column.of('int32', [5, 1090, 77])
    const batch = {
      ...createBatch(['s'], [Column.of('string', ['new', null, 'abc'])], 3),
      address,
    }
    table.apply({ kind: 'update', batch, port: 0 })
    expect([5, 1090, 77, 1].map((slot) => column.get(slot))).toEqual(['new!', null, 'abc!', 'abc!'])
  })

  it('does not take slots that are out of order for a run', () => {
    const table = makeTable()
    const column = table.columns[table.retain(compileExpression(SCHEMA, '"whole" * 2'))]!
    const batch = {
      ...createBatch(['whole'], [Column.of('float64', [10, 20, 30])], 3),
      address: Column.of('int32', [12, 10, 14]),
    }
    table.apply({ kind: 'update', batch, port: 0 })
    expect([10, 11, 12, 13, 14].map((slot) => column.get(slot))).toEqual([40, 5.5, 20, 6.5, 60])
  })
})
