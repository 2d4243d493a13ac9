import { expect, test } from 'vitest'
import type { Case, ReadFormat, Step } from './case.js'
import type { Difference } from './compare.js'
import { explain, knownDifferences } from './known-differences.js'

const reading = (config: Case['steps'][number] & { do: 'view' }, as: ReadFormat = 'arrow'): Case => ({
  category: 'flat',
  seed: 1,
  steps: [config, { do: 'read', view: 'v', as }],
})

const answered = (real: string, ours: string): Difference => ({ step: 1, part: 'answer', real, ours, signature: '' })

const explaining = (difference: Difference, testCase: Case) =>
  knownDifferences.filter((known) => known.explains(difference, testCase)).map(({ id }) => id)

test('ties of an absolute sort may change places, not cells', () => {
  const testCase = reading({ do: 'view', table: 't', view: 'v', config: { sort: [['f', 'asc abs']] } })
  const real = 'arrow, 2 rows\n"f" Float64: 0 null\n"s" Dictionary<Int32, Utf8> ["b c" "d: e"]: "b c" "d: e"'
  const turned = 'arrow, 2 rows\n"f" Float64: null 0\n"s" Dictionary<Int32, Utf8> ["d: e" "b c"]: "d: e" "b c"'
  const mixed = 'arrow, 2 rows\n"f" Float64: null 0\n"s" Dictionary<Int32, Utf8> ["b c" "d: e"]: "b c" "d: e"'
  expect(explaining(answered(real, turned), testCase)).toEqual([
    'Views: ties of a sort by absolute value keep their order',
  ])
  expect(explaining(answered(real, mixed), testCase)).toEqual([])
})

test('nothing explains another value in a plain read', () => {
  const testCase = reading({ do: 'view', table: 't', view: 'v' })
  expect(explaining(answered('arrow, 1 rows\n"i" Int32: 1', 'arrow, 1 rows\n"i" Int32: 2'), testCase)).toEqual([])
  expect(explaining(answered('error: Abort(): no', 'arrow, 0 rows'), testCase)).toEqual([])
})

test('several differences of one grouped read are explained cell by cell', () => {
  const config = { group_by: ['k'], columns: ['i', 'f', 's'], aggregates: { i: 'any', f: 'mul' } }
  const testCase = reading({ do: 'view', table: 't', view: 'v', config })
  const ours = 'arrow, 2 rows\n"k (Group by 1)" Int32: null 1\n"i" Int32: 5 null\n"f" Float64: 2 2\n"s" Int64: 1 1'
  const both = ours.replace('5 null', '5 0').replace('2 2', '2 0')
  expect(explain(answered(both, ours), testCase).sort()).toEqual([
    'Aggregates: `any` and `or` of nulls',
    'Aggregates: a product leaves nulls out',
  ])
  for (const other of ['5 1', '0 null', '4 null', 'null null']) {
    expect(explain(answered(ours.replace('5 null', other), ours), testCase)).toEqual([])
  }
  expect(explain(answered(ours.replace('1 1', '1 0'), ours), testCase)).toEqual([])
})

test('sorted groups may change places once the table changed, and not otherwise', () => {
  const config = { group_by: ['k'], sort: [['i', 'desc']] }
  const [made, read] = reading({ do: 'view', table: 't', view: 'v', config }, 'json').steps as [Step, Step]
  const rows: [string, string, string] = [
    '{"__ROW_PATH__":[],"i":4}',
    '{"__ROW_PATH__":["a"],"i":2}',
    '{"__ROW_PATH__":["b"],"i":2}',
  ]
  const [ours, turned] = [`[${rows}]`, `[${[rows[0], rows[2], rows[1]]}]`]
  const explained = (steps: Case['steps'], real: string) =>
    explain({ ...answered(real, ours), step: steps.length - 1 }, { category: 'group', seed: 1, steps })
  const changed: Case['steps'] = [made, { do: 'clear', table: 't' }, read]
  expect(explained(changed, turned)).toEqual(['Sorted groups: ties keep the order of their values'])
  expect(explained(changed, turned.replace('"i":2', '"i":3'))).toEqual([])
  expect(explained([made, read], turned)).toEqual([])
})

