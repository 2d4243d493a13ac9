import type { Client, Table, View } from '@tablecast/core/client'
import * as arrow from 'apache-arrow'

/** What the steps of a tour share. */
export interface TourState {
  readonly client: Client
  readonly tables: Record<string, Table>
  readonly views: Record<string, View>
  /** What callbacks were given, since the last look. */
  readonly events: unknown[]
  readonly ids: Record<string, number>
  /** Waits until nothing is under way. */
  settle(): Promise<void>
}

/** One call of the API, with what it resolves to. */
export interface TourStep {
  readonly name: string
  run(state: TourState): Promise<unknown>
}

const steps: TourStep[] = []
const step = (name: string, run: TourStep['run']) => steps.push({ name, run })

const rows = [
  { k: 1, s: 'a', f: 1.5, b: true, d: '2024-01-02', t: '2024-01-02 03:04:05' },
  { k: 2, s: 'b', f: null, b: false, d: null, t: null },
  { k: 3, s: 'a', f: -0.5, b: null, d: '2025-12-31', t: '1999-12-31 23:59:59.999' },
]
const schema = { k: 'integer', s: 'string', f: 'float', b: 'boolean', d: 'date', t: 'datetime' } as const
const ipc = arrow.tableToIPC(
  new arrow.Table({
    i8: arrow.vectorFromArray([1, null, -3], new arrow.Int8()),
    u16: arrow.vectorFromArray([1, null, 3], new arrow.Uint16()),
    u32: arrow.vectorFromArray([1, null, 4_000_000_000], new arrow.Uint32()),
    i64: arrow.vectorFromArray([1n, null, -3n], new arrow.Int64()),
    f32: arrow.vectorFromArray([1.5, null, 3], new arrow.Float32()),
    bool: arrow.vectorFromArray([true, null, true], new arrow.Bool()),
    day: arrow.vectorFromArray([new Date(86_400_000), null, new Date(0)], new arrow.DateDay()),
    time: arrow.vectorFromArray([1234, null, 0], new arrow.TimestampMillisecond()),
    text: arrow.vectorFromArray(['x', null, 'y'], new arrow.Utf8()),
  }),
  'stream',
)

// Tables

step('table: schema, index', async ({ client, tables }) => {
  tables['t'] = await client.table({ ...schema }, { name: 't', index: 'k' })
})
step('table: rows, limit', async ({ client, tables }) => {
  tables['l'] = await client.table([{ a: 1 }, { a: 2 }, { a: 3 }], { name: 'l', limit: 2 })
})
step('table: columns', ({ client }) => client.table({ a: [1, 2], b: ['x', 'y'] }, { name: 'columns' }).then(about))
step('table: csv text', ({ client }) => client.table('a,b\n1,x\n2,y', { name: 'csv' }).then(about))
step('table: ndjson text', ({ client }) =>
  client.table('{"a":1}\n{"a":2}', { name: 'nd', format: 'ndjson' }).then(about),
)
step('table: json text', ({ client }) => client.table('[{"a":1}]', { name: 'json', format: 'json' }).then(about))
step('table: columns text', ({ client }) => client.table('{"a":[1]}', { name: 'cols', format: 'columns' }).then(about))
step('table: arrow', async ({ client, tables }) => {
  tables['arrow'] = await client.table(ipc, { name: 'arrow' })
  return about(tables['arrow'])
})
step('table: arrow buffer', ({ client }) => client.table(ipc.slice().buffer, { name: 'buffer' }).then(about))
step('table: csv bytes', ({ client }) =>
  client.table(new TextEncoder().encode('a\nä'), { name: 'bytes', format: 'csv' }).then(about),
)
step('table: every option', ({ client }) =>
  client
    .table({ a: [1], b: [[1, 2]] }, { name: 'options', index: 'a', page_to_disk: false, list_flatten: 'stringify' })
    .then(about),
)
step('table: null options', ({ client }) =>
  client.table([{ a: 1 }], { name: 'nulls', index: null, limit: null, format: null, list_flatten: null }).then(about),
)
step('table: no name', async ({ client }) => /^[A-Za-z]{21}$/.test(await (await client.table([{ a: 1 }])).get_name()))
step('table: both index and limit', ({ client }) => client.table([{ a: 1 }], { index: 'a', limit: 1 }))
step('table: taken name', ({ client }) => client.table([{ a: 1 }], { name: 't' }))
step('table: a missing index', ({ client }) => client.table([{ a: 1 }], { index: 'zz' }))
step('table: an unknown type', ({ client }) => client.table({ a: 'text' as 'string' }))
step('table: an unknown format', ({ client }) => client.table('a', { format: 'xml' as 'csv' }))

