import { describe, expect, it } from 'vitest'
import { all, type COLUMNS, DAY, day, evaluate, fault, makeTable } from '../../../tests/expressions.js'
import { createBatch } from '../../batch.js'
import { Column } from '../../columns/column.js'
import type { Scalar } from '../../columns/storage.js'
import { shortNumber } from '../../write/short-number.js'
import { compileExpression } from '../compile.js'
import { validateExpressions } from '../validate.js'

describe('A7 strings and patterns', () => {
  it.each<[string, string, Scalar[]]>([
    [`concat("s", '-', "s2")`, 'string', ['abc-b', 'Hello World-hello', null, '-x']],
    ['upper("s")', 'string', ['ABC', 'HELLO WORLD', null, null]],
    ['length("s")', 'float', [3, 11, null, 0]],
    [`order("s", 'Hello World', 'abc')`, 'float', [1, 0, null, 2]],
    [`match("s", '[a-z]+')`, 'boolean', [true, true, null, false]],
    [`match_all("s", '[a-z]+')`, 'boolean', [true, false, null, false]],
    [`search("s", '([a-z]+)')`, 'string', ['abc', 'ello', null, null]],
    [`contains("s", 'b')`, 'boolean', [true, false, null, false]],
    ['substring("s", 1, 2)', 'string', ['bc', 'el', null, null]],
    [`replace_all("s", '(l)', '<\\\\1>')`, 'string', ['abc', 'He<l><l>o Wor<l>d', null, null]],
    [`var v[2]; indexof("s", '(l+)', v) ? v[1] : 99`, 'float', [99, 3, 99, 99]],
    [`replace_all('abc', 'x*', '-')`, 'string', all('-a-b-c-')],
  ])('%s', (text, type, cells) => expect(evaluate(text)).toEqual([type, cells]))

  it('leaves literals as they are written', () => {
    expect(evaluate(`concat('true "i" ', "s2")`)[1]![0]).toBe('true "i" b')
    expect(evaluate(`'Zürich'`)[1]![0]).toBe('Zürich')
    expect(evaluate(`concat('a"', "s2")`)[1]![0]).toBe('a"b')
    // The empty literal is a text without a value, but pairs no quote with the next one.
    expect(fault(`upper(concat('', 'a'))`)[0]).toBe('Type Error - inputs do not resolve to a valid expression.')
    expect(evaluate('1 // the "i" of 1')[1]).toEqual(all(1))
  })

  it('takes nothing in comments for columns', () => {
    expect(evaluate(`/* it's "what" */ 'x' // "this" isn't\n`)[1]).toEqual(all('x'))
    expect(evaluate(`"i" # 'not "a column"`)[1]).toEqual([1, 2, null, -4])
  })

  it('keeps nulls null', () => {
    expect(evaluate(`replace("s", 'n', 'x')`)[1]).toEqual(['abc', 'Hello World', null, null])
    expect(evaluate(`replace_all('null', 'l', "s2")`)[1]).toEqual(['nubb', 'nuhellohello', null, 'nuxx'])
    expect(evaluate('clamp(0, "f", 2)')[1]).toEqual([1.5, null, 2, 0])
  })

  it('keeps the orders of two calls apart', () => {
    expect(evaluate(`order("s2", 'x') * 10 + order("s2", 'hello', 'b', 'x')`)[1]).toEqual([11, 10, null, 2])
  })

  it('looks for texts and patterns alike', () => {
    expect(evaluate(`match("s", 'lo W')`)[1]).toEqual([false, true, null, false])
    expect(evaluate(`match_all("s2", 'x')`)[1]).toEqual([false, false, null, true])
    expect(evaluate(`replace("s", 'l', '[\\\\0]')`)[1]).toEqual(['abc', 'He[l]lo World', null, null])
    expect(evaluate(`replace_all("s", 'l', '')`)[1]).toEqual(['abc', 'Heo Word', null, null])
    expect(evaluate(`replace_all("s", 'l', '\\\\1')`)[1]).toEqual(evaluate(`replace_all("s", '[l]', '\\\\1')`)[1])
  })

  it('cuts no character in two', () => {
    expect(evaluate(`substring('Zürich', 0, 2)`)[1]).toEqual(all('Z'))
  })
})

