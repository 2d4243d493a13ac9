import { describe, expect, it } from 'vitest'
import { columnType, defaultStorage } from '../columns/storage.js'
import { Table } from '../table/table.js'
import { toJsonColumns } from '../write/write.js'
import { type ReadOptions, readKeys, readNew, readUpdate, type TableData } from './read.js'

// Unless a test says otherwise, what it expects was measured at the real engine.

function rows(json: unknown): TableData {
  return { format: 'rows', rows: typeof json === 'string' ? json : (json as unknown[]) }
}

function contents(table: Table): unknown {
  const order = table.order() ?? table.liveSlots()
  const names = table.schema.map((field) => field.name)
  const columns = names.map((_, position) => table.columns[position]!.gather(order))
  return JSON.parse(toJsonColumns({ length: order.length, names, columns, rowPath: null, keys: null }))
}

function make(data: TableData, options: ReadOptions = {}): Table {
  const { schema, batch } = readNew(data, options)
  const table = new Table(schema, options.index === undefined ? {} : { index: options.index })
  table.apply({ kind: 'update', batch, port: 0 })
  return table
}

/** Column types and contents of a table made of the data. */
function made(data: TableData, options: ReadOptions = {}): [types: unknown, cells: unknown] {
  const table = make(data, options)
  return [Object.fromEntries(table.schema.map(({ name, storage }) => [name, columnType(storage)])), contents(table)]
}

function withSchema(
  types: Record<string, 'string' | 'integer' | 'float' | 'boolean' | 'date' | 'datetime'>,
  index?: string,
) {
  const schema = Object.entries(types).map(([name, type]) => ({ name, storage: defaultStorage(type) }))
  return new Table(schema, index === undefined ? {} : { index })
}

function update(table: Table, data: TableData, options: ReadOptions = {}): Table {
  table.apply({ kind: 'update', batch: readUpdate(data, table, options), port: 0 })
  return table
}

describe('A3 JSON in: inference', () => {
  it.each([
    ['[{"a":1},{"a":2.5}]', { a: 'float' }, { a: [1, 2.5] }],
    ['[{"a":1.0}]', { a: 'float' }, { a: [1] }],
    ['[{"a":1},{"a":3000000000}]', { a: 'float' }, { a: [1, 3000000000] }],
    ['[{"a":1},{"a":"x"}]', { a: 'string' }, { a: ['1', 'x'] }],
    ['[{"a":1},{"a":""}]', { a: 'string' }, { a: ['1', ''] }],
    ['[{"a":"1"},{"a":2}]', { a: 'integer' }, { a: [1, 2] }],
    ['[{"a":"1.5"},{"a":"1e3"}]', { a: 'float' }, { a: [1.5, 1000] }],
    ['[{"a":"true"},{"a":0}]', { a: 'boolean' }, { a: [true, false] }],
    ['[{"a":""},{"a":1}]', { a: 'string' }, { a: ['', '1'] }],
    ['[{"a":"2024-01-02"},{"a":"2024-01-02 03:04:05"}]', { a: 'date' }, { a: [1704153600000, 1704153600000] }],
    ['[{"a":"2024-01-02 03:04:05"},{"a":"2024-01-02"}]', { a: 'datetime' }, { a: [1704164645000, 1704153600000] }],
    ['[{"a":"13/02/2024"}]', { a: 'string' }, { a: ['13/02/2024'] }],
    ['[{"a":"1/2/2024, 12:04:05 AM"}]', { a: 'datetime' }, { a: [1704153845000] }],
    ['[{"a":"01/02/2024,3:4:5PM"}]', { a: 'datetime' }, { a: [1704207845000] }],
    ['[{"a":"1/2/2024, 3:04 PM"}]', { a: 'string' }, { a: ['1/2/2024, 3:04 PM'] }],
    ['[{"b":null,"a":1},{"a":2,"b":"x"}]', { a: 'integer', b: 'string' }, { a: [1, 2], b: [null, 'x'] }],
    ['[{"a":1,"z":null,"b":null}]', { a: 'integer', b: 'string', z: 'string' }, { a: [1], b: [null], z: [null] }],
    ['[{"a":1},{"a":2,"b":null}]', { a: 'integer' }, { a: [1, 2] }],
    ['[{"a":1,"a":"x"}]', { a: 'string' }, { a: ['x'] }],
    ['[{"\\u0061":1},{"a":2}]', { a: 'integer' }, { a: [1, 2] }],
    ['[]', {}, {}],
  ])('%s', (text, types, cells) => {
    expect(made(rows(text))).toEqual([types, cells])
  })

  it('keeps nulls when a column widens, and texts beside floats (the reference makes zeros of both)', () => {
    expect(made(rows('[{"a":1},{"a":null},{"a":1.5}]'))).toEqual([{ a: 'float' }, { a: [1, null, 1.5] }])
    expect(made(rows('[{"a":1.5},{"a":"x"}]'))).toEqual([{ a: 'string' }, { a: ['1.5', 'x'] }])
  })

  it('widens integers of any size (the reference wraps or refuses them)', () => {
    expect(made(rows('[{"a":-3000000000},{"a":18446744073709551615}]'))).toEqual([
      { a: 'float' },
      { a: [-3000000000, 2 ** 64] },
    ])
  })

  it.each([
    ['[{"a":true},{"a":"x"}]', 'Expected bool, found 5'],
    ['[{"a":1},{"a":true}]', 'Expected int, found 2'],
    ['[{"a":1.5},{"a":false}]', 'Expected double, found 1'],
    ['[{"a":"2024-01-02"},{"a":"x"}]', 'Could not coerce to date'],
    ['[1,2]', 'Cannot determine data types without column names!\n'],
    ['{"a":1}', 'Cannot determine data types without column names!\n'],
  ])('refuses %s', (text, message) => {
    expect(() => readNew(rows(text))).toThrow(message)
  })

  it('says column and row of what it refuses', () => {
    expect(() => readNew(rows('[{"a":1},{"a":true}]'))).toThrow('Expected int, found 2 (column "a", row 1)')
  })

  it('refuses broken text and says where (the reference keeps what it could read)', () => {
    for (const text of [
      '[{"a":1}',
      '[{"a":tru}]',
      '[{"a":1} x',
      '[{"a":1}] x',
      '',
      '[{"a":01}]',
      '[{"a":"\u0001"}]',
      '[{a:1}]',
    ]) {
      expect(() => readNew(rows(text)), text).toThrow(/^Malformed JSON at line 1, column \d+: expected/)
    }
    expect(() => readNew(rows('[{"a":1},\n {"a":}]'))).toThrow('line 2, column 7: expected a value, found "}]"')
  })

  it('names a missing index', () => {
    expect(() => readNew(rows([]), { index: 'a' })).toThrow('Specified index `a` does not exist in dataset.')
  })

  it('lets an earlier value stay when a row of a new table has the same key and a null', () => {
    expect(contents(make(rows('[{"k":1,"a":5},{"k":1,"a":null}]'), { index: 'k' }))).toEqual({ k: [1], a: [5] })
  })
})

