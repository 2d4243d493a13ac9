import { describe, expect, it } from 'vitest'
import { Column } from '../columns/column.js'
import type { Slice } from '../query/slice.js'
import { toJsonColumns, toJsonRows, toNdjson } from './write.js'

// Every expected text was measured at the real engine.

const flat: Slice = {
  length: 3,
  names: ['i', 'f', 's', 'd', 't', 'b'],
  columns: [
    Column.of('int32', [1, 2, 3]),
    Column.of('float64', [1.5, null, 1e21]),
    Column.of('string', ['a"b\u000b\u001f', null, 'é,\n']),
    Column.of('date', [19_724, null, -1]),
    Column.of('datetime', [1_704_164_645_678, null, -1]),
    Column.of('boolean', [true, null, false]),
  ],
  rowPath: null,
  keys: { keys: Column.of('int32', [1, 2, 3]), offsets: Uint32Array.of(0, 1, 2, 3) },
}

const grouped: Slice = {
  length: 3,
  names: ['f'],
  columns: [Column.of('float64', [0, -0, 1e-7])],
  rowPath: {
    names: ['d', 's'],
    levels: [Column.of('date', [null, 0, 0]), Column.of('string', [null, null, null])],
    depth: Uint8Array.of(0, 1, 2),
    splitOnly: false,
  },
  keys: { keys: Column.of('int32', [2, 3, 1]), offsets: Uint32Array.of(0, 2, 3, 3) },
}

describe('A9 JSON out', () => {
  it('writes rows byte for byte as the reference', () => {
    expect(toJsonRows(flat)).toBe(
      '[{"i":1,"f":1.5,"s":"a\\"b\\u000B\\u001F","d":1704153600000,"t":1704164645678,"b":true},{"i":2,"f":null,"s":null,"d":null,"t":null,"b":null},{"i":3,"f":1e21,"s":"é,\\n","d":-86400000,"t":-1,"b":false}]',
    )
  })

  it('writes columns with __INDEX__ and __ID__ last in a flat view', () => {
    expect(toJsonColumns({ ...flat, names: ['i'] }, { id: true, index: true })).toBe(
      '{"i":[1,2,3],"__INDEX__":[[1],[2],[3]],"__ID__":[[1],[2],[3]]}',
    )
  })

  it('writes dates as text when formatted', () => {
    const slice = { ...flat, names: ['d', 't'], columns: flat.columns.slice(3, 5) }
    expect(toJsonColumns(slice, { formatted: true })).toBe(
      '{"d":["2024-01-02",null,"1969-12-31"],"t":["2024-01-02 03:04:05.678",null,"1969-12-31 23:59:59.999"]}',
    )
  })

  it('puts path, id and leaf keys of grouped rows where the reference does', () => {
    expect(toJsonRows(grouped, { id: true, index: true })).toBe(
      '[{"__ROW_PATH__":[],"__ID__":[],"__INDEX__":[2,3],"f":0.0},{"__ROW_PATH__":[0],"__ID__":[0],"__INDEX__":[1],"f":-0.0},{"__ROW_PATH__":[0,null],"__ID__":[0,null],"__INDEX__":[],"f":1e-7}]',
    )
    expect(toJsonColumns(grouped, { id: true, index: true })).toBe(
      '{"__ROW_PATH__":[[],[0],[0,null]],"__ID__":[[],[0],[0,null]],"f":[0.0,-0.0,1e-7],"__INDEX__":[[2,3],[1],[]]}',
    )
    expect(toNdjson(grouped)).toBe(
      '{"__ROW_PATH__":[],"f":0.0}\n{"__ROW_PATH__":[0],"f":-0.0}\n{"__ROW_PATH__":[0,null],"f":1e-7}',
    )
  })

  it('shows no path in a view that is only split', () => {
    const rowPath = { names: [], levels: [], depth: new Uint8Array(3), splitOnly: true }
    const slice: Slice = { ...flat, names: ['x|i'], columns: flat.columns.slice(0, 1), rowPath }
    expect(toJsonRows(slice)).toBe('[{"x|i":1},{"x|i":2},{"x|i":3}]')
    expect(toJsonColumns(slice, { id: true, index: true })).toBe(
      '{"__ID__":[[1],[2],[3]],"x|i":[1,2,3],"__INDEX__":[[],[],[]]}',
    )
  })

  it('shows the empty path of a total without group_by in rows only', () => {
    const rowPath = { names: [], levels: [], depth: new Uint8Array(1), splitOnly: false }
    const slice: Slice = { length: 1, names: ['f'], columns: [Column.of('float64', [1e20])], rowPath, keys: null }
    expect(toJsonRows(slice)).toBe('[{"__ROW_PATH__":[],"f":100000000000000000000.0}]')
    expect(toJsonColumns(slice)).toBe('{"f":[100000000000000000000.0]}')
  })

  it('is empty without columns, unless rows have a path or keys', () => {
    const none = { ...flat, names: [], columns: [] }
    expect(toJsonRows(none)).toBe('[]')
    expect(toJsonColumns(none)).toBe('{}')
    expect(toNdjson(none)).toBe('')
    expect(toJsonRows(none, { id: true })).toBe('[{"__ID__":[1]},{"__ID__":[2]},{"__ID__":[3]}]')
  })

  it('writes 64-bit integers exactly', () => {
    const column = Column.of('int64', [9_007_199_254_740_993n, -9_223_372_036_854_775_808n, null, 7])
    expect(toJsonColumns({ length: 4, names: ['n'], columns: [column], rowPath: null, keys: null })).toBe(
      '{"n":[9007199254740993,-9223372036854775808,null,7]}',
    )
  })

  it('writes null for what JSON cannot hold, and keeps escapes that are text', () => {
    const columns = [Column.of('float64', [NaN, Infinity]), Column.of('string', ['\\u000b\u000b', '\ud800/\u2028'])]
    expect(toJsonRows({ length: 2, names: ['f', 's'], columns, rowPath: null, keys: null })).toBe(
      '[{"f":null,"s":"\\\\u000b\\u000B"},{"f":null,"s":"\\ud800/\u2028"}]',
    )
  })

  it('A9 keeps U+0000 in strings (the reference cuts there)', () => {
    const columns = [Column.of('string', ['x\0y'])]
    expect(toJsonRows({ length: 1, names: ['s'], columns, rowPath: null, keys: null })).toBe('[{"s":"x\\u0000y"}]')
  })

  it('is the same over several chunks of rows', () => {
    const n = 10_000
    const column = Column.from(
      'int32',
      Int32Array.from({ length: n }, (_, i) => i),
    )
    const slice: Slice = { length: n, names: ['i'], columns: [column], rowPath: null, keys: null }
    expect(JSON.parse(toJsonRows(slice))).toEqual(Array.from({ length: n }, (_, i) => ({ i })))
  })
})
