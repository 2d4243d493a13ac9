import * as arrow from 'apache-arrow'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadZstd } from '../../codec/zstd.js'
import { Column } from '../../columns/column.js'
import { columnType, type Scalar, type Storage } from '../../columns/storage.js'
import { TablecastError } from '../../error.js'
import { Table } from '../../table/table.js'
import { toArrow } from '../../write/write.js'
import { type ReadOptions, readKeys, readNew, readUpdate } from '../read.js'

// Unless a test says otherwise, what it expects was measured at the real engine.

function ipc(columns: Record<string, arrow.Vector>, kind: 'stream' | 'file' = 'stream'): Uint8Array {
  return arrow.tableToIPC(new arrow.Table(columns), kind)
}

function cells(column: Column): Scalar[] {
  return Array.from({ length: column.length }, (_, row) => column.get(row))
}

function read(bytes: Uint8Array, options: ReadOptions = {}): Record<string, Scalar[]> {
  const { schema, batch } = readNew({ format: 'arrow', bytes }, options)
  return Object.fromEntries(schema.map(({ name }, at) => [name, cells(batch.columns[at]!)]))
}

function updated(storage: Storage, vector: arrow.Vector): Scalar[] {
  const table = new Table([{ name: 'c', storage }])
  return cells(readUpdate({ format: 'arrow', bytes: ipc({ c: vector, other: vector }) }, table).columns[0]!)
}

const vector = arrow.vectorFromArray
const list = (type: arrow.DataType) => new arrow.List(new arrow.Field('item', type, true))

const samples: Record<string, [arrow.Vector, Storage, Scalar[]]> = {
  int8: [vector([1, -2, null], new arrow.Int8()), 'int8', [1, -2, null]],
  uint8: [vector([1, 255, null], new arrow.Uint8()), 'uint8', [1, 255, null]],
  int16: [vector([1, -300, null], new arrow.Int16()), 'int16', [1, -300, null]],
  uint16: [vector([1, 65_535, null], new arrow.Uint16()), 'uint16', [1, 65_535, null]],
  int32: [vector([1, -2_147_483_648, null], new arrow.Int32()), 'int32', [1, -2_147_483_648, null]],
  uint32: [vector([1, 4_294_967_295, null], new arrow.Uint32()), 'uint32', [1, 4_294_967_295, null]],
  int64: [vector([1n, -(2n ** 63n), null], new arrow.Int64()), 'int64', [1, -(2n ** 63n), null]],
  uint64: [
    vector([2n ** 64n - 1n, 2n ** 53n + 1n, null], new arrow.Uint64()),
    'uint64',
    [2n ** 64n - 1n, 2n ** 53n + 1n, null],
  ],
  float32: [vector([1.5, -0, null], new arrow.Float32()), 'float32', [1.5, -0, null]],
  float64: [vector([0.1, Number.NaN, null], new arrow.Float64()), 'float64', [0.1, Number.NaN, null]],
  bool: [vector([true, false, null], new arrow.Bool()), 'boolean', [true, false, null]],
  utf8: [vector(['a', 'é\u0001', null, 'a'], new arrow.Utf8()), 'string', ['a', 'é\u0001', null, 'a']],
  large_utf8: [vector(['a', '', null], new arrow.LargeUtf8()), 'string', ['a', '', null]],
  binary: [vector([Uint8Array.of(66, 67), null], new arrow.Binary()), 'string', ['BC', null]],
  dictionary: [
    vector(['x', 'y', null, 'x'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8())),
    'string',
    ['x', 'y', null, 'x'],
  ],
  date32: [vector([new Date(0), new Date(-86_400_000), null], new arrow.DateDay()), 'date', [0, -1, null]],
  date64: [vector([new Date(0), new Date(-86_400_000), null], new arrow.DateMillisecond()), 'date', [0, -1, null]],
  timestamp_s: [vector([0, -1000, null], new arrow.TimestampSecond()), 'datetime', [0, -1000, null]],
  timestamp_ms: [
    vector([1_704_164_645_678, -1, null], new arrow.TimestampMillisecond()),
    'datetime',
    [1_704_164_645_678, -1, null],
  ],
  timestamp_us: [
    vector([1_704_164_645_678, -1, null], new arrow.TimestampMicrosecond()),
    'datetime',
    [1_704_164_645_678, -1, null],
  ],
  timestamp_ns: [
    vector([1_704_164_645_678, -1, null], new arrow.TimestampNanosecond('UTC')),
    'datetime',
    [1_704_164_645_678, -1, null],
  ],
  time32: [vector([1, 2, null], new arrow.TimeMillisecond()), 'uint32', [1, 2, null]],
  null: [vector([null, null], new arrow.Null()), 'string', [null, null]],
}

