import { tableFromIPC } from 'apache-arrow'
import type { Client } from '../src/client.js'

// A hosted table for the tests of servers.

export const rows = [
  { k: 1, v: 'a' },
  { k: 2, v: 'b' },
]

export async function hostOf(client: Client) {
  const table = await client.table(rows, { name: 't', index: 'k' })
  return { table, view: await table.view() }
}

export const arrowRows = (bytes: Uint8Array | null) =>
  bytes === null
    ? null
    : tableFromIPC(bytes)
        .toArray()
        .map((row) => row.toJSON())