step('open_table', async ({ client }) => about(await client.open_table('t')))
step('open_table: limit', async ({ client }) => about(await client.open_table('l')))
step('open_table: unknown', ({ client }) => client.open_table('nope'))
step('get_hosted_table_names', async ({ client }) => (await client.get_hosted_table_names()).filter(named).sort())
step('system_info', async ({ client }) => Object.keys(await client.system_info()))

step('update: rows', ({ tables }) => tables['t']!.update(rows))
step('update: columns', ({ tables }) => tables['t']!.update({ k: [2], f: [2.5] }))
step('update: csv', ({ tables }) => tables['t']!.update('k,s\n4,c'))
step('update: ndjson', ({ tables }) => tables['t']!.update('{"k":5,"s":"c"}', { format: 'ndjson' }))
step('update: arrow', ({ tables }) =>
  tables['t']!.update(arrow.tableToIPC(arrow.tableFromArrays({ k: Int32Array.of(6) }), 'stream')),
)
step('update: nothing', ({ tables }) => tables['t']!.update([]))
step('update: empty object is a schema', ({ tables }) => tables['t']!.update({}))
step('update: a schema', ({ tables }) => tables['t']!.update({ a: 'integer' } as unknown as Record<string, unknown[]>))
step('update: bad values', ({ tables }) => tables['t']!.update([{ k: 'x' }]))
step('make_port', async ({ tables, ids }) => {
  ids['port'] = await tables['t']!.make_port()
  return ids['port']
})
step('update: port', ({ tables, ids }) => tables['t']!.update([{ k: 6, s: 'd' }], { port_id: ids['port'] }))
step('size', ({ tables }) => tables['t']!.size())
step('schema', ({ tables }) => tables['t']!.schema())
step('columns', ({ tables }) => tables['t']!.columns())
step('get_client', async ({ tables }) => (await (await tables['t']!.get_client()).open_table('t')).size())
step('validate_expressions', ({ tables }) =>
  tables['t']!.validate_expressions({ ok: '"k" + 1', text: 'upper("s")', bad: 'foo(' }),
)
step('validate_expressions: a list', ({ tables }) => tables['t']!.validate_expressions(['"f" * 2']))
step('validate_expressions: none', ({ tables }) => tables['t']!.validate_expressions({}))

// Views

step('view', async ({ tables, views }) => {
  views['flat'] = await tables['t']!.view()
})
step('view: empty config', async ({ tables }) => (await tables['t']!.view({})).num_rows())
step('view: null config', async ({ tables }) => (await tables['t']!.view(null)).num_rows())
step('view: columns and nulls', async ({ tables }) =>
  (await tables['t']!.view({ columns: ['s', null, 'k'] })).column_paths(),
)
step('view: no columns', async ({ tables }) => (await tables['t']!.view({ columns: [] })).get_config())
step('view: filters', async ({ tables }) => {
  const view = await tables['t']!.view({
    filter: [
      ['s', 'in', ['a', 'b']],
      ['k', '>', 1],
      ['b', '==', true],
      ['f', 'is not null', null],
      ['d', 'is null'],
    ],
    filter_op: 'or',
  })
  return [await view.get_config(), await view.to_json()]
})
step('view: sorts', async ({ tables }) => {
  const view = await tables['t']!.view({
    sort: [
      ['s', 'desc'],
      ['f', 'asc abs'],
      ['k', 'none'],
    ],
  })
  return [await view.get_config(), await view.to_json()]
})
step('view: grouped', async ({ tables, views }) => {
  views['grouped'] = await tables['t']!.view({
    group_by: ['s', 'b'],
    columns: ['k', 'f', 'twice'],
    expressions: { twice: '"f" * 2' },
    aggregates: { k: 'count', f: ['weighted mean', ['k']] },
  })
  return views['grouped'].get_config()
})
step('view: split, depth and rollups', async ({ tables, views }) => {
  views['split'] = await tables['t']!.view({
    group_by: ['b'],
    split_by: ['s'],
    columns: ['k'],
    sort: [['k', 'col desc']],
    group_by_depth: 1,
    group_rollup_mode: 'flat',
    split_rollup_mode: 'rollup',
  })
  return [await views['split'].get_config(), await views['split'].column_paths()]
})
step('view: windows', async ({ tables }) => {
  const view = await tables['t']!.view({
    columns: ['k', 'w1', 'w2', 'w3', 'w4', 'w5'],
    windows: {
      w1: { column: 'k', aggregate: 'sum', rows: 1, order_by: ['k', 'desc'] },
      w2: { column: 'k', aggregate: 'sum', range: 1.5, order_by: ['k', 'asc'] },
      w3: { column: 'k', aggregate: 'count', cumulative: true, partition_by: ['s'] },
      w4: { column: 'k', aggregate: 'lag', offset: 2 },
      w5: { column: 'f', aggregate: 'ema', alpha: 0.5 },
    },
  })
  return [await view.get_config(), await view.to_columns()]
})
step('view: unknown key', ({ tables }) => tables['t']!.view({ nope: 1 } as object))
step('view: unknown column', ({ tables }) => tables['t']!.view({ columns: ['zz'] }))
step('view: unknown direction', ({ tables }) => tables['t']!.view({ sort: [['k', 'up' as 'asc']] }))
step('view: unknown reducer', ({ tables }) => tables['t']!.view({ filter_op: 'xor' as 'or' }))
step('view: unknown rollup', ({ tables }) => tables['t']!.view({ group_rollup_mode: 'some' as 'flat' }))
step('view: unknown window key', ({ tables }) =>
  tables['t']!.view({ windows: { w: { column: 'k', aggregate: 'sum', foo: 1 } as never } }),
)
step('view: two frames', ({ tables }) =>
  tables['t']!.view({ windows: { w: { column: 'k', aggregate: 'sum', rows: 1, cumulative: true } } }),
)
step('view: cumulative false', ({ tables }) =>
  tables['t']!.view({ windows: { w: { column: 'k', aggregate: 'sum', cumulative: false } } }),
)