describe('A3 JSON in: columns and NDJSON', () => {
  it('pads columns of unequal length', () => {
    expect(made({ format: 'columns', columns: '{"k":[1,2,3],"s":["a"],"n":[null,null]}' })).toEqual([
      { k: 'integer', s: 'string', n: 'string' },
      { k: [1, 2, 3], s: ['a', null, null], n: [null, null, null] },
    ])
  })

  it.each([
    ['{"a":1}', 'Malformed column'],
    ['{"a":[]}', "Can't create table from empty columns"],
    ['[]', 'Cannot determine data types without column names!\n'],
  ])('refuses columns %s', (columns, message) => {
    expect(() => readNew({ format: 'columns', columns })).toThrow(message)
  })

  it('reads objects one after the other', () => {
    expect(made({ format: 'ndjson', text: '{"a":1}{"a":2}\n\n {"b":"x"}\n' })).toEqual([
      { a: 'integer', b: 'string' },
      { a: [1, 2, null], b: [null, null, 'x'] },
    ])
    expect(made({ format: 'ndjson', text: '{"a":null,"b":1}\n{"a":2}' })).toEqual([
      { b: 'integer', a: 'string' },
      { b: [1, null], a: [null, '2'] },
    ])
    expect(() => readNew({ format: 'ndjson', text: '[1]' })).toThrow('Received non-object 4')
  })
})

