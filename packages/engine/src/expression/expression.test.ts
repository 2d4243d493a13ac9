import { describe, expect, it, vi } from 'vitest'
import { createBatch } from '../batch.js'
import { Column } from '../columns/column.js'
import { columnType, type Scalar, type Storage } from '../columns/storage.js'
import { Table } from '../table/table.js'
import { shortNumber } from '../write/short-number.js'
import { Budget, DEFAULT_LIMITS } from './budget.js'
import { compileExpression } from './compile.js'
import { validateExpressions } from './validate.js'

const DAY = 86_400_000
const day = (text: string): number => Date.parse(text) / DAY

const COLUMNS: Record<string, readonly [Storage, readonly Scalar[]]> = {
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

function makeTable(columns = COLUMNS, options: { index?: string; limit?: number } = {}): Table {
  const schema = Object.entries(columns).map(([name, [storage]]) => ({ name, storage }))
  const table = new Table(schema, options)
  const made = Object.values(columns).map(([storage, cells]) => Column.of(storage, cells))
  table.apply({ kind: 'update', batch: createBatch(Object.keys(columns), made, made[0]!.length), port: 0 })
  return table
}

/** The type and cells of an expression over the table above. */
function evaluate(text: string, table = makeTable()): [string, Scalar[]] {
  const { errors } = validateExpressions(table, { e: text })
  if (errors['e'] !== undefined) throw new Error(errors['e'].error_message)
  const derivation = compileExpression(table.schema, text, { index: table.index })
  const column = table.columns[table.retain(derivation)]!
  const cells = Array.from(table.order() ?? table.liveSlots(), (slot) => column.get(slot))
  table.release(derivation.key)
  return [columnType(derivation.storage), cells]
}

/** The error of an expression: text, line, column. */
function fault(text: string): [string, number, number] {
  const { errors } = validateExpressions(makeTable(), { e: text })
  const error = errors['e']
  if (error === undefined) throw new Error(`No error in ${text}`)
  return [error.error_message, error.line, error.column]
}

/** Four equal cells. */
const all = (value: Scalar): Scalar[] => [value, value, value, value]

describe('A7 arithmetic', () => {
  it.each<[string, string, Scalar[]]>([
    ['"i" + 1', 'float', [2, 3, null, -3]],
    ['"i" + "i2"', 'float', [4, 2, null, 3]],
    ['"f" / "f2"', 'float', [null, null, -3, null]],
    ['"i" % "i2"', 'float', [1, null, null, -4]],
    ['2 ^ 3 ^ 2', 'float', all(512)],
    ['-2 ^ 2', 'float', all(-4)],
    ['-"i"', 'integer', [-1, -2, null, 4]],
    ['+"s"', 'string', ['abc', 'Hello World', null, '']],
    ['integer(2147483647) + integer(1)', 'float', all(-2147483648)],
    ['1 - - - 1', 'float', all(0)],
  ])('%s', (text, type, cells) => expect(evaluate(text)).toEqual([type, cells]))

  it('raises to what trunc gives', () => {
    expect(evaluate('"f" ^ trunc(3)')).toEqual(evaluate('"f" ^ 3'))
    expect(evaluate('pow(length("s"), trunc(2.5))')).toEqual(evaluate('length("s") * length("s")'))
  })

  it('gives nothing for acosh below 1', () => {
    expect(evaluate('string(acosh(-65537.0))')).toEqual(['string', all('nan')])
  })

  it('computes atan beside another function', () => {
    expect(evaluate('atan("f") + abs("f")')).toEqual(evaluate('var x := abs("f") + 0; x + atan("f")'))
    expect(evaluate('-"f" > atan("f")')[0]).toBe('boolean')
  })

  it('simplifies as the reference does, types included', () => {
    expect(evaluate('"i" + 0')[0]).toBe('integer')
    expect(evaluate('"i" * 1')[0]).toBe('integer')
    expect(evaluate('0 * "i"')).toEqual(['float', all(0)])
    expect(evaluate('("i" + 1) * 0')).toEqual(['float', [0, 0, null, -0]])
    expect(evaluate('"s" * 1')).toEqual(['string', ['abc', 'Hello World', null, '']])
    expect(fault('"i" / 0')[0]).toBe('Type Error - inputs do not resolve to a valid expression.')
  })

  it('refuses what is no number', () => {
    for (const text of ['-"s"', `"s" + 'a'`, '"d" - "d"', '"b" * 2', 'floor("d")', 'sin("s")', 'max("s")']) {
      expect(fault(text)).toEqual(['Type Error - inputs do not resolve to a valid expression.', 0, 0])
    }
  })
})

describe('A7 comparison and logic', () => {
  it.each<[string, Scalar[]]>([
    ['"i" > 1', [false, true, false, false]],
    ['"f" < "f2"', [false, false, false, false]],
    ['"f" <= "f"', [true, true, true, true]],
    ['"s" == "s2"', [false, false, true, false]],
    ['"s" != null', [true, true, false, true]],
    ['"i" < null', all(null)],
    ['null == null', all(true)],
    ['"b" and "b"', [true, false, false, true]],
    ['"f" or "f2"', [true, true, true, true]],
    ['"b" xor "b"', all(false)],
    ['not("b")', [false, true, true, false]],
    ['tRUE and False', all(false)],
    ['inrange(1, "f", 2)', [true, null, false, false]],
    ['is_null("f")', [false, true, false, false]],
  ])('%s', (text, cells) => expect(evaluate(text)).toEqual(['boolean', cells]))

  it('tells which types cannot be compared, and where', () => {
    expect(fault('"s" == 1')).toEqual(["Type Error - cannot compare string and float with '=='", 0, 8])
    expect(fault('"f" == 2 and "s" == ("f"+1)')).toEqual([
      "Type Error - cannot compare string and float with '=='",
      0,
      25,
    ])
    expect(fault('equal("s", 1)')).toEqual(["Type Error - cannot compare string and float with '=='", 0, 0])
  })
})

describe('A7 statements', () => {
  it.each<[string, Scalar[]]>([
    ['var x := "i"; var y := 2; x * y + 1', [3, 5, null, -7]],
    ['var x := 1; x += "i"; x', [2, 3, null, -3]],
    ['if ("b") 1; else 2', [1, 2, 2, 1]],
    ['if ("b", 1, 2)', [1, 2, 2, 1]],
    ['"b" ? 1 : 2 + 3', [1, 5, 5, 1]],
    ['switch { case "i" == 1 : 10; case "i" == 2 : 20; default : 30; }', [10, 20, 30, 30]],
    ['[*] { case "i" == 1 : 1; case "i" > 0 : 3; }', [3, 3, 0, 0]],
    ['var s := 0; for (var i := 0; i < 5; i += 1) { if (i == 2) continue; s += i; }; s', all(8)],
    ['var s := 0; while (true) { s += 3; if (s > 10) { break[s * 2]; } }', all(24)],
    ['var v[3] := {5, 6, 7}; v[1] := 9; sum(v) + v["i2"]', [null, 26, null, null]],
    ['var v[3] := [1:2]; v[2]', all(5)],
    ['var x := 1; var y := 2; x <=> y; x', all(2)],
    ['"i" := 5; "i" + 1', all(6)],
    ['~{ 1; 2 }', all(2)],
    ['$f00("i", "f", 2)', [1.25, null, null, -3.125]],
    ['1 /* c */ + 1 // end', all(2)],
  ])('%s', (text, cells) => expect(evaluate(text)).toEqual(['float', cells]))

  it('starts every row with fresh locals', () => {
    expect(evaluate('var x{}; x += 1; x')).toEqual(['float', all(1)])
  })
})

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

describe('A7 faults of syntax', () => {
  it.each<[string, string, number, number]>([
    ['', 'Empty expression!', 0, 0],
    ['// nothing', 'Empty expression!', 0, 0],
    ['1 +', 'Premature end of expression[1]', 0, 3],
    ['1 * * 2', "Invalid token sequence: '*' and '*'", 0, 2],
    ['[1)', "Mismatched brackets: ']'", 0, 0],
    ['1.5.2', 'Invalid numeric token: 1.5', 0, 0],
    ['1e400', "Invalid numeric token: '1e400'", 0, 0],
    ['"i" + "f" + "i" + "s" + zz', "Undefined symbol: 'zz'", 0, 40],
    ['1 +\n 2 +\n  foo', "Undefined symbol: 'foo'", 2, 2],
    ['"zz"', 'Value Error - Input column "zz" does not exist.', 0, 0],
    [`"s" == ''`, "Invalid branch pair for string operator '=='", 0, 8],
    [`indexof(equal('a', 'b') ? 'a' : 'b', 'x', "f")`, "Invalid branch pair for string operator '='", 0, 0],
    [`intern('abc')`, "Failed parameter type check for function 'intern', Expected 'S' call set: 'T'", 0, 21],
    ['abs(1,2)', "Invalid number of input parameters for call to function: 'abs'", 0, 0],
    ['max()', 'Zero parameter call to generic function: max not allowed', 0, 5],
    ['while (true) { 1 }', "Infinite loop condition without 'break' or 'return' not allowed in while-loops", 0, 0],
    ['var v[3]; v[3]', "Index of 3 out of range for vector 'v' of size 3", 0, 14],
    ['swap("i", zz)', "Second parameter to swap is an invalid variable: 'zz'", 0, 14],
    ['return [1]', "Invalid use of reserved symbol 'return'", 0, 0],
    ['constructor', "Undefined symbol: 'constructor'", 0, 0],
    ['1 constructor 2', "Invalid syntax 'constructor' possible missing operator or context", 0, 2],
  ])('%s', (text, message, line, column) => expect(fault(text)).toEqual([message, line, column]))

  it('quotes the last character and nothing behind it', () => {
    expect(fault('1 + "')).toEqual(['General token error: "', 0, 4])
    expect(fault('_')).toEqual(['General token error: _', 0, 0])
  })

  it('names the part that a switch without cases leaves empty', () => {
    expect(fault('if (switch {}) 1; else 2;')).toEqual(['Failed to parse condition for if-statement', 0, 13])
    expect(fault('1 + switch {}')).toEqual([`General parsing error at token: '+'`, 0, 2])
    expect(fault('abs(switch {})')).toEqual([`Invalid number of input parameters for call to function: 'abs'`, 0, 0])
    expect(fault('switch {}')[0]).toBe('Invalid expression encountered')
  })

  it('names a clash with a column', () => {
    const { errors, expression_alias } = validateExpressions(makeTable(), { i: '1', ok: '2' })
    expect(errors['i']!.error_message).toBe('Value Error - expression "i" cannot overwrite an existing column.')
    expect(expression_alias).toEqual({ i: '1', ok: '2' })
  })
})

describe('A7 shared columns', () => {
  const key = (text: string): string => compileExpression(makeTable().schema, text).key

  it('gives equal programs one key, whatever their spacing, case and comments', () => {
    expect(key('// total\n"i"+ABS("f")')).toBe(key('"i" + abs( "f" )'))
    expect(key('"i" + "f"')).not.toBe(key('"f" + "i"'))
    expect(key(`'A'`)).not.toBe(key(`'a'`))
  })
})

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