step('dimensions', ({ views }) => views['grouped']!.dimensions())
step('num_rows', ({ views }) => views['grouped']!.num_rows())
step('num_columns', ({ views }) => views['split']!.num_columns())
step('column_paths: window', ({ views }) => views['split']!.column_paths({ start_col: 1.7, end_col: 3.2 }))
step('view.schema', ({ views }) => views['grouped']!.schema())
step('expression_schema', ({ views }) => views['grouped']!.expression_schema())
step('expression_schema again', ({ views }) => views['flat']!.expression_schema())
step('get_config', ({ views }) => views['flat']!.get_config())
for (const column of ['k', 's', 'f', 'b', 'd', 't']) {
  step(`get_min_max: ${column}`, ({ views }) => views['flat']!.get_min_max(column))
}
step('get_min_max: unknown', ({ views }) => views['flat']!.get_min_max('zz'))
step('collapse', ({ views }) => views['grouped']!.collapse(1))
step('expand', ({ views }) => views['grouped']!.expand(1))
step('set_depth', async ({ views }) => [await views['grouped']!.set_depth(0), await views['grouped']!.num_rows()])

step('to_json', ({ views }) => views['flat']!.to_json())
step('to_json: options', ({ views }) =>
  views['flat']!.to_json({
    start_row: 0.9,
    end_row: 1.1,
    start_col: 1,
    end_col: 3,
    id: true,
    index: true,
    formatted: true,
  }),
)
step('to_json: null options', ({ views }) => views['flat']!.to_json({ start_row: null, end_row: null, id: null }))
step('to_json: odd numbers', ({ views }) =>
  views['flat']!.to_json({ start_row: -5, end_row: Number.POSITIVE_INFINITY, start_col: Number.NaN }),
)
step('to_json_string', ({ views }) => views['flat']!.to_json_string({ end_row: 1 }))
step('to_columns', ({ views }) => views['grouped']!.to_columns({ id: true }))
step('to_columns_string', ({ views }) => views['flat']!.to_columns_string({ formatted: true, index: false }))
step('to_ndjson', ({ views }) => views['flat']!.to_ndjson({ end_row: 1 }))
step('to_csv', ({ views }) => views['flat']!.to_csv({ end_col: 3 }))
step('to_arrow', ({ views }) => views['flat']!.to_arrow())
step('to_arrow: options', ({ views }) =>
  views['grouped']!.to_arrow({ compression: 'lz4', end_row: 2, emit_legacy_row_path_names: false }),
)
step('to_arrow: unknown compression', ({ views }) => views['flat']!.to_arrow({ compression: 'gzip' as 'lz4' }))