test('a null key explains other rows only between two rows of one key', () => {
  const title = 'Tables: a null key between two rows of another'
  const explained = (rows: string[], part: Difference['part'] = 'answer') => {
    const steps: Case['steps'] = [
      { do: 'table', table: 't', data: { format: 'schema', schema: [['k', 'string']] }, options: { index: 'k' } },
      { do: 'update', table: 't', data: { format: 'json', rows } },
      { do: 'view', table: 't', view: 'v' },
      { do: 'read', view: 'v', as: 'json' },
    ]
    return explain({ ...answered('[{"k":1}]', '[{"k":2}]'), step: 3, part }, { category: 'flat', seed: 1, steps })
  }
  expect(explained(['{"k":"a"}', '{}', '{"k":"a"}'])).toEqual([title])
  expect(explained(['{"k":"a"}', '{"k":"a"}', '{}'])).toEqual([])
  expect(explained(['{"k":"a"}', '{}', '{"k":"b"}'])).toEqual([])
  expect(explained(['{"k":"a"}', '{}', '{"k":"a"}'], 'frames')).toEqual([])
})

test('a power of what trunc gives explains cells of its own column', () => {
  const config = { expressions: { e: '"f" ^ trunc(3)', g: 'trunc("f")' }, columns: ['e', 'g'] }
  const testCase = reading({ do: 'view', table: 't', view: 'v', config }, 'json')
  const ours = '[{"e":8.0,"g":2}]'
  const title = ['Expressions: powers of what `trunc` gives']
  expect(explaining(answered('[{"e":1.0,"g":2}]', ours), testCase)).toEqual(title)
  expect(explaining(answered('[{"e":1.0,"g":1}]', ours), testCase)).toEqual([])
})

test('a mark explains a value further out only where updates came together', () => {
  const config = { group_by: ['k'], columns: ['i'], aggregates: { i: 'high' } }
  const [made, read] = reading({ do: 'view', table: 't', view: 'v', config }, 'json').steps as [Step, Step]
  const update: Step = { do: 'update', table: 't', data: { format: 'json', rows: ['{"k":"a","i":5}'] } }
  const [real, ours] = [4, 5].map((i) => `[{"__ROW_PATH__":[],"i":${i}}]`) as [string, string]
  const explained = (steps: Case['steps']) =>
    explain({ ...answered(real, ours), step: steps.length - 1 }, { category: 'group', seed: 1, steps })
  expect(explained([made, { do: 'batch', steps: [update, update] }, read])).toEqual([
    'Aggregates: marks see every update',
  ])
  expect(explained([made, update, read])).toEqual([])
})

test('an index that becomes text explains other rows, one of whole numbers or of texts does not', () => {
  const explained = (...keys: string[]) => {
    const rows = keys.map((key) => `{"k":${key}}`)
    const steps: Case['steps'] = [
      { do: 'table', table: 't', data: { format: 'json', rows }, options: { index: 'k' } },
      { do: 'view', table: 't', view: 'v' },
      { do: 'read', view: 'v', as: 'json' },
    ]
    return explain({ ...answered('[{"k":1}]', '[{"k":2}]'), step: 2 }, { category: 'flat', seed: 1, steps })
  }
  expect(explained('"1"', '"a"')).toEqual(['Tables: an index that becomes text'])
  expect(explained('1', 'null', '"a"')).toEqual(['Tables: an index that becomes text'])
  expect(explained('"a"', '"1"')).toEqual([])
  expect(explained('"1"', '2')).toEqual([])
})

test('a median explains a lower value, and rounding no other time', () => {
  const config = { group_by: ['k'], columns: ['i'], aggregates: { i: 'median' } }
  const testCase = reading({ do: 'view', table: 't', view: 'v', config }, 'typed')
  const typed = (cell: string) => `["i"]\n["Float64Array ${cell}"]\n[null]\n[null]`
  const title = ['Aggregates: a median between two floats']
  expect(explain(answered(typed('1704067200000'), typed('1704067201000')), testCase)).toEqual(title)
  expect(explain(answered(typed('1704067201000'), typed('1704067200000')), testCase)).toEqual([])
})