describe('A3 Arrow in', () => {
  beforeAll(loadZstd)

  it.each(Object.entries(samples))(
    'reads %s, stream and file, one batch and several',
    (_, [values, storage, expected]) => {
      const single = new arrow.Table({ c: values })
      const double = new arrow.Table([...single.batches, ...single.batches])
      for (const kind of ['stream', 'file'] as const) {
        const { schema } = readNew({ format: 'arrow', bytes: arrow.tableToIPC(single, kind) })
        expect(schema).toEqual([{ name: 'c', storage }])
        expect(read(arrow.tableToIPC(single, kind))['c']).toEqual(expected)
        expect(read(arrow.tableToIPC(double, kind))['c']).toEqual([...expected, ...expected])
      }
    },
  )

  it('cuts times finer than a millisecond off towards zero', () => {
    const words = BigInt64Array.of(
      1_704_164_645_678_999_999n,
      -1n,
      -1_999_999n,
      1_000_000n,
      -9_223_372_036_854_775_808n,
    )
    const data = arrow.makeData({ type: new arrow.TimestampNanosecond(), length: 5, nullCount: 0, data: words })
    expect(read(ipc({ c: arrow.makeVector(data) }))['c']).toEqual([1_704_164_645_678, 0, -1, 1, -9_223_372_036_854])
  })

  it('reads decimals as the nearest double (the reference is off by a digit)', () => {
    const values = [110n, -1n, 10n ** 30n, -123_456_789n, 0n]
    const words = BigInt64Array.from(values.flatMap((value) => [BigInt.asIntN(64, value), value >> 64n]))
    const type = new arrow.Decimal(2, 38, 128)
    const data = arrow.makeData({ type, length: values.length, nullCount: 0, data: new Int32Array(words.buffer) })
    expect(read(ipc({ c: arrow.makeVector(data) }))['c']).toEqual([1.1, -0.01, 1e28, -1_234_567.89, 0])
  })

  it('reads dictionaries that are replaced or grow between batches', () => {
    const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), 7)
    const part = (values: string[], codes: number[]) =>
      arrow.makeData({
        type,
        length: codes.length,
        nullCount: 0,
        data: Int32Array.from(codes),
        dictionary: vector(values, new arrow.Utf8()),
      })
    const fields = [new arrow.Field('c', type, true)]
    const schema = new arrow.Schema(fields)
    const batch = (data: arrow.Data) =>
      new arrow.RecordBatch(
        schema,
        arrow.makeData({ type: new arrow.Struct(fields), length: data.length, nullCount: 0, children: [data] }),
      )
    const batches = [batch(part(['a', 'b'], [1, 0])), batch(part(['z', 'a'], [0, 1]))]
    const bytes = arrow.RecordBatchStreamWriter.writeAll(batches).toUint8Array(true)
    expect(read(bytes)['c']).toEqual(['b', 'a', 'z', 'a'])
  })

  it.each([null, 'lz4', 'zstd'] as const)('reads its own streams back, compression %s', (compression) => {
    const columns = Object.values(samples).map(([, storage, expected]) => Column.of(storage, expected.slice(0, 2)))
    const names = Object.keys(samples)
    const bytes = toArrow({ length: 2, names, columns, rowPath: null, keys: null }, { compression })
    expect(Object.values(read(bytes))).toEqual(Object.values(samples).map(([, , expected]) => expected.slice(0, 2)))
  })

  it('copies: the bytes may change afterwards', () => {
    const bytes = ipc({ i: vector([1, 2], new arrow.Int32()), s: vector(['a', 'b'], new arrow.Utf8()) })
    const { batch } = readNew({ format: 'arrow', bytes })
    bytes.fill(0)
    expect(batch.columns.map(cells)).toEqual([
      [1, 2],
      ['a', 'b'],
    ])
  })

  it('reads bytes that start anywhere in their buffer', () => {
    const bytes = ipc({ i: vector([1n], new arrow.Int64()), f: vector([0.5], new arrow.Float64()) })
    for (let shift = 1; shift < 8; shift++) {
      const moved = new Uint8Array(bytes.length + shift)
      moved.set(bytes, shift)
      expect(read(moved.subarray(shift))).toEqual({ i: [1], f: [0.5] })
    }
  })

  it('gives repeated names stars', () => {
    const columns = [Column.of('int32', [1]), Column.of('int32', [2]), Column.of('int32', [3])]
    const bytes = toArrow({ length: 1, names: ['a', 'a', 'a'], columns, rowPath: null, keys: null })
    expect(read(bytes)).toEqual({ a: [1], 'a*': [2], 'a**': [3] })
  })

  it.each([
    [vector([1.5], new arrow.Float16()), 'Could not load arrow column of type `halffloat`\n'],
    [vector([1n], new arrow.DurationSecond()), 'Could not load arrow column of type `duration`\n'],
    [vector([1n], new arrow.TimeMicrosecond()), 'Could not load Arrow column of type `time64[us]`.\n'],
  ])('refuses types that are not read', (values, message) => {
    expect(() => read(ipc({ c: values }))).toThrow(message)
  })
})

