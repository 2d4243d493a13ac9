import { describe, expect, it } from 'vitest'
import { columnType, defaultStorage, type Scalar, type Storage } from '../../columns/storage.js'
import { Table } from '../../table/table.js'
import { readNew, readUpdate } from '../read.js'

// Unless a test says otherwise, what it expects was measured at the real engine.

function read(text: string): { storages: Record<string, Storage>; cells: Record<string, Scalar[]> } {
  const { schema, batch } = readNew({ format: 'csv', text })
  const cells = batch.columns.map((column) => Array.from({ length: batch.length }, (_, row) => column.get(row)))
  return {
    storages: Object.fromEntries(schema.map(({ name, storage }) => [name, storage])),
    cells: Object.fromEntries(schema.map(({ name }, at) => [name, cells[at]!])),
  }
}

/** Storage and cells of a column of the given lines. */
function column(...lines: string[]): [Storage, Scalar[]] {
  const { storages, cells } = read(`a,b\n${lines.map((line) => `${line},z\n`).join('')}`)
  return [storages['a']!, cells['a']!]
}

function update(text: string, index?: string): Table {
  const types = { i: 'integer', f: 'float', s: 'string', d: 'date', t: 'datetime', b: 'boolean' } as const
  const schema = Object.entries(types).map(([name, type]) => ({ name, storage: defaultStorage(type) }))
  const table = new Table(schema, index === undefined ? {} : { index })
  table.apply({ kind: 'update', batch: readUpdate({ format: 'csv', text }, table), port: 0 })
  return table
}

describe('A3 CSV in: inference', () => {
  it.each<[string[], Storage, Scalar[]]>([
    [['1', ' 2 ', '\t3', '007', '-0'], 'int64', [1, 2, 3, 7, 0]],
    [['0x10'], 'int64', [16]],
    [['-0x10'], 'string', ['-0x10']],
    [['9223372036854775807', '-9223372036854775808'], 'int64', [2n ** 63n - 1n, -(2n ** 63n)]],
    [['9223372036854775808'], 'float64', [2 ** 63]],
    [['+1', '1.5', '.5', '5.', '1e5', ' 2.5 '], 'float64', [1, 1.5, 0.5, 5, 100_000, 2.5]],
    [['inf', '-inf', 'Infinity', '1e400'], 'float64', [Infinity, -Infinity, Infinity, Infinity]],
    [['1', 'true', 'FALSE'], 'boolean', [true, true, false]],
    [['tRuE'], 'string', ['tRuE']],
    [['true', '1.5'], 'string', ['true', '1.5']],
    [['nan', 'N/A', '', '1'], 'int64', [null, null, null, 1]],
    [['NA', 'None', ''], 'string', ['NA', 'None', '']],
    [['"1"', '""', '"NA"'], 'int64', [1, null, null]],
    [['', 'NA'], 'string', [null, null]],
    [['2024-01-02', ' 2024-01-03 ', ''], 'date', [19_724, 19_725, null]],
    [['2024-02-30'], 'string', ['2024-02-30']],
    [['2024-01-02', '2024-01-02 03:04:05'], 'datetime', [1_704_153_600_000, 1_704_164_645_000]],
    [
      ['2024-01-02 03', '2024-01-02T03:04', '2024-01-02T03:04:05.1'],
      'datetime',
      [1_704_164_400_000, 1_704_164_640_000, 1_704_164_645_100],
    ],
    [
      ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05+0100', '2024-01-02T03:04:05-01'],
      'datetime',
      [1_704_164_645_000, 1_704_161_045_000, 1_704_168_245_000],
    ],
    [['2024-01-02T03:04:05.123456789'], 'datetime', [1_704_164_645_123]],
    [['1/2/2024', '1-2-2024', '2 1 2024'], 'datetime', [1_704_153_600_000, 1_704_153_600_000, 1_704_153_600_000]],
    [['"1/2/2024, 3:04:05 AM"', '"11/22/2024, 12:04:05 PM"'], 'datetime', [1_704_164_645_000, 1_732_277_045_000]],
    [['13/02/2024'], 'string', ['13/02/2024']],
    [['03:04:05', '03:04'], 'uint32', [11_045, 11_040]],
    [['1', '1.5', 'x'], 'string', ['1', '1.5', 'x']],
  ])('%j', (lines, storage, cells) => {
    expect(column(...lines)).toEqual([storage, cells])
  })
})

