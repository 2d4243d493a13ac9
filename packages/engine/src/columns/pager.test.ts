import { describe, expect, it } from 'vitest'
import { createBatch } from '../batch.js'
import { Table } from '../table/table.js'
import { Column } from './column.js'
import type { Disk } from './disk.js'
import { Pager } from './pager.js'
import type { Scalar, Schema } from './storage.js'

function memoryDisk() {
  const pages = new Set<Uint8Array>()
  const disk: Disk = {
    write(parts) {
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
      pages.add(bytes)
      return { read: () => bytes, free: () => pages.delete(bytes) }
    },
  }
  return { disk, pages }
}

const SCHEMA: Schema = [
  { name: 'k', storage: 'int32' },
  { name: 's', storage: 'string' },
  { name: 'w', storage: 'int64' },
]
const ROWS = 70_000

function rows(from: number, count: number) {
  const numbers = Array.from({ length: count }, (_, i) => from + i)
  const columns = [
    Column.of('int32', numbers),
    Column.of(
      'string',
      numbers.map((n) => (n % 3 === 0 ? null : `text ${n % 100}`)),
    ),
    Column.of(
      'int64',
      numbers.map((n) => (n % 2 === 0 ? 2n ** 60n + BigInt(n) : n)),
    ),
  ]
  const names = SCHEMA.map(({ name }) => name)
  return { kind: 'update', batch: createBatch(names, columns, count), port: 0 } as const
}

function cells(table: Table, slot: number): Scalar[] {
  return table.columns.map((column) => column!.get(slot))
}

describe('A4 page_to_disk', () => {
  it('puts columns away that nobody uses, and gives them back as they were', () => {
    const { disk, pages } = memoryDisk()
    const table = new Table(SCHEMA, { index: 'k' })
    const other = new Table(SCHEMA, { index: 'k' })
    const pager = new Pager(disk)
    pager.add(table)
    for (const each of [table, other]) each.apply(rows(0, ROWS))
    pager.sweep()
    expect(pages.size).toBe(3)
    expect(cells(table, 12_345)).toEqual(cells(other, 12_345))
    expect(pages.size).toBe(0)
    for (let turn = 0; turn < 6; turn++) {
      pager.sweep()
      for (const each of [table, other]) each.apply(rows(ROWS - 10 + turn * 5, 20))
      for (const slot of [0, 1, 2, ROWS - 1, table.slots - 1]) expect(cells(table, slot)).toEqual(cells(other, slot))
    }
  })

  it('leaves alone what is used again and again, until it is not', () => {
    const { disk, pages } = memoryDisk()
    const table = new Table(SCHEMA)
    const pager = new Pager(disk)
    pager.add(table)
    table.apply(rows(0, ROWS))
    let returns = 0
    for (let turn = 0; turn < 64; turn++) {
      pager.sweep()
      const away = pages.size
      table.columns[0]!.get(0)
      if (pages.size < away) returns++
    }
    expect(returns).toBeLessThan(8)
    for (let turn = 0; turn < 64; turn++) pager.sweep()
    expect(pages.size).toBe(3)
  })

  it('frees what a table that goes had put away', () => {
    const { disk, pages } = memoryDisk()
    const table = new Table(SCHEMA)
    const pager = new Pager(disk)
    pager.add(table)
    table.apply(rows(0, ROWS))
    pager.sweep()
    pager.remove(table)
    expect(pages.size).toBe(0)
  })
})