describe('A4 list_flatten', () => {
  it('places columns that only later elements have, column by column', () => {
    const text = '{"a":[[{"p":1},{"p":2},{"q":3}]],"b":[[{"p":1},{"q":2},{"p":3}]]}'
    const { schema } = readNew({ format: 'columns', columns: text })
    expect(schema.map(({ name }) => name)).toEqual(['a.p', 'b.p', 'a.q', 'b.q'])
  })

  it('keeps the last row when it has no list, and others have', () => {
    expect(made(rows('[{"a":[1,2],"b":1},{"b":2}]'))[1]).toEqual({ a: [1, 2, null], b: [1, 1, 2] })
  })

  const nested = '[{"a":[1,2],"b":[3,4],"c":5}]'

  it('zips, multiplies or stringifies arrays', () => {
    expect(made(rows(nested))[1]).toEqual({ a: [1, 2], b: [3, 4], c: [5, 5] })
    expect(made(rows(nested), { listFlatten: 'cartesian' })[1]).toEqual({
      a: [1, 1, 2, 2],
      b: [3, 4, 3, 4],
      c: [5, 5, 5, 5],
    })
    expect(made(rows(nested), { listFlatten: 'stringify' })[1]).toEqual({ a: ['[1,2]'], b: ['[3,4]'], c: [5] })
  })

  it('stringifies lists within objects (the reference refuses the object)', () => {
    expect(made(rows('[{"a":{"b":{"c":[1,2]}},"q":[{"z":1.0}]}]'), { listFlatten: 'stringify' })[1]).toEqual({
      'a.b.c': ['[1,2]'],
      q: ['[{"z":1.0}]'],
    })
  })

  it('makes columns of paths and rows of nested arrays', () => {
    expect(made(rows('[{"a":[]},{"a":[{"x":1},{"x":2,"y":[7,8]}]}]'))[1]).toEqual({
      'a.x': [null, 1, 2, 2],
      'a.y': [null, null, 7, 8],
    })
    const columns = '{"a":[[1,2],[3]],"b":[["p","r"],"q"]}'
    expect(made({ format: 'columns', columns })[1]).toEqual({ a: [1, 2, 3], b: ['p', 'r', 'q'] })
    expect(made({ format: 'ndjson', text: '{"a":[1,2]}\n{"a":3}' })[1]).toEqual({ a: [1, 2, 3] })
  })

  it('expands updates too', () => {
    const table = update(withSchema({ i: 'integer', s: 'string' }), rows('[{"i":[1,2],"s":"k"}]'))
    expect(contents(table)).toEqual({ i: [1, 2], s: ['k', 'k'] })
  })

  it.each([
    [
      '[{"a":[1,2],"b":[3,4,5]}]',
      'Cannot zip `a` (2) and `b` (3) of differing length; use the `cartesian` list flatten mode.\n',
    ],
    ['[{"a.b":1,"a":{"b":2}}]', 'Column `a.b` is both a key and the flattened path of an object\n'],
    ['[{"k":1,"a":[1,2]}]', 'Cannot create a Table indexed on `k` from an expanded array.\n'],
  ])('refuses %s', (text, message) => {
    expect(() => readNew(rows(text), text.includes('"k"') ? { index: 'k' } : {})).toThrow(message)
  })

  it('bounds what a short text can expand to', () => {
    const ones = JSON.stringify(Array.from({ length: 60 }, () => 1))
    const text = `[{${Array.from({ length: 12 }, (_, i) => `"c${i}":${ones}`).join(',')}}]`
    expect(() => readNew(rows(text), { listFlatten: 'cartesian' })).toThrow('exceeds the maximum supported size')
    expect(() => readNew(rows(`[{"a":${'['.repeat(100_000)}`))).toThrow('expected at most 256 levels')
  })
})

