import { tableFromIPC } from 'apache-arrow'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { View } from '../src/client.js'
import { decodeResponse, encodeRequest, type Request, type Response } from '../src/protocol.js'
import { Server } from '../src/server.js'
import { connect } from './connect.js'
import { closeLinks, linked } from './linked.js'

afterEach(closeLinks)

/** Enough for several turns. */
const ROWS = 160_000
const columns = { k: Array.from({ length: ROWS }, (_, i) => i), s: Array.from({ length: ROWS }, (_, i) => `s${i % 7}`) }
const csv = `"k","s"\n${columns.k.map((k, i) => `${k},"${columns.s[i]}"\n`).join('')}`

async function loaded(client = new Server().new_local_client()) {
  const table = await client.table(columns, { name: 't', index: 'k' })
  return { client, table, view: await table.view() }
}

/** What happened, in order; each entry is put when the promise it came with resolves. */
function logOf() {
  const entries: string[] = []
  const log = <T>(name: string, of: Promise<T>): Promise<T> => of.finally(() => entries.push(name))
  return { entries, log }
}

describe('A9 a long answer', () => {
  test.each([
    ['in process', () => new Server().new_local_client()],
    ['over bytes', () => connect(new Server()).client],
    ['over bytes and a link', () => connect(linked(new Server())).client],
  ])('%s is what it would be at once, in every text format', async (_, makeClient) => {
    const { view } = await loaded(makeClient())
    expect(await view.to_csv()).toBe(csv)
    expect(await view.to_columns_string()).toBe(JSON.stringify(columns))
    const rows = columns.k.map((k, i) => JSON.stringify({ k, s: columns.s[i] }))
    expect(await view.to_json_string()).toBe(`[${rows.join(',')}]`)
    expect(await view.to_ndjson()).toBe(rows.join('\n'))
  })

  test.each(['in process', 'over bytes'])('%s is the same in Arrow, with each compression', async (way) => {
    const { view } = await loaded(way === 'in process' ? new Server().new_local_client() : connect(new Server()).client)
    const plain = tableFromIPC(await view.to_arrow())
    expect(plain.getChild('k')!.toArray()).toEqual(Int32Array.from(columns.k))
    for (const compression of ['lz4', 'zstd'] as const) {
      const bytes = await view.to_arrow({ compression })
      const copy = await new Server().new_local_client().table(bytes)
      expect(await (await copy.view()).to_csv()).toBe(csv)
    }
  })

  test.each<[string, (view: View) => Promise<unknown>]>([
    ['CSV', (view) => view.to_csv()],
    ['JSON', (view) => view.to_json_string()],
    ['columns', (view) => view.to_columns_string()],
    ['lines', (view) => view.to_ndjson()],
    ['Arrow', (view) => view.to_arrow({ compression: 'lz4' })],
  ])('in %s lets other clients be answered while it is made', async (_, read) => {
    const server = new Server()
    const { view } = await loaded(server.new_local_client())
    const other = await (await server.new_local_client().open_table('t')).view()
    const { entries, log } = logOf()
    const whole = log('whole', read(view))
    for (let i = 0; i < 2; i++) {
      await log('small', other.to_csv({ end_row: 1 }))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await whole
    expect(entries).toEqual(['small', 'small', 'whole'])
  })

  test('is of one moment, whatever is written meanwhile', async () => {
    const server = new Server()
    const { view } = await loaded(server.new_local_client())
    const table = await server.new_local_client().open_table('t')
    const { entries, log } = logOf()
    const whole = log('whole', view.to_csv())
    await Promise.resolve()
    await log(
      'written',
      table.update([
        { k: ROWS - 1, s: 'late' },
        { k: ROWS, s: 'new' },
      ]),
    )
    expect(await table.size()).toBe(ROWS + 1)
    await log('emptied', table.clear())
    expect(await table.size()).toBe(0)
    expect(await whole).toBe(csv)
    expect(entries).toEqual(['written', 'emptied', 'whole'])
    // And it is not taken for the answer of later.
    expect(await view.to_csv()).toBe('"k","s"\n')
  })

  test('comes before what its client is told and asks later', async () => {
    const server = new Server()
    const { table, view } = await loaded(server.new_local_client())
    const writer = await server.new_local_client().open_table('t')
    const { entries, log } = logOf()
    await view.on_update(
      ({ delta }) =>
        entries.push(
          `told ${tableFromIPC(delta!)
            .toArray()
            .map((row) => row['s'])}`,
        ),
      { mode: 'row' },
    )
    const whole = log('whole', view.to_csv())
    const later = [log('size', table.size()), log('own update', table.update([{ k: 2, s: 'mine' }]))]
    await writer.update([{ k: 1, s: 'a' }])
    await writer.update([{ k: 1, s: 'b' }])
    expect(await writer.size()).toBe(ROWS)
    expect(entries).toEqual([])
    await whole
    await Promise.all(later)
    await table.size()
    expect(entries.filter((each) => !each.startsWith('told'))).toEqual(['whole', 'size', 'own update'])
    expect(entries[0]).toBe('whole')
    expect(entries.filter((each) => each.startsWith('told'))).toEqual(['told b', 'told mine'])
  })

  test('of several clients are made one after the other', async () => {
    const server = new Server()
    const { view } = await loaded(server.new_local_client())
    const other = await (await server.new_local_client().open_table('t')).view({ columns: ['k'] })
    const { entries, log } = logOf()
    await Promise.all([log('first', view.to_csv()), log('second', other.to_csv())])
    expect(entries).toEqual(['first', 'second'])
  })

  test('is given up when its session ends, and the next one is made', async () => {
    const server = new Server()
    await loaded(server.new_local_client())
    const answers: Response[] = []
    const session = server.new_session((frame) => {
      const bytes = frame instanceof Uint8Array ? frame : Uint8Array.from(frame.flatMap((part) => [...part]))
      answers.push(decodeResponse(bytes))
    })
    const ask = (request: Request) => session.handle_request(encodeRequest(request))
    const make = { view_id: 'v', config: undefined }
    ask({ msg_id: 1, entity_id: 't', client_req: { case: 'TableMakeView', value: make } })
    const whole = ask({ msg_id: 2, entity_id: 'v', client_req: { case: 'ViewToCSV', value: {} } })
    const behind = ask({ msg_id: 3, entity_id: 't', client_req: { case: 'TableSize', value: {} } })
    expect(whole).toBeInstanceOf(Promise)
    await new Promise((resolve) => setImmediate(resolve))
    session.close()
    await Promise.all([whole, behind])
    expect(answers.map(({ msg_id }) => msg_id)).toEqual([1])
    const view = await (await server.new_local_client().open_table('t')).view()
    expect(await view.to_csv()).toBe(csv)
  })

  test('keeps its view and table until it is out', async () => {
    const { table, view } = await loaded()
    const { entries, log } = logOf()
    const whole = log('whole', view.to_csv())
    await Promise.all([log('view deleted', view.delete()), log('table deleted', table.delete()), whole])
    expect(await whole).toBe(csv)
    expect(entries).toEqual(['whole', 'view deleted', 'table deleted'])
  })

  test('may fail in the middle: the client is told, and the session goes on', async () => {
    const reported: string[] = []
    const server = new Server({ report: (error, what) => reported.push(`${what}: ${(error as Error).message}`) })
    const client = server.new_local_client()
    const { table, view } = await loaded(client)
    const { stringify } = JSON
    const spy = vi.spyOn(JSON, 'stringify').mockImplementation((value: unknown) => {
      // The name of the second column: the first one is made.
      if (value === 's') throw new RangeError('broken')
      return stringify(value)
    })
    await expect(view.to_columns_string()).rejects.toThrow('Internal error')
    spy.mockRestore()
    expect(reported).toEqual([expect.stringContaining('broken')])
    expect(await table.size()).toBe(ROWS)
    expect(await view.to_columns_string()).toBe(JSON.stringify(columns))
  })
})
