import { stepList, typedArrays } from './step.js'

const { steps, step } = stepList()

/** Views, what they answer and in which formats. */
export { steps as viewSteps }

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
