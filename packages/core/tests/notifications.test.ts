import { describe, expect, test, vi } from 'vitest'
import { Server } from '../src/server.js'
import { connect, settle } from './connect.js'
import { arrowRows, hostOf } from './hosted.js'

describe('A11 notifications', () => {
  test('of a burst on one port are one, of several ports one each, in the order of the ports', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    const ports: number[] = []
    await view.on_update(({ port_id }) => ports.push(port_id))
    const [one, two] = [await table.make_port(), await table.make_port()]
    link.take()
    await Promise.all([two, one, 0, one].map((port_id, k) => table.update([{ k }], { port_id })))
    await settle()
    expect(ports).toEqual([0, one, two])
    expect(link.take()).toEqual([...Array(4).fill('TableUpdate t'), ...Array(3).fill('ViewOnUpdate')])
  })

  test('come before the answer of a request that reads', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    await view.on_update(() => {})
    link.take()
    await Promise.all([table.update([{ k: 3 }]), view.num_rows()])
    expect(link.take()).toEqual(['TableUpdate t', 'ViewOnUpdate', 'ViewDimensions'])
  })

  test('an emptying is not overtaken by an update that came before it', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    const port_id = await table.make_port()
    await Promise.all([table.update([{ k: 3 }]), table.update([{ k: 4 }], { port_id }), table.replace([{ k: 5 }])])
    expect(await view.to_columns()).toEqual({ k: [5], v: [null] })
  })

  test('rows without an index keep the order they came in, and are told by port', async () => {
    const { client } = connect(new Server())
    const table = await client.table({ a: 'integer' })
    const port_id = await table.make_port()
    const told: unknown[] = []
    const view = await table.view()
    await view.on_update(({ port_id, delta }) => told.push([port_id, arrowRows(delta)]), { mode: 'row' })
    await Promise.all([
      table.update([{ a: 1 }], { port_id }),
      table.update([{ a: 2 }]),
      table.update([{ a: 3 }], { port_id }),
    ])
    expect(await view.to_columns()).toEqual({ a: [1, 2, 3] })
    expect(told).toEqual([
      [0, [{ a: 2 }]],
      [port_id, [{ a: 1 }, { a: 3 }]],
    ])
  })

  test('a key that an emptying took and an update brought back was not removed', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const removed: unknown[] = []
    await view.on_remove(({ indices }) => removed.push(arrowRows(indices)))
    await Promise.all([table.clear(), table.update([{ k: 1 }])])
    await settle()
    expect(removed).toEqual([[{ k: 2 }]])
  })

  test('nothing to do is no news', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const told = vi.fn()
    await view.on_update(told)
    await table.update([])
    await table.remove([])
    await settle()
    expect(told).not.toHaveBeenCalled()
  })

  test('are served view by view, removals before updates', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const later = await table.view()
    const events: string[] = []
    await later.on_update(() => events.push('second updated'))
    await view.on_update(() => events.push('first updated'))
    await view.on_remove(() => events.push('first removed'))
    await table.remove([1])
    await settle()
    expect(events).toEqual(['first removed', 'first updated', 'second updated'])
  })

  test('carry the same delta bytes to every session with an equal view', async () => {
    const server = new Server()
    const links = [connect(server), connect(server)]
    const table = await links[0]!.client.table({ s: ['x'.repeat(2000)] }, { name: 't' })
    for (const { client } of links) {
      const view = await (await client.open_table('t')).view({ columns: ['s'] })
      await view.on_update(() => {}, { mode: 'row' })
    }
    await table.update({ s: ['y'.repeat(2000)] })
    await settle()
    const [first, second] = links.map(({ sent }) => sent.at(-1) as readonly Uint8Array[])
    expect(first).toHaveLength(2)
    expect(second![1]).toBe(first![1])
  })

  test('are sent although the request that brought them fails', async () => {
    const link = connect(new Server())
    const { table, view } = await hostOf(link.client)
    await view.on_update(() => {})
    link.take()
    await Promise.allSettled([table.update([{ k: 3 }]), table.view({ columns: ['nope'] })])
    expect(link.take()).toEqual(['TableUpdate t', 'ViewOnUpdate', 'ServerError'])
  })

  test('an update to a port nobody made is an error, not a loss', async () => {
    const { client } = connect(new Server())
    const { table } = await hostOf(client)
    await expect(table.update([{ k: 7 }], { port_id: 3 })).rejects.toThrow('Table "t" has no port 3')
  })

  test('end when asked to', async () => {
    const { client } = connect(new Server())
    const { table, view } = await hostOf(client)
    const told = vi.fn()
    const [update, remove] = [await view.on_update(told), await view.on_remove(told)]
    await view.remove_update(update)
    await view.remove_remove(remove)
    await table.remove([1])
    await settle()
    expect(told).not.toHaveBeenCalled()
  })

  test('a callback that calls back does not get between the others', async () => {
    const client = new Server().new_local_client()
    const { table, view } = await hostOf(client)
    const seen: string[] = []
    await view.on_update(async () => {
      seen.push('first')
      if (seen.length === 1) await table.update([{ k: 9 }])
      seen.push(`size ${await table.size()}`)
    })
    await view.on_update(() => seen.push('second'))
    await table.update([{ k: 8 }])
    await settle()
    expect(seen.slice(0, 2)).toEqual(['first', 'second'])
    expect(seen.filter((each) => each === 'second')).toHaveLength(2)
  })
})

describe('A16 on_poll_request', () => {
  test('decides when updates are told, while reads see them at once', async () => {
    const asked = vi.fn()
    const server = new Server({ on_poll_request: asked })
    const { client } = connect(server)
    const { table, view } = await hostOf(client)
    const told = vi.fn()
    await view.on_update(told)
    await table.update([{ k: 3 }])
    await table.update([{ k: 4 }])
    await settle()
    expect(asked).toHaveBeenCalledTimes(2)
    expect(told).not.toHaveBeenCalled()
    server.poll()
    await settle()
    expect(told).toHaveBeenCalledOnce()
    await table.update([{ k: 5 }])
    expect(await table.size()).toBe(5)
  })

  test('its failure is reported', async () => {
    const report = vi.fn()
    const server = new Server({ report, on_poll_request: () => Promise.reject(new Error('no')) })
    const { table } = await hostOf(server.new_local_client())
    await table.update([{ k: 3 }])
    await settle()
    expect(report).toHaveBeenCalledOnce()
  })
})
