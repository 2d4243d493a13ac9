import { describe, expect, it } from 'vitest'
import { Column } from '../columns/column.js'
import type { Storage } from '../columns/storage.js'
import type { Slice } from '../query/slice.js'
import { toCsv } from './write.js'

// Every expected text was measured at the real engine.

function csvOf(storage: Storage, cells: Parameters<typeof Column.of>[1]): string[] {
  const slice = { length: cells.length, names: ['c'], columns: [Column.of(storage, cells)], rowPath: null, keys: null }
  return toCsv(slice).split('\n').slice(1, -1)
}

describe('A9 CSV out', () => {
  it('quotes names and strings, and leaves nulls empty', () => {
    const slice: Slice = {
      length: 3,
      names: ['a"b', 'n'],
      columns: [Column.of('string', ['a"b', null, '']), Column.of('int32', [1, null, 3])],
      rowPath: null,
      keys: null,
    }
    expect(toCsv(slice)).toBe('"a""b","n"\n"a""b",1\n,\n"",3\n')
  })

  it('writes floats with exponents where the reference does', () => {
    const values = [1.5, 2, -0, 0, 1e-6, 1e-7, 9_999_999_999.5, 1e10, 12_345_678_901.25, -1.5e21, NaN, Infinity]
    expect(csvOf('float64', values)).toEqual(
      ['1.5', '2', '-0', '0', '0.000001', '1e-7', '9999999999.5', '1e+10', '1.234567890125e+10', '-1.5e+21'].concat([
        'nan',
        'inf',
      ]),
    )
    expect(csvOf('float32', [0.1, 16_777_216, 3.4028234663852886e38, 1 / 3].map(Math.fround))).toEqual([
      '0.1',
      '16777216',
      '3.4028235e+38',
      '0.33333334',
    ])
  })

  it('writes dates and datetimes as text', () => {
    expect(csvOf('date', [19_724, -1, null])).toEqual(['2024-01-02', '1969-12-31', ''])
    expect(csvOf('datetime', [1_704_164_645_678, -1])).toEqual(['2024-01-02 03:04:05.678', '1969-12-31 23:59:59.999'])
  })

  it('has one column per group level', () => {
    const slice: Slice = {
      length: 2,
      names: ['i'],
      columns: [Column.of('int32', [6, 3])],
      rowPath: {
        names: ['b', 's'],
        levels: [Column.of('boolean', [null, false]), Column.of('string', [null, 'x'])],
        depth: Uint8Array.of(0, 2),
        splitOnly: false,
      },
      keys: null,
    }
    expect(toCsv(slice)).toBe('"b (Group by 1)","s (Group by 2)","i"\n,,6\nfalse,"x",3\n')
  })

  it('is empty without columns', () => {
    expect(toCsv({ length: 3, names: [], columns: [], rowPath: null, keys: null })).toBe('')
  })
})
