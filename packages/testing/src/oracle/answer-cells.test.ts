import { expect, test } from 'vitest'
import { answerCells } from './answer-cells.js'
import type { ReadFormat } from './case.js'

test.each<[ReadFormat, string]>([
  ['json', '[{"__ROW_PATH__":["x, y"],"a":1.5,"a":null,"b|c":"q\\"]"},{"__ROW_PATH__":[],"a":2,"a":3,"b|c":""}]'],
  ['ndjson', '{"__ROW_PATH__":["x, y"],"a":1.5,"a":null,"b|c":"q\\"]"}\n{"__ROW_PATH__":[],"a":2,"a":3,"b|c":""}'],
  ['columns', '{"__ROW_PATH__":[["x, y"],[]],"a":[1.5,2],"a":[null,3],"b|c":["q\\"]",""]}'],
])('%s as cells, names that repeat included', (as, text) => {
  expect(answerCells(as, text)).toEqual({
    names: ['__ROW_PATH__', 'a', 'a', 'b|c'],
    types: [],
    rows: [
      ['["x, y"]', '1.5', 'null', '"q\\"]"'],
      ['[]', '2', '3', '""'],
    ],
  })
})

test('CSV as cells', () => {
  expect(answerCells('csv', '"k (Group by 1)","a"\n"x, ""y""",\n,""\n')).toEqual({
    names: ['k (Group by 1)', 'a'],
    types: [],
    rows: [
      ['"x, ""y"""', 'null'],
      ['null', '""'],
    ],
  })
})

test('Arrow as cells', () => {
  const text = 'arrow, 2 rows\n"k" Dictionary<Int32, Utf8> ["a: b" "c]"]: "c]" null\n"t" Timestamp<MILLISECOND>: 1 null'
  expect(answerCells('arrow', text)).toEqual({
    names: ['k', 't'],
    types: ['Dictionary<Int32, Utf8>', 'Timestamp<MILLISECOND>'],
    rows: [
      ['"c]"', '1'],
      ['null', 'null'],
    ],
  })
})

test('typed arrays as cells', () => {
  const text = '["k","i"]\n["Int32Array 1,0","Float64Array 1.5,2"]\n["Uint8Array 1",null]\n[["a","b"],null]'
  expect(answerCells('typed', text)?.rows).toEqual([
    ['"b"', '1.5'],
    ['null', '2'],
  ])
})

test('an error is no table', () => {
  expect(answerCells('json', 'error: Abort(): no')).toBe(null)
})