step('with_typed_arrays', async ({ tables, views }) => {
  views['arrow'] = await tables['arrow']!.view()
  return typedArrays(views['arrow'], {})
})
step('with_typed_arrays: float32', ({ views }) => typedArrays(views['arrow']!, { float32: true }))
step('with_typed_arrays: grouped', ({ views }) => typedArrays(views['grouped']!, { start_row: 0, end_row: 2 }))
step('with_typed_arrays: no rows', ({ views }) => typedArrays(views['flat']!, { end_row: 0 }))
step('with_typed_arrays: null', ({ views }) => typedArrays(views['flat']!, null))
step('with_typed_arrays: awaits', async ({ views }) => {
  const seen: string[] = []
  await views['flat']!.with_typed_arrays({}, async () => {
    await Promise.resolve()
    seen.push('callback')
  })
  return [...seen, 'done']
})
step('with_typed_arrays: throws', ({ views }) =>
  views['flat']!.with_typed_arrays({}, () => {
    throw new Error('mine')
  }),
)

// Notifications

step('on_update', async ({ views, events, ids }) => {
  ids['update'] = await views['grouped']!.on_update((data) => events.push(['update', data]))
})
step('on_update: row', async ({ views, events, ids }) => {
  ids['row'] = await views['flat']!.on_update((data) => events.push(['row', data]), { mode: 'row' })
})
step('on_update: null mode', async ({ views, events, ids }) => {
  ids['null'] = await views['split']!.on_update((data) => events.push(['null mode', data]), { mode: null })
})
step('on_update: unknown mode', ({ views }) => views['flat']!.on_update(() => {}, { mode: 'cell' as 'row' }))
step('on_remove', async ({ views, events, ids }) => {
  ids['remove'] = await views['grouped']!.on_remove((data) => events.push(['remove', data]))
})
step('notified of an update', async (state) => {
  await state.tables['t']!.update([{ k: 7, s: 'e' }], { port_id: state.ids['port'] })
  return takeEvents(state)
})
step('notified of a removal', async (state) => {
  await state.tables['t']!.remove([7])
  return takeEvents(state)
})
step('remove_update', ({ views, ids }) => views['flat']!.remove_update(ids['row']!))
step('remove_update: again', ({ views, ids }) => views['flat']!.remove_update(ids['row']!))
step('remove_remove', ({ views, ids }) => views['grouped']!.remove_remove(ids['remove']!))
step('remove_remove: again', ({ views, ids }) => views['grouped']!.remove_remove(ids['remove']!))
step('remove: arrow', async (state) => {
  await state.tables['t']!.remove(arrow.tableToIPC(arrow.tableFromArrays({ k: Int32Array.of(6) }), 'stream'))
  return takeEvents(state)
})
step('remove: unindexed', ({ tables }) => tables['l']!.remove([1]))
step('replace', async (state) => {
  await state.tables['t']!.replace([{ k: 10, s: 'z' }])
  return [await state.tables['t']!.size(), await takeEvents(state)]
})
step('clear', async (state) => {
  await state.tables['t']!.clear()
  return [await state.tables['t']!.size(), await takeEvents(state)]
})
step('on_hosted_tables_update', async ({ client, events, ids }) => {
  ids['hosted'] = await client.on_hosted_tables_update((...data: unknown[]) => events.push(['hosted', data]))
})
step('notified of a new table', async (state) => {
  state.tables['gone'] = await state.client.table([{ a: 1 }], { name: 'gone' })
  return takeEvents(state)
})
step('table.on_delete', async ({ tables, events, ids }) => {
  await tables['gone']!.on_delete((...data: unknown[]) => events.push(['table deleted', data]))
  ids['deleted'] = await tables['gone']!.on_delete(() => events.push('removed'))
})
step('table.remove_delete', ({ tables, ids }) => tables['gone']!.remove_delete(ids['deleted']!))
step('delete: table with views', async ({ tables, views }) => {
  views['last'] = await tables['gone']!.view()
  await tables['gone']!.delete()
})
step('view.on_delete', async ({ views, events, ids }) => {
  await views['last']!.on_delete((...data: unknown[]) => events.push(['view deleted', data]))
  ids['view deleted'] = await views['last']!.on_delete(() => events.push('removed'))
})
step('view.remove_delete', ({ views, ids }) => views['last']!.remove_delete(ids['view deleted']!))
step('view.delete', async (state) => {
  await state.views['last']!.delete()
  return takeEvents(state)
})
step('table.delete', async (state) => {
  await (await state.client.open_table('gone')).delete({ lazy: false })
  return takeEvents(state)
})
step('table.delete: lazy', async (state) => {
  await (await state.client.open_table('csv')).delete({ lazy: true })
  return takeEvents(state)
})
step('remove_hosted_tables_update', ({ client, ids }) => client.remove_hosted_tables_update(ids['hosted']!))
step('remove_hosted_tables_update: again', ({ client, ids }) => client.remove_hosted_tables_update(ids['hosted']!))