describe('A4 list_flatten, Arrow', () => {
  const numbers = vector([[1, 2], [3], null, []], list(new arrow.Int32()))
  const texts = vector([['a', 'b'], ['c'], null, []], list(new arrow.Utf8()))
  const k = vector([1, 2, 3, 4], new arrow.Int32())

  it('makes rows of lists and columns of structs', () => {
    expect(read(ipc({ numbers, texts, k }))).toEqual({
      numbers: [1, 2, 3, null, null],
      texts: ['a', 'b', 'c', null, null],
      k: [1, 1, 2, 3, 4],
    })
    const struct = vector(
      [{ x: 1, y: 'p' }, null, { x: null, y: 'q' }],
      new arrow.Struct([new arrow.Field('x', new arrow.Int32(), true), new arrow.Field('y', new arrow.Utf8(), true)]),
    )
    expect(read(ipc({ s: struct }))).toEqual({ 's.x': [1, null, null], 's.y': ['p', null, 'q'] })
  })

  it('multiplies or stringifies', () => {
    expect(read(ipc({ numbers, texts, k }), { listFlatten: 'cartesian' })).toEqual({
      numbers: [1, 1, 2, 2, 3, null, null],
      texts: ['a', 'b', 'a', 'b', 'c', null, null],
      k: [1, 1, 1, 1, 2, 3, 4],
    })
    expect(read(ipc({ numbers, texts }), { listFlatten: 'stringify' })).toEqual({
      numbers: ['[1,2]', '[3]', null, '[]'],
      texts: ['["a","b"]', '["c"]', null, '[]'],
    })
  })

  it('reaches lists in structs in lists', () => {
    const inner = new arrow.Struct([
      new arrow.Field('x', new arrow.Int32(), true),
      new arrow.Field('l', list(new arrow.Float64()), true),
    ])
    const nested = vector(
      [
        [
          { x: 1, l: [1, 2] },
          { x: 2, l: [] },
        ],
        [],
        null,
        [{ x: 3, l: [9] }],
      ],
      list(inner),
    )
    expect(read(ipc({ n: nested, k }))).toEqual({
      'n.x': [1, 1, 2, null, null, 3],
      'n.l': [1, 2, null, null, null, 9],
      k: [1, 1, 1, 2, 3, 4],
    })
  })

  it('refuses lists that do not zip, and an index that would repeat', () => {
    const other = vector([[1], [2], null, []], list(new arrow.Int32()))
    expect(() => read(ipc({ numbers, other }))).toThrow(
      'Cannot zip list columns `numbers` (2) and `other` (1) of differing length in row 0; use the `cartesian` list flatten mode.\n',
    )
    expect(() => read(ipc({ numbers, k }), { index: 'k' })).toThrow(
      'Cannot create a Table indexed on `k` from an expanded list column',
    )
  })
})

