import { describe, expect, it, vi } from 'vitest'
import { evaluate, makeTable } from '../../tests/expressions.js'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import { Budget, DEFAULT_LIMITS } from './budget.js'
import { compileExpression } from './compile.js'
import { validateExpressions } from './validate.js'

describe('G7 budgets of expressions', () => {
  const limits = { ...DEFAULT_LIMITS, maxStepsPerRow: 1000 }

  it('stops loops, long texts and patterns while the type is found out', () => {
    const check = (text: string): string | undefined =>
      validateExpressions(makeTable(), { e: text }, limits).errors['e']?.error_message
    expect(check('var s := 0; while (s < 450) { s += 1; }; s')).toBe(undefined)
    expect(check('var s := 0; while (s < 1001) { s += 1; }; s')).toBe(
      'Runtime Error - Exceeded maximum loop iterations.',
    )
    expect(check(`match("s", '${'a'.repeat(2000)}')`)).toMatch('Pattern of 2000 characters')
    expect(check('1 +'.repeat(20_000))).toMatch('Expression of 60000 characters')
    expect(check('var v[100000]; 1')).toMatch('Vectors of 100000 elements')
    expect(check(`${'('.repeat(500)}1${')'.repeat(500)}`)).toMatch('exceeds maximum allowed stack depth of 400')
  })

  it('fails the first computation, and later only the row', () => {
    const text = 'var s := 0; while (s < "n") { s += 1; }; s'
    const greedy = makeTable({ n: ['int32', [10, 2000]] })
    expect(() => greedy.retain(compileExpression(greedy.schema, text, { limits }))).toThrow(
      'Exceeded maximum loop iterations',
    )
    expect(greedy.columns.filter((column) => column !== null).length).toBe(1)
    const table = makeTable({ n: ['int32', [10]] })
    const derivation = compileExpression(table.schema, text, { limits })
    const column = table.columns[table.retain(derivation)]!
    const batch = createBatch(['n'], [Column.of('int32', [2000, 5])], 2)
    table.apply({ kind: 'update', batch, port: 0 })
    expect([0, 1, 2].map((slot) => column.get(slot))).toEqual([10, null, 5])
    expect(derivation.failure).toMatch('Exceeded maximum loop iterations')
  })

  it('stops a computation that is within the budget row by row but not in all', () => {
    const table = makeTable({ n: ['int32', Array.from({ length: 50 }, () => 400)] })
    const text = 'var s := 0; while (s < "n") { s += 1; }; s'
    const derivation = compileExpression(table.schema, text, { limits: { ...limits, maxSteps: 10_000 } })
    expect(() => table.retain(derivation)).toThrow('Exceeded maximum loop iterations')
    const long = Array.from({ length: 500 }, () => '"n"').join(' * ')
    const wide = compileExpression(table.schema, long, { limits: { ...limits, maxSteps: 100, stepsForEachRow: 1 } })
    expect(() => table.retain(wide)).toThrow('Expression took more than 150 steps for 50 rows')
  })

  it('does no work for the rows after the one that stops a computation', () => {
    const rows = vi.spyOn(Budget.prototype, 'turn')
    const text = 'var s := 0; while (s < "n") { s += 1; }; s'
    const table = makeTable({ n: ['int32', Array.from({ length: 5000 }, () => 2000)] })
    expect(() => table.retain(compileExpression(table.schema, text, { limits }))).toThrow('maximum loop iterations')
    expect(rows.mock.calls.length).toBeLessThan(1000)
    const empty = makeTable({ n: ['int32', []] })
    const column =
      empty.columns[
        empty.retain(
          compileExpression(empty.schema, text, { limits: { ...limits, maxSteps: 5000, stepsForEachRow: 0 } }),
        )
      ]!
    rows.mockClear()
    const cells = Array.from({ length: 5000 }, () => 2000)
    empty.apply({ kind: 'update', batch: createBatch(['n'], [Column.of('int32', cells)], cells.length), port: 0 })
    expect(rows.mock.calls.length).toBeLessThan(5000)
    expect([column.get(0), column.get(4999)]).toEqual([null, null])
    rows.mockRestore()
  })

  it('stops a text that doubles', () => {
    const table = makeTable({ s: ['string', ['ab']] })
    const text = `var x := "s"; for (var i := 0; i < 60; i += 1) { x := concat(x, x); }; x`
    expect(() => table.retain(compileExpression(table.schema, text))).toThrow('the most is 1048576')
  })

  it('matches what explodes elsewhere in linear time', () => {
    const table = makeTable({ s: ['string', ['a'.repeat(20_000)]] })
    expect(evaluate(`match("s", '(a*)*b')`, table)).toEqual(['boolean', [false]])
    const derivation = compileExpression(table.schema, `match("s", '(a*)*b')`, {
      limits: { ...limits, maxStepsPerRow: 100 },
    })
    expect(() => table.retain(derivation)).toThrow('steps for a row')
  })
})
