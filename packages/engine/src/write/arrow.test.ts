import { CompressionType, compressionRegistry, tableFromIPC } from 'apache-arrow'
import { beforeAll, describe, expect, it } from 'vitest'
import { codecFor } from '../codec/codec.js'
import { loadZstd } from '../codec/zstd.js'
import { Column } from '../columns/column.js'
import { finish } from '../pieces.js'
import type { Slice } from '../query/slice.js'
import { toArrow } from './write.js'

const slice: Slice = {
  length: 4,
  names: ['i', 'f', 's', 'd', 't', 'b', 'n'],
  columns: [
    Column.of('int32', [1, 2, 3, 4]),
    Column.of('float64', [1.5, null, NaN, null]),
    Column.of('string', ['abc', null, 'é,\n', 'abc']),
    Column.of('date', [19_724, null, -1, null]),
    Column.of('datetime', [1_704_164_645_678, null, -1, null]),
    Column.of('boolean', [true, null, false, null]),
    Column.of('uint64', [18_446_744_073_709_551_615n, 1, null, 9_007_199_254_740_993n]),
  ],
  rowPath: {
    names: ['s'],
    levels: [Column.of('string', [null, 'b', 'a', 'b'])],
    depth: Uint8Array.of(0, 1, 1, 1),
    splitOnly: false,
  },
  keys: null,
}

const rows = [
  [null, 1, 1.5, 'abc', 1_704_153_600_000, 1_704_164_645_678, true, 18_446_744_073_709_551_615n],
  ['b', 2, null, null, null, null, null, 1n],
  ['a', 3, NaN, 'é,\n', -86_400_000, -1, false, null],
  ['b', 4, null, 'abc', null, null, null, 9_007_199_254_740_993n],
]

describe('A9 Arrow out', () => {
  beforeAll(async () => {
    await loadZstd()
    for (const [type, name] of [
      [CompressionType.LZ4_FRAME, 'lz4'],
      [CompressionType.ZSTD, 'zstd'],
    ] as const) {
      // apache-arrow gives the frame alone; the length is in its header or, for LZ4, simply enough.
      compressionRegistry.set(type, {
        encode: (bytes) => finish(codecFor(name).compress(bytes)),
        decode: (bytes) => decodeUnknownLength(name, bytes),
      })
    }
  })

  it.each([null, 'lz4', 'zstd'] as const)('is read back by apache-arrow, compression %s', (compression) => {
    const table = tableFromIPC(toArrow(slice, { compression }))
    expect(table.schema.fields.map(String)).toEqual([
      's (Group by 1): Dictionary<Int32, Utf8>',
      'i: Int32',
      'f: Float64',
      's: Dictionary<Int32, Utf8>',
      'd: Date32<DAY>',
      't: Timestamp<MILLISECOND>',
      'b: Bool',
      'n: Uint64',
    ])
    expect(table.batches.length).toBe(1)
    expect(table.toArray().map((row) => table.schema.fields.map((_, at) => [...row][at]![1]))).toEqual(rows)
  })

  it('leaves row paths out of deltas, and names them both ways', () => {
    const names = (options: Parameters<typeof toArrow>[1]) => tableFromIPC(toArrow(slice, options)).schema.names
    expect(names({ dataOnly: true })).toEqual(slice.names)
    expect(names({ legacyRowPathNames: false })[0]).toBe('__ROW_PATH_0__')
  })

  it('holds only the strings of the window, in order of first appearance', () => {
    const column = Column.of('string', ['unused', 'z', 'a', 'z']).range(1, 4)
    const bytes = toArrow({ length: 3, names: ['s'], columns: [column], rowPath: null, keys: null })
    expect([...tableFromIPC(bytes).batches[0]!.data.children[0]!.dictionary!]).toEqual(['z', 'a'])
  })

  it('has the size of the reference for the same table', () => {
    // 1144 bytes: measured for these six columns.
    const sizes = slice.names.slice(0, 6)
    const bytes = toArrow({ ...slice, names: sizes, columns: slice.columns.slice(0, 6), rowPath: null })
    expect(bytes.length).toBeLessThanOrEqual(1144)
    expect([...bytes.slice(-8)]).toEqual([255, 255, 255, 255, 0, 0, 0, 0])
  })

  it('keeps the schema of an empty window', () => {
    const empty = slice.columns.map((column) => column.range(0, 0))
    const table = tableFromIPC(toArrow({ ...slice, length: 0, columns: empty, rowPath: null }))
    expect(table.numRows).toBe(0)
    expect(table.batches.length).toBe(1)
    expect(table.schema.names).toEqual(slice.names)
  })
})

function decodeUnknownLength(name: 'lz4' | 'zstd', frame: Uint8Array): Uint8Array {
  for (let length = 0; length < 4096; length++) {
    try {
      return codecFor(name).decompress(frame, length)
    } catch {}
  }
  throw new Error('not a frame')
}
