import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Enum } from '../protocol/enums.js'
import { decodeRequest, encodeRequest, encodeResponse } from '../protocol/frames.js'
import type { Request, Response } from '../protocol/messages.js'
import { Client } from './client.js'

/** A server played by the test: `asked` holds the requests, `answer` replies to the latest. */
function playServer() {
  const asked: Request[] = []
  const client = new Client({ send: (request) => void asked.push(request) })
  const respond = (body: Response['client_resp'], to = asked.at(-1)!) =>
    client.handle_response({ msg_id: to.msg_id, entity_id: to.entity_id, client_resp: body })
  return { asked, client, respond }
}

async function openTable(server: ReturnType<typeof playServer>) {
  const opening = server.client.open_table('t')
  await server.respond({ case: 'GetHostedTables', value: { table_infos: [{ entity_id: 't', index: 'k' }] } })
  return opening
}

async function openView(server: ReturnType<typeof playServer>) {
  const making = (await openTable(server)).view()
  const request = server.asked.at(-1)!.client_req
  if (request?.case !== 'TableMakeView') throw new Error(`expected TableMakeView, not ${request?.case}`)
  await server.respond({ case: 'TableMakeView', value: { view_id: request.value.view_id } })
  return making
}

let reported: unknown[]
beforeEach(() => {
  reported = []
  vi.spyOn(console, 'error').mockImplementation((...parts) => void reported.push(parts.at(-1)))
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('A2 calls', () => {
  test('responses may come in any order', async () => {
    const { asked, client, respond } = playServer()
    const names = client.get_hosted_table_names()
    const info = client.system_info()
    await respond(
      { case: 'ServerSystemInfo', value: { heap_size: 1, used_size: 2, cpu_time: 3, cpu_time_epoch: 4 } },
      asked[1],
    )
    await respond({ case: 'GetHostedTables', value: { table_infos: [{ entity_id: 'a' }] } }, asked[0])
    expect(await names).toEqual(['a'])
    expect(await info).toMatchObject({ heap_size: 1, timestamp: null })
  })

  test.each([
    [{ message: 'no', status_code: 0 }, 'Abort(): no', 'internal'],
    [{ message: 'no', status_code: 1 }, 'View not found', 'view-not-found'],
    [{ message: 'no', status_code: 2 }, 'Transport error: no', 'unavailable'],
  ])('an error response %o rejects the call', async (value, message, code) => {
    const { client, respond } = playServer()
    const names = client.get_hosted_table_names()
    await respond({ case: 'ServerError', value })
    await expect(names).rejects.toMatchObject({ message, code })
  })

  test('another response, or an empty one, rejects the call', async () => {
    const { client, respond } = playServer()
    const names = client.get_hosted_table_names()
    await respond({ case: 'TableSize', value: { size: 1 } })
    await expect(names).rejects.toThrow('Unexpected response TableSizeResp')
    const again = client.get_hosted_table_names()
    await respond(undefined)
    await expect(again).rejects.toThrow('Response aborted')
  })

  test('a view id that is not repeated rejects the view', async () => {
    const server = playServer()
    const view = (await openTable(server)).view()
    await server.respond({ case: 'TableMakeView', value: { view_id: 'other' } })
    await expect(view).rejects.toThrow('Unexpected response TableMakeViewResp')
  })

  test("A5 schemas keep the server's column order", async () => {
    const server = playServer()
    const schema = (await openTable(server)).schema()
    const columns = ['z', 'a', 'm', 'b'].map((name) => ({ name, type: Enum.ColumnType.FLOAT }))
    await server.respond({ case: 'TableSchema', value: { schema: { schema: columns } } })
    expect(Object.keys(await schema)).toEqual(['z', 'a', 'm', 'b'])
    const viewSchema = (await openView(server)).schema()
    await server.respond({
      case: 'ViewSchema',
      value: { schema: new Map(columns.map(({ name, type }) => [name, type])) },
    })
    expect(Object.keys(await viewSchema)).toEqual(['z', 'a', 'm', 'b'])
  })

  test('A9 typed arrays are asked for without compression', async () => {
    const server = playServer()
    const view = await openView(server)
    view.with_typed_arrays({ compression: 'lz4', end_row: 5 }, () => {}).catch(() => {})
    expect(server.asked.at(-1)!.client_req).toEqual({
      case: 'ViewToArrow',
      value: { viewport: { end_row: 5, emit_legacy_row_path_names: false } },
    })
  })

  test('make_port hides why it failed', async () => {
    const server = playServer()
    const port = (await openTable(server)).make_port()
    await server.respond({ case: 'ServerError', value: { message: 'no', status_code: 0 } })
    await expect(port).rejects.toThrow('Unknown error: make_port')
  })

  test('a request that cannot be sent rejects its call, and no answer is waited for', async () => {
    const fail = vi.fn<() => Promise<void>>().mockRejectedValue(new Error('gone'))
    const client = new Client(fail)
    await expect(client.get_hosted_table_names()).rejects.toThrow('Unknown error: gone')
    fail.mockImplementation(() => {
      throw new Error('at once')
    })
    await expect(client.on_hosted_tables_update(() => {})).rejects.toThrow('Unknown error: at once')
  })

  test('a frame that is none is refused, text is ignored, an unasked response too', async () => {
    const { client } = playServer()
    await expect(client.handle_response(Uint8Array.of(1, 2, 3))).rejects.toThrow('is not a Response')
    await client.handle_response('text' as never)
    await client.handle_response(encodeResponse({ msg_id: 5, entity_id: '' }))
    expect(reported).toEqual([])
    const value = { message: 'unasked', status_code: 0 }
    await client.handle_response({ msg_id: 5, entity_id: '', client_resp: { case: 'ServerError', value } })
    expect(String(reported[0])).toContain('Abort(): unasked')
  })

  test('features are asked for once, and again if that failed', async () => {
    const server = playServer()
    const view = await openView(server)
    const failed = view.expression_schema()
    await server.respond({ case: 'ServerError', value: { message: 'busy', status_code: 0 } })
    await expect(failed).rejects.toThrow('busy')
    const asked = server.asked.length
    const schemas = [view.expression_schema(), view.expression_schema()]
    await server.respond({
      case: 'GetFeatures',
      value: {
        group_by: false,
        split_by: false,
        expressions: false,
        on_update: false,
        sort: false,
        filter_ops: new Map(),
        aggregates: new Map(),
        group_rollup_mode: [],
        window_aggregates: new Map(),
        unordered: false,
        split_rollup_mode: [],
      },
    })
    expect(await Promise.all(schemas)).toEqual([{}, {}])
    expect(server.asked.length).toBe(asked + 1)
  })

  test('terminate closes the connection, where that can be done', () => {
    expect(
      new Client(
        () => {},
        () => 'closed',
      ).terminate(),
    ).toBe('closed')
    expect(() => new Client(() => {}).terminate()).toThrow('Client type cannot be terminated')
  })
})

describe('A2 arguments are checked before anything is sent', () => {
  const badViews: [string, object, RegExp][] = [
    ['group_by', { group_by: 'a' }, /group_by: expected a list of column names, not "a"/],
    ['columns', { columns: [1] }, /columns: expected a list of column names, not \[1\]/],
    ['columns that is no list', { columns: 5 }, /columns: expected a list/],
    ['filter', { filter: [['a']] }, /filter: expected a column, an operator and a value, not \["a"\]/],
    ['filter value', { filter: [['a', '==', {}]] }, /filter value: expected .*, not {}/],
    ['sort', { sort: [['a']] }, /sort: expected a column and a direction/],
    ['aggregates', { aggregates: { a: ['weighted mean', 'w'] } }, /aggregate of "a": expected a name/],
    ['an aggregate of number', { aggregates: { a: 5 } }, /aggregate of "a": expected a name/],
    ['expressions', { expressions: { a: 5 } }, /expression "a": expected text, not 5/],
    ['group_by_depth', { group_by_depth: -1 }, /group_by_depth: expected a whole number from 0, not -1/],
    ['windows', { windows: { w: 5 } }, /window "w": expected an object, not 5/],
    ['window rows', { windows: { w: { column: 'a', aggregate: 'sum', rows: 1.5 } } }, /rows of window "w"/],
    ['window order', { windows: { w: { column: 'a', aggregate: 'sum', order_by: 'a' } } }, /order_by of window "w"/],
  ]
  test.each(badViews)('view: %s', async (_, config, message) => {
    const server = playServer()
    const table = await openTable(server)
    const asked = server.asked.length
    await expect(table.view(config)).rejects.toThrow(message)
    expect(server.asked.length).toBe(asked)
  })

  const badTables: [string, unknown, object, RegExp][] = [
    ['a number', 5, {}, /Failed to construct table from 5/],
    ['null', null, {}, /Failed to construct table from null/],
    ['undefined', undefined, {}, /Failed to construct table from undefined/],
    ['a mixed object', { a: 'string', b: [1] }, {}, /Failed to construct table from {"a":"string","b":\[1\]}/],
    ['broken text', Uint8Array.of(255), { format: 'csv' }, /Bytes given as csv are not UTF-8 text/],
    ['an index that is no name', [{ a: 1 }], { index: 5 }, /index: expected a column name, not 5/],
    ['a limit below 0', [{ a: 1 }], { limit: -1 }, /limit: expected a number of rows, not -1/],
    ['a list_flatten', [{ a: 1 }], { list_flatten: 'up' }, /unknown variant `up`, expected one of `zip`/],
  ]
  test.each(badTables)('table: %s', async (_, data, options, message) => {
    const { asked, client } = playServer()
    await expect(client.table(data as string, options)).rejects.toThrow(message)
    expect(asked).toEqual([])
  })

  test('views: windows and options', async () => {
    const server = playServer()
    const view = await openView(server)
    await expect(view.to_json({ start_row: 'a' as never })).rejects.toThrow(/start_row: expected a number, not "a"/)
    await expect(view.to_json({ id: 1 as never })).rejects.toThrow(/id: expected true or false, not 1/)
    await expect(view.to_arrow({ compression: 1 as never })).rejects.toThrow(/compression/)
    await expect(view.column_paths({ start_col: 'a' as never })).rejects.toThrow(/start_col/)
  })
})

describe('A11 subscriptions', () => {
  test('what a callback throws is reported, and others are still called', async () => {
    const server = playServer()
    const view = await openView(server)
    const seen: unknown[] = []
    await view.on_update(() => {
      throw new Error('mine')
    })
    const first = server.asked.at(-1)!
    await view.on_update((data) => seen.push(data))
    const delta = Uint8Array.of(1, 2)
    await server.respond({ case: 'ViewOnUpdate', value: { port_id: 0 } }, first)
    await server.respond({ case: 'ViewOnUpdate', value: { delta, port_id: 3 } })
    expect(reported).toEqual([new Error('mine')])
    expect(seen).toEqual([{ delta, port_id: 3 }])
    // The callback may do with its bytes what it likes: other subscribers have the same delta.
    expect((seen[0] as { delta: Uint8Array }).delta.buffer).not.toBe(delta.buffer)
  })

  test('an error response to a subscription is reported', async () => {
    const server = playServer()
    const view = await openView(server)
    await view.on_update(() => {
      throw new Error('not to be called')
    })
    await server.respond({ case: 'ServerError', value: { message: '', status_code: 1 } })
    expect(String(reported[0])).toContain('View not found')
  })

  test('on_delete is called once', async () => {
    const server = playServer()
    const view = await openView(server)
    const onDelete = vi.fn()
    await view.on_delete(onDelete)
    const request = server.asked.at(-1)!
    await server.respond({ case: 'ViewOnDelete', value: {} }, request)
    await server.respond({ case: 'ViewOnDelete', value: {} }, request)
    expect(onDelete).toHaveBeenCalledTimes(1)
  })

  test('a deleted view is forgotten with its subscriptions', async () => {
    const server = playServer()
    const view = await openView(server)
    const onUpdate = vi.fn()
    const id = await view.on_update(onUpdate)
    const subscription = server.asked.at(-1)!
    const deleting = view.delete()
    await server.respond({ case: 'ViewDelete', value: {} })
    await deleting
    await server.respond({ case: 'ViewOnUpdate', value: { port_id: 0 } }, subscription)
    expect(onUpdate).not.toHaveBeenCalled()
    await expect(view.remove_update(id)).rejects.toThrow('Unknown error: remove_update')
    const rows = view.num_rows()
    await server.respond({ case: 'ServerError', value: { message: '', status_code: 1 } })
    await expect(rows).rejects.toThrow('View not found')
  })
})

describe('A16 a lost connection', () => {
  test('pending calls reject, subscriptions are gone, on_error can connect again', async () => {
    const server = playServer()
    const view = await openView(server)
    const onUpdate = vi.fn()
    await view.on_update(onUpdate)
    const subscription = server.asked.at(-1)!
    const size = server.client.get_hosted_table_names()
    const reconnect = vi.fn<() => Promise<void>>().mockResolvedValue()
    const errors: string[] = []
    await server.client.on_error(() => {
      throw new Error('mine')
    })
    await server.client.on_error(async (error, again) => {
      errors.push(error.message)
      await again()
    })
    await server.client.handle_error('WebSocket closed 1006', reconnect)
    await expect(size).rejects.toThrow('Transport error: Unknown error: WebSocket closed 1006')
    expect(errors).toEqual(['Unknown error: WebSocket closed 1006'])
    expect(reconnect).toHaveBeenCalledTimes(1)
    expect(reported).toEqual([new Error('mine')])
    await server.respond({ case: 'ViewOnUpdate', value: { port_id: 0 } }, subscription)
    expect(onUpdate).not.toHaveBeenCalled()
    const later = view.num_rows()
    const value = { num_table_rows: 1, num_table_columns: 1, num_view_rows: 7, num_view_columns: 1 }
    await server.respond({ case: 'ViewDimensions', value })
    expect(await later).toBe(7)
  })

  test('without a way to connect again, trying is harmless', async () => {
    const { client } = playServer()
    const again = new Promise<void>((resolve, reject) => {
      client.on_error((_, reconnect) => reconnect().then(resolve, reject))
    })
    await client.handle_error('gone')
    await again
  })
})

describe('A16 proxy sessions', () => {
  test('requests go on under their own id, every answer comes back', async () => {
    const server = playServer()
    const frames: Response[] = []
    const inner: Client = new Client((frame) => session.handle_request(frame))
    const session = server.client.new_proxy_session((frame) => inner.handle_response(frame))
    const updates: unknown[] = []
    await inner.on_hosted_tables_update(() => updates.push('hosted'))
    const subscription = server.asked.at(-1)!
    await server.respond(undefined, subscription)
    await server.respond(undefined, subscription)
    expect(updates).toEqual(['hosted', 'hosted'])
    expect(frames).toEqual([])

    const names = inner.get_hosted_table_names()
    await server.respond({ case: 'GetHostedTables', value: { table_infos: [] } })
    expect(await names).toEqual([])

    const closing = session.close()
    const removal = server.asked.at(-1)!
    expect(removal.client_req).toEqual({ case: 'RemoveHostedTablesUpdate', value: { id: subscription.msg_id } })
    await server.respond({ case: 'RemoveHostedTablesUpdate', value: {} }, removal)
    await closing
    await server.respond(undefined, subscription)
    expect(updates.length).toBe(2)
  })

  test('a removed subscription is not ended twice', async () => {
    const server = playServer()
    const session = server.client.new_proxy_session(() => {})
    const send = (msg_id: number, client_req: Request['client_req']) =>
      session.handle_request(encodeRequest({ msg_id, entity_id: 'v', client_req }).slice().buffer)
    await send(1, { case: 'ViewOnUpdate', value: {} })
    await send(2, { case: 'ViewOnRemove', value: {} })
    await send(3, { case: 'ViewRemoveOnUpdate', value: { id: 1 } })
    const closing = session.close()
    expect(server.asked.map(({ client_req }) => client_req?.case)).toEqual([
      'ViewOnUpdate',
      'ViewOnRemove',
      'ViewRemoveOnUpdate',
      'ViewRemoveOnRemove',
    ])
    await server.respond({ case: 'ViewRemoveOnRemove', value: {} })
    await closing
  })

  test('the loss of the connection reaches the proxied client as an error response', async () => {
    const server = playServer()
    const inner: Client = new Client((frame) => session.handle_request(frame))
    const session = server.client.new_proxy_session((frame) => inner.handle_response(frame))
    const names = inner.get_hosted_table_names()
    await vi.waitFor(() => expect(server.asked.length).toBe(1))
    await server.client.handle_error('WebSocket closed 1001')
    await expect(names).rejects.toThrow('Transport error: Unknown error: WebSocket closed 1001')
  })

  test('what is no request is refused', async () => {
    const { client } = playServer()
    const session = client.new_proxy_session(() => {})
    await expect(session.handle_request(Uint8Array.of(7))).rejects.toThrow('is not a Request')
    await expect(session.handle_request(Uint8Array.of(8, 1))).rejects.toThrow('invalid request')
    expect(decodeRequest(Uint8Array.of(8, 1)).msg_id).toBe(1)
  })
})
