import { tableFromIPC } from 'apache-arrow'
import { expect, test } from 'vitest'
import { Server } from '../src/server.js'
import { connect, settle } from './connect.js'

const arrowRows = (bytes: Uint8Array) =>
  tableFromIPC(bytes)
    .toArray()
    .map((row) => row.toJSON())

/** A table, and a watcher on a connection of its own that notes what it is told. */
async function scene() {
  const server = new Server()
  const table = await server.new_local_client().table(
    [
      { k: 1, v: 1 },
      { k: 2, v: 2 },
    ],
    { name: 't', index: 'k' },
  )
  const link = connect(server)
  const view = await (await link.client.open_table('t')).view()
  const events: unknown[] = []
  await view.on_update(({ delta, port_id }) => events.push([`port ${port_id}`, arrowRows(delta!)]), { mode: 'row' })
  await view.on_remove(({ indices }) => events.push(['removed', arrowRows(indices)]))
  await settle()
  link.take()
  return { table, link, view, events }
}

test('G2 while paused, notifications merge into one; replies still go out', async () => {
  const { table, link, view, events } = await scene()
  link.session.pause()
  await table.update([{ k: 1, v: 10 }])
  await table.update([{ k: 3, v: 30 }])
  await table.update([{ k: 1, v: 11 }])
  await settle()
  expect(events).toEqual([])
  expect(await view.num_rows()).toBe(3)
  link.session.resume()
  await settle()
  expect(events).toEqual([
    [
      'port 0',
      [
        { k: 1, v: 11 },
        { k: 3, v: 30 },
      ],
    ],
  ])
  expect(link.session.merged).toBe(2)
})

test('G2 removed keys merge, and go out before the rows', async () => {
  const { table, link, events } = await scene()
  link.session.pause()
  await table.remove([1])
  await table.update([{ k: 1, v: 100 }])
  await table.remove([2])
  await settle()
  link.session.resume()
  await settle()
  expect(events).toEqual([
    ['removed', [{ k: 1 }, { k: 2 }]],
    ['port 0', [{ k: 1, v: 100 }]],
  ])
})

test('G2 a merge of several ports is nobody’s own edit', async () => {
  const { table, link, events } = await scene()
  const [one, two] = [await table.make_port(), await table.make_port()]
  link.session.pause()
  await table.update([{ k: 1, v: 5 }], { port_id: one })
  await settle()
  link.session.resume()
  link.session.pause()
  await table.update([{ k: 1, v: 6 }], { port_id: one })
  await table.update([{ k: 2, v: 6 }], { port_id: two })
  await settle()
  link.session.resume()
  await settle()
  expect(events.map((event) => (event as [string])[0])).toEqual([`port ${one}`, 'port 0'])
})

test('G2 a session that fills up again while it resumes keeps the rest', async () => {
  const { table, link } = await scene()
  for (let i = 0; i < 2; i++) await (await (await link.client.open_table('t')).view()).on_update(() => {})
  link.session.pause()
  await table.update([{ k: 2, v: 2 }])
  await settle()
  link.take()
  link.afterSend = () => link.session.pause()
  for (let i = 0; i < 3; i++) {
    link.session.resume()
    expect(link.take()).toEqual(['ViewOnUpdate'])
  }
  link.session.resume()
  expect(link.take()).toEqual([])
})

test('G2 what comes and goes among the tables is told once', async () => {
  const server = new Server()
  const maker = server.new_local_client()
  const link = connect(server)
  await link.client.on_hosted_tables_update(() => {})
  link.session.pause()
  await maker.table([{ a: 1 }], { name: 'a' })
  await (await maker.table([{ a: 1 }], { name: 'b' })).delete()
  expect(link.take()).toEqual([])
  link.session.resume()
  expect(link.take()).toEqual(['hosted'])
})
