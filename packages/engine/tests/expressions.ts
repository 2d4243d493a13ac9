import { createBatch } from '../src/batch.js'
import { Column } from '../src/columns/column.js'
import { columnType, type Scalar, type Storage } from '../src/columns/storage.js'
import { compileExpression } from '../src/expression/compile.js'
import { validateExpressions } from '../src/expression/validate.js'
import { Table } from '../src/table/table.js'

// A table for the tests of expressions.

export const DAY = 86_400_000
export const day = (text: string): number => Date.parse(text) / DAY

export const COLUMNS: Record<string, readonly [Storage, readonly Scalar[]]> = {
  i: ['int32', [1, 2, null, -4]],
  i2: ['int32', [3, 0, 5, 7]],
  f: ['float64', [1.5, null, 3, -2.25]],
  f2: ['float64', [0, 2.5, -1, null]],
  s: ['string', ['abc', 'Hello World', null, '']],
  s2: ['string', ['b', 'hello', null, 'x']],
  b: ['boolean', [true, false, null, true]],
  d: ['date', [day('2024-01-02'), null, day('2023-12-31'), day('1969-07-20')]],
  t: ['datetime', [0, 1704164645123, null, -1234567]],
}

export function makeTable(columns = COLUMNS, options: { index?: string; limit?: number } = {}): Table {
  const schema = Object.entries(columns).map(([name, [storage]]) => ({ name, storage }))
  const table = new Table(schema, options)
  const made = Object.values(columns).map(([storage, cells]) => Column.of(storage, cells))
  table.apply({ kind: 'update', batch: createBatch(Object.keys(columns), made, made[0]!.length), port: 0 })
  return table
}

/** The type and cells of an expression over the table above. */
export function evaluate(text: string, table = makeTable()): [string, Scalar[]] {
  const { errors } = validateExpressions(table, { e: text })
  if (errors['e'] !== undefined) throw new Error(errors['e'].error_message)
  const derivation = compileExpression(table.schema, text, { index: table.index })
  const column = table.columns[table.retain(derivation)]!
  const cells = Array.from(table.order() ?? table.liveSlots(), (slot) => column.get(slot))
  table.release(derivation.key)
  return [columnType(derivation.storage), cells]
}

/** The error of an expression: text, line, column. */
export function fault(text: string): [string, number, number] {
  const { errors } = validateExpressions(makeTable(), { e: text })
  const error = errors['e']
  if (error === undefined) throw new Error(`No error in ${text}`)
  return [error.error_message, error.line, error.column]
}

/** Four equal cells. */
export const all = (value: Scalar): Scalar[] => [value, value, value, value]
