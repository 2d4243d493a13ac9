import { describe, expect, it } from 'vitest'
import { all, evaluate, fault, makeTable } from '../../tests/expressions.js'
import type { Scalar } from '../columns/storage.js'
import { compileExpression } from './compile.js'
import { validateExpressions } from './validate.js'

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