// Joins and replicas

step('join', async ({ client, tables }) => {
  tables['left'] = await client.table({ id: [1, 2], x: [1.5, 2.5] }, { name: 'left', index: 'id' })
  tables['right'] = await client.table({ rid: [2, 3], y: ['b', 'c'] }, { name: 'right', index: 'rid' })
  tables['joined'] = await client.join(tables['left'], 'right', 'id', {
    name: 'joined',
    join_type: 'left',
    right_on: 'rid',
  })
  return [await about(tables['joined']), await (await tables['joined'].view()).to_json()]
})
step('join: names only', async ({ client }) => {
  await client.table({ id: [2], z: [1] }, { name: 'third' })
  const table = await client.join('left', 'third', 'id')
  return [await table.get_index(), await table.size()]
})
step('join: unknown table', ({ client }) => client.join('left', 'nope', 'id'))
step('join: neither table nor name', ({ client }) => client.join('left', 5 as unknown as string, 'id'))
step('join: unknown type', ({ client }) => client.join('left', 'right', 'id', { join_type: 'right' as 'left' }))

step('replica: indexed', async (state) => {
  const source = await state.tables['left']!.view()
  state.tables['copy'] = await state.client.table(source, { name: 'copy' })
  await state.tables['left']!.update([{ id: 5, x: 5.5 }])
  await state.settle()
  await state.tables['left']!.remove([1])
  await state.settle()
  return [await about(state.tables['copy']), await (await state.tables['copy'].view()).to_json()]
})
step('replica: deleted', async (state) => {
  await (await state.client.table(await state.tables['right']!.view(), { name: 'copy2' })).delete()
  await state.tables['right']!.update([{ rid: 9 }])
  await state.settle()
  return (await state.client.get_hosted_table_names()).includes('copy2')
})
step('replica: limit', async ({ client, tables }) =>
  about(await client.table(await tables['l']!.view(), { name: 'c3' })),
)
step('replica: own limit', async ({ client, tables }) =>
  about(await client.table(await tables['l']!.view(), { name: 'c4', limit: 1 })),
)
step('replica: own index', async ({ client, tables }) =>
  about(await client.table(await tables['left']!.view(), { name: 'c5', index: 'x' })),
)
step('replica: the same index', async ({ client, tables }) =>
  about(await client.table(await tables['left']!.view(), { name: 'c6', index: 'id' })),
)
step('replica: index and limit', async ({ client, tables }) =>
  client.table(await tables['left']!.view(), { name: 'c7', limit: 1 }),
)
step('replica: without the key', async ({ client, tables }) =>
  about(await client.table(await tables['left']!.view({ columns: ['x'] }), { name: 'c8' })),
)
step('replica: grouped', async ({ client, tables }) =>
  about(await client.table(await tables['left']!.view({ group_by: ['id'] }), { name: 'c9' })),
)
step('replica: split', async ({ client, tables }) =>
  about(await client.table(await tables['left']!.view({ split_by: ['id'] }), { name: 'c10' })),
)

/** Calls of every method, in an order in which each builds on those before it. */
export const tour: readonly TourStep[] = steps

async function about(table: Table) {
  return [
    await table.get_name(),
    await table.get_index(),
    await table.get_limit(),
    await table.size(),
    await table.schema(),
  ]
}

async function typedArrays(view: View, window: Parameters<View['with_typed_arrays']>[0]) {
  let seen: unknown
  await view.with_typed_arrays(window, (names, values, validities, dictionaries) => {
    seen = names.map((name, i) => [name, values[i]!.slice(), validities[i]?.slice() ?? null, dictionaries[i]])
  })
  return seen
}

async function takeEvents({ events, settle }: TourState): Promise<unknown[]> {
  await settle()
  return events.splice(0)
}

const named = (name: string) => !/^[A-Za-z]{21}$/.test(name)
