import * as arrow from 'apache-arrow'
import { about, named, stepList } from './step.js'

const { steps, step } = stepList()

/** Making, opening, filling and asking tables. */
export { steps as tableSteps }

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