test('rows of groups may be listed in another order once the table changed, not others', () => {
  const [made, read] = reading({ do: 'view', table: 't', view: 'v', config: { group_by: ['k'] } }, 'json').steps as [
    Step,
    Step,
  ]
  const ours = '[{"__ROW_PATH__":[],"__INDEX__":[1,0],"i":2}]'
  const explained = (steps: Case['steps'], real: string) =>
    explain({ ...answered(real, ours), step: steps.length - 1 }, { category: 'group', seed: 1, steps })
  const changed: Case['steps'] = [made, { do: 'clear', table: 't' }, read]
  expect(explained(changed, ours.replace('1,0', '0,1'))).toEqual([
    'Aggregates: the order of groups is that of the query',
  ])
  expect(explained(changed, ours.replace('1,0', '0,2'))).toEqual([])
  expect(explained([made, read], ours.replace('1,0', '0,1'))).toEqual([])
})

test('only programs with atan may be refused by the real engine alone', () => {
  const explained = (text: string, message: string) => {
    const steps: Case['steps'] = [{ do: 'validate', table: 't', expressions: { e: text } }]
    const errors = { e: { column: 0, error_message: message, line: 0 } }
    const real = JSON.stringify({ errors, expression_alias: { e: text }, expression_schema: {} })
    const ours = JSON.stringify({ errors: {}, expression_alias: { e: text }, expression_schema: { e: 'float' } })
    return explaining({ ...answered(real, ours), step: 0 }, { category: 'program', seed: 1, steps })
  }
  const refusal = "General parsing error at token: '+'"
  expect(explained('atan("f") + abs("f")', refusal)).toEqual(['Expressions: `atan` beside another function'])
  expect(explained('atan2("f", 1) + abs("f")', refusal)).toEqual([])
  expect(explained('atan("f") + abs("f")', 'Type Error')).toEqual([])
})

test('another missing column of the same expression may be reported', () => {
  const steps: Case['steps'] = [{ do: 'validate', table: 't', expressions: { e: '"a" + "b"' } }]
  const missing = (name: string) => {
    const message = `Value Error - Input column "${name}" does not exist.`
    return JSON.stringify({ errors: { e: { column: 0, error_message: message, line: 0 } } })
  }
  const explained = (real: string) =>
    explaining({ ...answered(real, missing('a')), step: 0 }, { category: 'program', seed: 1, steps })
  expect(explained(missing('b'))).toEqual(['Which of several mistakes in a view config is reported'])
  expect(explained(missing('c'))).toEqual([])
})

test('deviations of windows may differ where a large number was, other windows not', () => {
  const explained = (aggregate: string, large: number) => {
    const config = { windows: { w: { column: 'i', aggregate, rows: 1, of: large } } }
    return explaining(
      answered('{"w":[1.0]}', '{"w":[1.5]}'),
      reading({ do: 'view', table: 't', view: 'v', config }, 'columns'),
    )
  }
  expect(explained('stddev', 2147483647)).toEqual(['Windows: the deviation of numbers after large ones'])
  expect(explained('stddev', 7)).toEqual([])
  expect(explained('avg', 2147483647)).toEqual([])
})

test('a sum of 32-bit floats may be read as 64 bits, not be another sum', () => {
  const explained = (aggregate: string, type: 'float32' | 'float64', real: string) => {
    const steps: Step[] = [
      { do: 'table', table: 't', data: { format: 'arrow', columns: [{ name: 'f', type, values: [2] }] } },
      { do: 'view', table: 't', view: 'v', config: { group_by: ['f'], columns: ['f'], aggregates: { f: aggregate } } },
      { do: 'read', view: 'v', as: 'columns' },
    ]
    const cells = (cell: string) => `{"__ROW_PATH__":[[]],"f":[${cell}]}`
    return explain({ ...answered(cells(real), cells('2.0')), step: 2 }, { category: 'group', seed: 1, steps })
  }
  expect(explained('sum not null', 'float32', '5.304989477e-315')).toEqual(['Aggregates: 32-bit floats'])
  expect(explained('sum not null', 'float32', '1.0')).toEqual([])
  expect(explained('sum not null', 'float64', '5.304989477e-315')).toEqual([])
  expect(explained('sum', 'float32', '5.304989477e-315')).toEqual([])
})
