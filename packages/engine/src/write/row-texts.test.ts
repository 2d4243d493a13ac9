import { describe, expect, it } from 'vitest'
import { Column } from '../columns/column.js'
import type { Scalar } from '../columns/storage.js'
import { jsonColumnsPieces, jsonRowsPieces, toJsonColumns, toJsonRows, toNdjson } from './write.js'

/** Texts of every length and alphabet that copying tells apart, hardly one twice: more than are kept for later rows. */
const text = (i: number) => `${i} ${['x', 'ä', '"', '\u{1F600}'][i % 4]!.repeat((i * 7) % 150)}`

function sliceOf(rows: number, strings: (row: number) => Scalar) {
  const cells: Record<string, Scalar[]> = { id: [], s: [], few: [], 'a "name" of more than sixteen bytes': [] }
  for (let i = 0; i < rows; i++) {
    cells['id']!.push(i * 37)
    cells['s']!.push(strings(i))
    cells['few']!.push(i % 5 === 0 ? null : `few ${i % 3}`)
    cells['a "name" of more than sixteen bytes']!.push(i % 3 === 0 ? null : i % 2 === 0)
  }
  const names = Object.keys(cells)
  const storages = ['int32', 'string', 'string', 'boolean'] as const
  const columns = names.map((name, at) => Column.of(storages[at]!, cells[name]!))
  const objects = Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, cells[name]![i]])),
  )
  return { cells, objects, slice: { length: rows, names, columns, rowPath: null, keys: null } }
}

describe('A9 texts of many rows', () => {
  it.each<[string, number, (row: number) => Scalar]>([
    ['different strings', 15_000, (row) => (row % 11 === 0 ? null : text(row))],
    ['strings that come again', 15_000, (row) => text((row * 7919) % 3000)],
    ['no strings', 3000, () => null],
    ['one row', 1, text],
    ['no rows', 0, text],
  ])('%s', (_, rows, strings) => {
    const { cells, objects, slice } = sliceOf(rows, strings)
    expect(toJsonRows(slice)).toBe(JSON.stringify(objects))
    expect(toNdjson(slice)).toBe(objects.map((row) => JSON.stringify(row)).join('\n'))
    expect(toJsonColumns(slice)).toBe(JSON.stringify(cells))
  })

  it('of a few rows whose dictionary is large, again and again', () => {
    const { slice } = sliceOf(20_000, text)
    for (const [from, to] of [
      [19_990, 20_000],
      [0, 10],
      [19_995, 20_000],
    ] as const) {
      const strings = slice.columns[1]!.range(from, to)
      const window = { ...slice, length: to - from, names: ['s'], columns: [strings] }
      const expected = Array.from({ length: to - from }, (_, i) => text(from + i))
      expect(toJsonColumns(window)).toBe(JSON.stringify({ s: expected }))
    }
  })

  it('of two answers made by turns are their own', () => {
    const first = sliceOf(6000, text)
    const second = sliceOf(6000, (row) => text(row + 1))
    const [rows, columns] = [jsonRowsPieces(first.slice), jsonColumnsPieces(second.slice)]
    let turns = 0
    let [a, b] = [rows.next(), columns.next()]
    while (a.done !== true || b.done !== true) {
      turns++
      if (a.done !== true) a = rows.next()
      if (b.done !== true) b = columns.next()
    }
    expect(turns).toBeGreaterThan(2)
    expect(String(a.value)).toBe(JSON.stringify(first.objects))
    expect(String(b.value)).toBe(JSON.stringify(second.cells))
  })
})