describe('A3 CSV in: the text', () => {
  it.each<[string, Record<string, Scalar[]>]>([
    ['\n\na,b\n\n1,2\n\n', { a: [1], b: [2] }],
    ['a,b\r\n1,2\r\n3,4', { a: [1, 3], b: [2, 4] }],
    ['a,b\r1,2\r', { a: [1], b: [2] }],
    ['\ufeffa,b\n1,2', { a: [1], b: [2] }],
    ['a,a,a\n1,2,3', { a: [1], 'a*': [2], 'a**': [3] }],
    ['a,,\n1,2,3', { a: [1], '': [2], '*': [3] }],
    ['"a,b","c""d"\n"x\ny","q""r"', { 'a,b': ['x\ny'], 'c"d': ['q"r'] }],
    ['a,b\n"x"y,"p" q\n x "y",""', { a: ['xy', ' x "y"'], b: ['p q', ''] }],
    ['a\n\n1\n\n2\n', { a: [1, 2] }],
    ['__INDEX__,a\n5,1', { a: [1] }],
    ['a\n', { a: [] }],
    [' a , b \n1,2', { ' a ': [1], ' b ': [2] }],
  ])('%j', (text, cells) => {
    expect(read(text).cells).toEqual(cells)
  })

  it.each([
    ['', 'Invalid: Empty CSV file'],
    ['a,b', 'Invalid: CSV parse error: Empty CSV file or block: cannot infer number of columns'],
    ['a,b\n1,2,3', 'Invalid: CSV parse error: Row #2: Expected 2 columns, got 3: 1,2,3'],
    ['a,b\n1,"2\n3"\n4', 'Invalid: CSV parse error: Row #3: Expected 2 columns, got 1: 4'],
    ['a,b\n"unterminated,2\n', 'Invalid: CSV parse error: Row #2: Expected 2 columns, got 1: "unterminated,2'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })

  it('names a missing index', () => {
    expect(() => readNew({ format: 'csv', text: 'a\n1\n' }, { index: 'zz' })).toThrow(
      'Specified index `zz` is invalid as it does not appear in the Table.\n',
    )
  })

  it('reads a hundred thousand rows of mixed types', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => `${i},${i / 4},s${i % 7},2024-01-02`)
    const { storages, cells } = read(`i,f,s,d\n${rows.join('\n')}`)
    expect(Object.values(storages).map(columnType)).toEqual(['integer', 'float', 'string', 'date'])
    expect([cells['i']![99_999], cells['f']![99_999], cells['s']![99_999]]).toEqual([99_999, 24_999.75, 's4'])
  })
})

describe('A5 CSV updates', () => {
  it.each<[string, number, Scalar]>([
    ['i\n 7 \n', 0, 7],
    ['i\n""\n', 0, null],
    ['f\n1\n', 1, 1],
    ['s,i\n,1\n', 2, ''],
    ['s\nNA\n', 2, 'NA'],
    ['d\n2024-01-02\n', 3, 19_724],
    ['t\n1704164645678\n', 4, 1_704_164_645_678],
    ['t\n1/2/2024\n', 4, 1_704_153_600_000],
    ['b\n1\n', 5, true],
    // The reference cannot do without the unknown column.
    ['zz,i\nq,1\n', 0, 1],
  ])('%j', (text, position, cell) => {
    expect(update(text).columns[position]!.get(0)).toBe(cell)
  })

  it('clears what is empty, texts to ""', () => {
    const table = update('i,f,s\n1,1.5,x\n', 'i')
    table.apply({ kind: 'update', batch: readUpdate({ format: 'csv', text: 'i,f,s\n1,,\n' }, table), port: 0 })
    expect([table.columns[1]!.get(0), table.columns[2]!.get(0)]).toEqual([null, ''])
  })

  it.each([
    ['s,i\n"a\nb",1\n"c",x', "Invalid: In CSV column #1: Row #3: CSV conversion error to int32: invalid value 'x'"],
    ['i\n1.5\n', "Invalid: In CSV column #0: Row #2: CSV conversion error to int32: invalid value '1.5'"],
    ['i\n3000000000\n', "CSV conversion error to int32: invalid value '3000000000'"],
    ['f\n \n', "CSV conversion error to double: invalid value ''"],
    ['d\n1/2/2024\n', "CSV conversion error to date64[ms]: invalid value '1/2/2024'"],
    ['b\n true\n', "CSV conversion error to bool: invalid value ' true'"],
    ['t\n03:04\n', "CSV conversion error to timestamp[ms]: invalid value '03:04'"],
    ['t\nx\n', 'stoll: no conversion'],
  ])('refuses %j', (text, message) => {
    expect(() => update(text)).toThrow(message)
  })
})
