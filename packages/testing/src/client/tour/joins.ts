import { about, stepList } from './step.js'

const { steps, step } = stepList()

/** Joins, and tables made from views. */
export { steps as joinSteps }

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