describe('A5 Arrow updates', () => {
  it('converts numbers to numbers, and fills any column with nulls', () => {
    expect(updated('int32', vector([1.9, -1.9, null], new arrow.Float64()))).toEqual([1, -1, null])
    expect(updated('float64', vector([7n], new arrow.Int64()))).toEqual([7])
    expect(updated('int64', vector([2n ** 63n - 1n], new arrow.Uint64()))).toEqual([2n ** 63n - 1n])
    expect(updated('date', vector([null], new arrow.Null()))).toEqual([null])
  })

  it.each([
    ['int32', vector(['x'], new arrow.Utf8()), 'Could not fill column `c` with t_dtype: `int32`, array type: `str`\n'],
    [
      'date',
      vector([0], new arrow.TimestampMillisecond()),
      'Could not fill column `c` with t_dtype: `date`, array type: `datetime`\n',
    ],
    ['string', vector([1], new arrow.Int32()), 'Could not fill arrow column `c` iteratively due to mismatched types.'],
    // The reference wraps.
    [
      'int8',
      vector([1, 300], new arrow.Int32()),
      '300 does not fit int8, which goes from -128 to 127 (column "c", row 1)',
    ],
  ] as const)('refuses to fill %s', (storage, values, message) => {
    expect(() => updated(storage, values)).toThrow(message)
  })

  it('addresses rows by __INDEX__', () => {
    const table = new Table(
      [
        { name: 'k', storage: 'string' },
        { name: 'i', storage: 'int32' },
      ],
      { index: 'k' },
    )
    const bytes = ipc({ __INDEX__: vector(['a'], new arrow.Utf8()), i: vector([5], new arrow.Int32()) })
    const batch = readUpdate({ format: 'arrow', bytes }, table)
    expect([batch.names, cells(batch.address!), cells(batch.columns[0]!)]).toEqual([['i'], ['a'], [5]])
  })

  it('reads the keys to remove', () => {
    const table = new Table([{ name: 'k', storage: 'int64' }], { index: 'k' })
    const bytes = ipc({ k: vector([1, 2], new arrow.Int32()), other: vector([1, 2], new arrow.Int32()) })
    expect(cells(readKeys({ format: 'arrow', bytes }, table))).toEqual([1, 2])
    expect(() => readKeys({ format: 'arrow', bytes: ipc({ z: vector([1], new arrow.Int32()) }) }, table)).toThrow(
      'Cannot remove: Arrow is missing index column `k`\n',
    )
  })
})

describe('A3 malformed Arrow', () => {
  it.each([
    [
      new Uint8Array(0),
      'Failed to open RecordBatchStreamReader: Invalid: Tried reading schema message, was null or length 0\n',
    ],
    [new Uint8Array(3), 'Failed to open RecordBatchStreamReader: Invalid: Corrupted message, only 3 bytes available\n'],
    [
      new TextEncoder().encode('hello world, this is no arrow'),
      'Failed to open RecordBatchStreamReader: Invalid: Expected to read 1819043176 metadata bytes, but only read 25\n',
    ],
    [
      ipc({ i: vector([1], new arrow.Int32()) }, 'file').slice(0, 200),
      'Failed to open RecordBatchFileReader: Invalid: Not an Arrow file\n',
    ],
  ])('says what is wrong', (bytes, message) => {
    expect(() => read(bytes)).toThrow(message)
  })

  it('refuses what is cut off anywhere', () => {
    const bytes = ipc({ s: vector(['a', 'b'], new arrow.Utf8()), i: vector([1, 2], new arrow.Int32()) })
    for (let cut = 0; cut < bytes.length - 8; cut++) {
      try {
        const rows = read(bytes.slice(0, cut))
        // Cut between two messages it is a stream without its end mark.
        expect(rows['i']!.length === 0 || rows['i']!.length === 2).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(TablecastError)
      }
    }
  })

  it("reads Node's buffers as any bytes", () => {
    const columns = { i: vector([1, 2, null], new arrow.Int32()), s: vector(['a', 'b', null], new arrow.Utf8()) }
    const bytes = Buffer.concat([Buffer.alloc(8), ipc(columns)]).subarray(8)
    expect(read(bytes)).toEqual({ i: [1, 2, null], s: ['a', 'b', null] })
  })

  it('keeps the widths of what it read', () => {
    const { schema } = readNew({ format: 'arrow', bytes: ipc({ a: samples['uint16']![0] }) })
    expect(schema.map(({ storage }) => columnType(storage))).toEqual(['integer'])
  })
})
