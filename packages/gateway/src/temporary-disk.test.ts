import { existsSync, readdirSync, statSync } from 'node:fs'
import { Server } from '@tablecast/core'
import { expect, test } from 'vitest'
import { temporaryDisk } from './temporary-disk.js'

test('A4 page_to_disk: columns are files of a private folder while they wait', async () => {
  const disk = temporaryDisk()
  try {
    expect(statSync(disk.folder).mode & 0o077).toBe(0)
    const client = new Server({ disk }).new_local_client()
    const values = Array.from({ length: 50_000 }, (_, i) => i)
    const table = await client.table({ a: values }, { page_to_disk: true })
    expect(await client.get_hosted_table_names()).toHaveLength(1)
    expect(readdirSync(disk.folder)).toHaveLength(1)
    const view = await table.view()
    expect(await view.to_columns({ start_row: 49_998 })).toEqual({ a: [49_998, 49_999] })
    await view.delete()
    await table.delete()
    expect(readdirSync(disk.folder)).toHaveLength(0)
  } finally {
    disk.close()
  }
  expect(existsSync(disk.folder)).toBe(false)
})

test('A4 page_to_disk: refused where there is no disk', async () => {
  const client = new Server().new_local_client()
  await expect(client.table({ a: [1] }, { page_to_disk: true })).rejects.toThrow('this server has no disk')
  expect(await client.get_hosted_table_names()).toEqual([])
})

test('A4 page_to_disk: the folder goes when the process does', () => {
  const before = process.listeners('exit')
  const disk = temporaryDisk()
  const added = process.listeners('exit').filter((listener) => !before.includes(listener))
  expect(existsSync(disk.folder)).toBe(true)
  for (const listener of added) listener.call(process, 0)
  expect(existsSync(disk.folder)).toBe(false)
  disk.close()
})