describe('A5 JSON in: update coercion', () => {
  const types = { i: 'integer', f: 'float', s: 'string', d: 'date', t: 'datetime', b: 'boolean' } as const

  it.each([
    ['i', '1.9', 1],
    ['i', '-1.9', -1],
    ['i', '" 5"', 5],
    ['i', '"5.7"', 5],
    ['i', '"0x10"', 16],
    ['i', '""', null],
    ['f', '"1.5abc"', 1.5],
    ['f', '"abc"', 0],
    ['f', '3', 3],
    ['s', '1.5', '1.500000'],
    ['s', '1e21', '1000000000000000000000.000000'],
    ['s', '-0.0', '-0.000000'],
    ['s', '3000000000', '3000000000'],
    ['s', 'true', 'true'],
    ['b', '"TRUE"', true],
    ['b', '2', true],
    ['d', '1704164645678', 1704153600000],
    ['d', '-1', -86400000],
    ['d', '"1/2/2024"', 1704153600000],
    ['d', '"2024-02-30"', 1709251200000],
    ['d', '"20240102"', 1704153600000],
    ['d', '"24-01-02"', -61409750400000],
    ['d', '"2024-01-02 03:04:05"', 1704153600000],
    ['t', '1.5', 1],
    ['t', '"2024-01-02"', 1704153600000],
    ['t', '"2024-01-02T03:04:05.678Z"', 1704164645678],
    ['t', '"2024-01-02T03:04:05-05:00"', 1704182645000],
    ['t', '"2024-01-02T23:04:05+0500"', 1704218645000],
  ])('%s <- %s', (name, value, expected) => {
    const table = update(withSchema(types), rows(`[{"${name}":${value}}]`))
    expect((contents(table) as Record<string, unknown[]>)[name]).toEqual([expected])
  })

  it.each([
    ['i', '"x"', 'Cannot append value of type string to column "i" of type integer at index 0\n'],
    ['i', '"5 "', 'Cannot append value of type string to column "i" of type integer at index 0\n'],
    ['i', 'true', 'Expected int, found 2'],
    ['f', 'true', 'Expected double, found 2'],
    ['b', '1.5', 'Expected bool, found 6'],
    ['b', '""', 'Expected bool, found 5'],
    ['d', '1.5', 'Could not coerce to date'],
    ['d', '""', 'Could not coerce to date'],
    ['d', '"2024-01-02T03:04:05-05:00"', 'Could not coerce to date'],
    ['t', '"2024-01-02 "', 'Could not coerce to time'],
    ['t', '"2024-01-02 25:00"', 'Could not coerce to time'],
    ['t', 'true', 'Could not coerce 2 to a time.'],
    // The reference wraps or clamps these.
    ['i', '3000000000', '3000000000 does not fit int32, which goes from -2147483648 to 2147483647 (column "i", row 0)'],
    // The reference takes these for the last day of 2023.
    ['d', '"2024-01"', 'Could not coerce to date'],
    ['d', '"2024"', 'Could not coerce to date'],
  ])('refuses %s <- %s', (name, value, message) => {
    const table = withSchema(types)
    expect(() => update(table, rows(`[{"${name}":${value}}]`))).toThrow(message)
    expect(table.size).toBe(0)
  })

  it('keeps 64-bit integers exact (the reference wraps them at 32 bits)', () => {
    const table = new Table([{ name: 'n', storage: 'int64' }])
    update(table, rows('[{"n":9007199254740993},{"n":-9223372036854775808}]'))
    expect([table.columns[0]!.get(0), table.columns[0]!.get(1)]).toEqual([9007199254740993n, -9223372036854775808n])
  })

  it('lets rows without a column keep its value, and nulls clear it', () => {
    const table = withSchema({ k: 'string', i: 'integer', f: 'float' }, 'k')
    update(table, rows('[{"k":"a","i":1,"f":1},{"k":"b","i":2,"f":2}]'))
    update(table, rows('[{"k":"a","i":null},{"k":"b","f":7},{"k":"b","i":""}]'))
    expect(contents(table)).toEqual({ k: ['a', 'b'], i: [null, 2], f: [1, 7] })
  })

  it('addresses rows by __INDEX__, row by row', () => {
    const keyed = update(withSchema({ k: 'integer', s: 'string' }, 'k'), rows('[{"k":1,"s":"a"}]'))
    update(keyed, rows('[{"__INDEX__":1,"s":"x"},{"k":2,"s":"y"}]'))
    expect(contents(keyed)).toEqual({ k: [1, 2], s: ['x', 'y'] })
    const plain = update(withSchema({ k: 'integer', s: 'string' }), rows('[{"k":1,"s":"a"},{"k":2,"s":"b"}]'))
    update(plain, rows('[{"__INDEX__":1,"s":"z"},{"k":3}]'))
    expect(contents(plain)).toEqual({ k: [1, 2, 3], s: ['a', 'z', null] })
  })

  it('passes over unknown columns, but not their rows', () => {
    const table = update(withSchema({ k: 'integer' }), rows('[{"zz":1},{}]'))
    expect(contents(table)).toEqual({ k: [null, null] })
  })
})

describe('A5 remove', () => {
  it('reads keys in the index column’s type', () => {
    const table = withSchema({ k: 'integer', s: 'string' }, 'k')
    expect([0, 1, 2].map((row) => readKeys(rows('[1,"2",null]'), table).get(row))).toEqual([1, 2, null])
  })

  it.each([
    [rows('[{"k":1}]'), 'Expected int, found 3'],
    [rows('{"k":[1]}'), 'Cannot remove fish!\n'],
    [{ format: 'columns', columns: '{"k":[1]}' } as const, 'Cannot remove fish!\n'],
    [{ format: 'csv', text: 'k\n1' } as const, 'remove malformed'],
  ])('refuses %j', (data, message) => {
    expect(() => readKeys(data, withSchema({ k: 'integer' }, 'k'))).toThrow(message)
  })

  it('refuses a table without index', () => {
    expect(() => readKeys(rows('[1]'), withSchema({ k: 'integer' }))).toThrow('Cannot remove from unindexed Table\n')
  })
})
