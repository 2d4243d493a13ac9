import { expect, test } from 'vitest'
import type { ColumnType } from '../case.js'
import { Random } from '../random.js'
import { ProgramWriter } from './programs.js'

/** Everything that the reference's language names. */
const names = `
  abs acos acosh asin asinh atan atanh ceil cos cosh exp expm1 floor log log10 log2 log1p round sin sinc sinh sec csc sqrt
  tan tanh cot rad2deg deg2rad deg2grad grad2deg sgn not erf erfc ncdf frac trunc atan2 mod logn pow root roundn equal
  not_equal hypot shr shl clamp iclamp sum mul avg mand mor min max inrange bucket coalesce contains diff3 norm3
  cross_product3 dot_product3 percent_of is_null is_not_null random hour_of_day day_of_week month_of_year today now intern
  concat order upper lower length integer float boolean date datetime string match match_all search indexof substring
  replace replace_all index col vlookup swap`
  .trim()
  .split(/\s+/)

/** Everything that has a form of its own. */
const forms: Record<string, RegExp> = {
  'if as a function': /\bif \([^{}]*,/,
  'if with blocks': /\bif \(.*\) \{/,
  else: /\} else \{/,
  ternary: / \? .* : /,
  switch: /switch \{ case/,
  'multi switch': /\[\*\] ?\{ case/,
  for: /\bfor \(var/,
  while: /\bwhile \(/,
  break: /\bbreak\b/,
  continue: /\bcontinue\b/,
  return: /\breturn \[/,
  repeat: /\brepeat /,
  block: /~\{/,
  assert: /\bassert\(/,
  const: /\bconst var /,
  vector: /\bvar v\d+\[\d\] := \{/,
  'vector of steps': /\bvar v\d+\[\d\] := \[\d : \d\]/,
  'vector of one value': /\bvar v\d+\[\d\] := \[[^:\]]*\]/,
  'size of a vector': /v\d+\[\]/,
  'changed vector': /v\d+\[0\] :=/,
  'local set': /; v\d+ := /,
  'local changed': /v\d+ (\+|-|\*|\/|%)= /,
  swap: /<=>/,
  'special function': /\$f\d\d\(/,
  'text range': /'[^']*'\[/,
  comments: /\/\*|\/\/|#/,
  capitals: /\b[A-Z_]{3,}\(/,
  ...Object.fromEntries(
    ['and', 'or', 'xor', 'nand', 'nor', 'xnor', 'in', 'like', 'ilike'].map((word) => [word, RegExp(` ${word} `)]),
  ),
  ...Object.fromEntries(
    ['+', '-', '*', '/', '%', '^', '&', '|', '==', '!=', '<', '<=', '>', '>=', '=', '<>'].map((sign) => [
      sign,
      RegExp(` ${sign.replace(/[+*^|]/g, '\\$&')} `),
    ]),
  ),
  ...Object.fromEntries(
    [1, 5, 10, 15, 20, 30]
      .flatMap((n) => [`${n}s`, `${n}m`])
      .concat(
        [1, 2, 3, 4, 6, 12].map((n) => `${n}h`),
        ['1D', '1W', '1M', '2M', '3M', '4M', '6M', '1Y', '10Y'],
      )
      .map((unit) => [`bucket of ${unit}`, RegExp(`'${unit}'`)]),
  ),
}

test('programs use all of the language', () => {
  const types: ColumnType[] = ['integer', 'float', 'string', 'boolean', 'date', 'datetime']
  const columns = types.map((type, i) => ({ name: `c${i}`, type }))
  const left = new Map(Object.entries(forms))
  for (const name of names) left.set(name, RegExp(`\\b${name}\\(`))
  for (let seed = 1; seed <= 20_000 && left.size > 0; seed++) {
    const text = new ProgramWriter(new Random('program', seed), columns).write()
    for (const [name, pattern] of left) if (pattern.test(text)) left.delete(name)
  }
  expect([...left.keys()]).toEqual([])
})