describe('A7 dates', () => {
  it.each<[string, string, Scalar[]]>([
    ['hour_of_day("t")', 'float', [0, 3, null, 23]],
    ['day_of_week("d")', 'string', ['3 Tuesday', null, '1 Sunday', '1 Sunday']],
    ['month_of_year("t")', 'string', ['01 January', '01 January', null, '12 December']],
    [`bucket("t", '5m')`, 'datetime', [0, 1704164400000, null, -1200000]],
    [`bucket("t", 'W')`, 'date', [-3, day('2024-01-01'), null, -3]],
    [`bucket("d", '3M')`, 'date', [day('2024-01-01'), null, day('2023-10-01'), day('1969-07-01')]],
    [`bucket("d", '10Y')`, 'date', [day('2020-01-01'), null, day('2020-01-01'), day('1960-01-01')]],
    ['bucket("i", 2)', 'float', [0, 2, null, -4]],
    ['date(2020, 1, 2)', 'date', all(day('2020-01-02'))],
    ['datetime("f")', 'datetime', [1, null, 3, -2]],
    ['string("t")', 'string', ['1970-01-01 00:00:00.000', '2024-01-02 03:04:05.123', null, '1969-12-31 23:39:25.433']],
  ])('%s', (text, type, cells) => expect(evaluate(text)).toEqual([type, cells]))

  it('finds a truth in every date, and days beyond the end of a month', () => {
    expect(evaluate('date(1970, 1, 1) and true')).toEqual(['boolean', all(true)])
    expect(evaluate('date(2023, 2, 31)')[1]).toEqual(all(day('2023-03-03')))
  })

  it('names days and months of dates only', () => {
    expect(fault('day_of_week("i")')[0]).toBe('Type Error - inputs do not resolve to a valid expression.')
    expect(evaluate('month_of_year(boolean(1))')[1]).toEqual(all(null))
  })

  it('goes on counting years', () => {
    expect(evaluate('date(70000, 1, 1)')[1]).toEqual(all(Date.UTC(70_000, 0, 1) / DAY))
    expect(evaluate('date(300000, 1, 1)')[1]).toEqual(all(null))
  })

  it('refuses units and multipliers that are none', () => {
    for (const text of [`bucket("t", '7s')`, `bucket("t", 'x')`, `bucket("s", 'D')`, 'bucket("t", 1)']) {
      expect(fault(text)[0]).toBe('Type Error - inputs do not resolve to a valid expression.')
    }
  })
})

describe('A7 conversions', () => {
  it.each<[string, string, Scalar[]]>([
    ['integer("f")', 'integer', [1, null, 3, -2]],
    [`float('7 apples')`, 'float', all(7)],
    [`float('7cats')`, 'float', all(null)],
    [`integer('1e3')`, 'integer', all(1000)],
    ['boolean("i")', 'boolean', [true, true, false, true]],
    ['string(1234567)', 'string', all('1.23457e+06')],
    ['string("f")', 'string', ['1.5', null, '3', '-2.25']],
    ['coalesce("i", 5)', 'float', [1, 2, 5, -4]],
    ['percent_of("i", "i2")', 'float', [(1 / 3) * 100, null, null, (-4 / 7) * 100]],
    ['trunc("f")', 'integer', [1, null, 3, -2]],
  ])('%s', (text, type, cells) => expect(evaluate(text)).toEqual([type, cells]))
})

describe('A7 texts of numbers', () => {
  it.each<[number, string]>([
    [162.5625, '162.562'],
    [-162.5635, '-162.564'],
    [100100, '100100'],
    [1001001, '1.001e+06'],
    [0.00012345675, '0.000123457'],
    [0.000012345678, '1.23457e-05'],
    [-0.5, '-0.5'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('prints numbers as C++ does: %s', (value, text) => expect(shortNumber(value)).toBe(text))
})

describe('A7 other cells of the table', () => {
  it('types columns by name like columns', () => {
    for (const cell of [null, 1]) {
      const table = makeTable({ i: ['int32', [cell]] })
      const { expression_schema } = validateExpressions(table, { e: `col('i')`, k: 'index()' })
      expect(expression_schema).toEqual({ e: 'integer', k: 'integer' })
    }
  })

  it('reads the row number, a column by name, another row', () => {
    expect(evaluate('index()')).toEqual(['integer', [0, 1, 2, 3]])
    expect(evaluate(`col('i') + col('f')`)).toEqual(['float', [2.5, null, null, -6.25]])
    expect(evaluate(`vlookup('s2', "i2")`)).toEqual(['string', ['x', 'b', null, null]])
  })

  it('looks rows up by key in a table with an index, and follows what they become', () => {
    const columns: typeof COLUMNS = {
      k: ['string', ['a', 'b', 'c']],
      to: ['string', ['c', 'a', 'zz']],
      v: ['float64', [1, 2, 3]],
    }
    const table = makeTable(columns, { index: 'k' })
    const derivation = compileExpression(table.schema, `vlookup('v', "to")`, { index: 'k' })
    const column = table.columns[table.retain(derivation)]!
    expect([0, 1, 2].map((slot) => column.get(slot))).toEqual([3, 1, null])
    const batch = createBatch(['k', 'v'], [Column.of('string', ['c']), Column.of('float64', [30])], 1)
    table.apply({ kind: 'update', batch, port: 0 })
    expect([0, 1, 2].map((slot) => column.get(slot))).toEqual([30, 1, null])
  })
})
