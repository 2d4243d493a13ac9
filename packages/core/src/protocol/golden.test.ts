import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Enum } from './enums.js'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './frames.js'
import { type Request, RequestMessage, type Response, ResponseMessage } from './messages.js'

/** A frame of the real client (request) or engine (response); `pnpm --filter testing capture` takes them. */
interface GoldenFrame {
  step: string
  kind: 'request' | 'response'
  hex: string
}
const frames: GoldenFrame[] = JSON.parse(readFileSync(new URL('./golden-frames.json', import.meta.url), 'utf8'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const requests = frames.filter(({ kind }) => kind === 'request').map(({ step, hex }) => ({ step, bytes: fromHex(hex) }))
const responses = frames
  .filter(({ kind }) => kind === 'response')
  .map(({ step, hex }) => ({ step, bytes: fromHex(hex) }))

test.each(requests)('A2 a request of the real client is read and written: $step', ({ bytes }) => {
  expect(toHex(encodeRequest(decodeRequest(bytes)))).toBe(toHex(bytes))
})

test.each(responses)('A2 a response of the real engine is read and written: $step', ({ bytes }) => {
  const response = decodeResponse(bytes)
  const again = encodeResponse(response)
  const body = response.client_resp
  if (body?.case === 'ViewOnUpdate' && body.value.delta && body.value.port_id > 0) {
    // Ours has the delta last.
    expect(again.length).toBe(bytes.length)
    expect(decodeResponse(again)).toEqual(response)
  } else {
    expect(toHex(again)).toBe(toHex(bytes))
  }
})

test('A2 there is a golden request of every kind, and a response of every kind that the tour got', () => {
  const asked = new Set(requests.map(({ bytes }) => decodeRequest(bytes).client_req?.case))
  expect([...asked].sort()).toEqual(Object.keys(RequestMessage.fields.client_req.cases).sort())
  const answered = new Set(responses.map(({ bytes }) => decodeResponse(bytes).client_resp?.case))
  // Notifications of hosted tables have no body.
  expect(answered.delete(undefined)).toBe(true)
  expect([...answered].sort()).toEqual(Object.keys(ResponseMessage.fields.client_resp.cases).sort())
})

const viewport = {}
const emptyConfig = {
  group_by: [],
  split_by: [],
  filter: [],
  sort: [],
  expressions: new Map(),
  aggregates: new Map(),
  filter_op: 0,
  windows: new Map(),
}
const id = expect.any(Number)
const view_id = expect.stringMatching(/^[A-Za-z]{21}$/)
const { SortOp, GroupRollupMode, SplitRollupMode, FilterReducer, ColumnType, ListFlatten, JoinType } = Enum

const expectedRequests: [step: string, body: unknown][] = [
  ['expression_schema', { case: 'GetFeatures', value: {} }],
  ['open_table', { case: 'GetHostedTables', value: { subscribe: false } }],
  ['on_hosted_tables_update', { case: 'GetHostedTables', value: { subscribe: true } }],
  ['remove_hosted_tables_update', { case: 'RemoveHostedTablesUpdate', value: { id } }],
  ['make_port', { case: 'TableMakePort', value: {} }],
  ['view', { case: 'TableMakeView', value: { view_id } }],
  ['view: empty config', { case: 'TableMakeView', value: { view_id, config: emptyConfig } }],
  [
    'view: no columns',
    {
      case: 'TableMakeView',
      value: { view_id, config: { ...emptyConfig, columns: { columns: { case: 'columns', value: { columns: [] } } } } },
    },
  ],
  [
    'view: filters',
    {
      case: 'TableMakeView',
      value: {
        view_id,
        config: {
          ...emptyConfig,
          filter: [
            {
              column: 's',
              op: 'in',
              value: [{ scalar: { case: 'string', value: 'a' } }, { scalar: { case: 'string', value: 'b' } }],
            },
            { column: 'k', op: '>', value: [{ scalar: { case: 'float', value: 1 } }] },
            { column: 'b', op: '==', value: [{ scalar: { case: 'bool', value: true } }] },
            { column: 'f', op: 'is not null', value: [{ scalar: { case: 'null', value: 0 } }] },
            { column: 'd', op: 'is null', value: [{ scalar: { case: 'null', value: 0 } }] },
          ],
          filter_op: FilterReducer.OR,
        },
      },
    },
  ],
  [
    'view: sorts',
    {
      case: 'TableMakeView',
      value: {
        view_id,
        config: {
          ...emptyConfig,
          sort: [
            { column: 's', op: SortOp.DESC },
            { column: 'f', op: SortOp.ASC_ABS },
            { column: 'k', op: SortOp.NONE },
          ],
        },
      },
    },
  ],
  [
    'view: grouped',
    {
      case: 'TableMakeView',
      value: {
        view_id,
        config: {
          ...emptyConfig,
          group_by: ['s', 'b'],
          columns: { columns: { case: 'columns', value: { columns: ['k', 'f', 'twice'] } } },
          expressions: new Map([['twice', '"f" * 2']]),
          aggregates: new Map([
            ['k', { aggregations: ['count'] }],
            ['f', { aggregations: ['weighted mean', 'k'] }],
          ]),
        },
      },
    },
  ],
  [
    'view: split, depth and rollups',
    {
      case: 'TableMakeView',
      value: {
        view_id,
        config: {
          ...emptyConfig,
          group_by: ['b'],
          split_by: ['s'],
          columns: { columns: { case: 'columns', value: { columns: ['k'] } } },
          sort: [{ column: 'k', op: SortOp.COL_DESC }],
          group_by_depth: 1,
          group_rollup_mode: GroupRollupMode.FLAT,
          split_rollup_mode: SplitRollupMode.ROLLUP,
        },
      },
    },
  ],
  [
    'view: windows',
    {
      case: 'TableMakeView',
      value: {
        view_id,
        config: {
          ...emptyConfig,
          columns: { columns: { case: 'columns', value: { columns: ['k', 'w1', 'w2', 'w3', 'w4', 'w5'] } } },
          windows: new Map<string, unknown>([
            [
              'w1',
              {
                source: 'k',
                op: 'sum',
                partition_by: [],
                order_by: { column: 'k', desc: true },
                frame: { case: 'rows', value: 1 },
              },
            ],
            [
              'w2',
              {
                source: 'k',
                op: 'sum',
                partition_by: [],
                order_by: { column: 'k', desc: false },
                frame: { case: 'range', value: 1.5 },
              },
            ],
            ['w3', { source: 'k', op: 'count', partition_by: ['s'], frame: { case: 'cumulative', value: 0 } }],
            ['w4', { source: 'k', op: 'lag', partition_by: [], offset: 2 }],
            ['w5', { source: 'f', op: 'ema', partition_by: [], alpha: 0.5 }],
          ]),
        },
      },
    },
  ],
  ['table: columns', { case: 'TableSchema', value: {} }],
  ['table: columns', { case: 'TableSize', value: {} }],
  [
    'validate_expressions',
    {
      case: 'TableValidateExpr',
      value: {
        column_to_expr: new Map([
          ['ok', '"k" + 1'],
          ['text', 'upper("s")'],
          ['bad', 'foo('],
        ]),
      },
    },
  ],
  ['column_paths: window', { case: 'ViewColumnPaths', value: { start_col: 1, end_col: 3 } }],
  ['view.delete', { case: 'ViewDelete', value: {} }],
  ['view: empty config', { case: 'ViewDimensions', value: {} }],
  ['expression_schema', { case: 'ViewExpressionSchema', value: {} }],
  ['view: no columns', { case: 'ViewGetConfig', value: {} }],
  ['view.schema', { case: 'ViewSchema', value: {} }],
  ['to_arrow', { case: 'ViewToArrow', value: { viewport } }],
  [
    'to_arrow: options',
    {
      case: 'ViewToArrow',
      value: { viewport: { end_row: 2, emit_legacy_row_path_names: false }, compression: 'lz4' },
    },
  ],
  ['system_info', { case: 'ServerSystemInfo', value: {} }],
  ['collapse', { case: 'ViewCollapse', value: { row_index: 1 } }],
  ['expand', { case: 'ViewExpand', value: { row_index: 1 } }],
  ['get_min_max: k', { case: 'ViewGetMinMax', value: { column_name: 'k' } }],
  ['on_update', { case: 'ViewOnUpdate', value: {} }],
  ['on_update: row', { case: 'ViewOnUpdate', value: { mode: 0 } }],
  ['remove_update', { case: 'ViewRemoveOnUpdate', value: { id } }],
  ['on_remove', { case: 'ViewOnRemove', value: {} }],
  ['remove_remove', { case: 'ViewRemoveOnRemove', value: { id } }],
  ['set_depth', { case: 'ViewSetDepth', value: { depth: 0 } }],
  ['to_columns_string', { case: 'ViewToColumnsString', value: { viewport, index: false, formatted: true } }],
  ['to_csv', { case: 'ViewToCSV', value: { viewport: { end_col: 3 } } }],
  [
    'to_json: options',
    {
      case: 'ViewToRowsString',
      value: {
        viewport: { start_row: 0, end_row: 2, start_col: 1, end_col: 3 },
        id: true,
        index: true,
        formatted: true,
      },
    },
  ],
  ['to_ndjson', { case: 'ViewToNdjsonString', value: { viewport: { end_row: 1 } } }],
  [
    'table: schema, index',
    {
      case: 'MakeTable',
      value: {
        data: {
          data: {
            case: 'from_schema',
            value: {
              schema: [
                { name: 'k', type: ColumnType.INTEGER },
                { name: 's', type: ColumnType.STRING },
                { name: 'f', type: ColumnType.FLOAT },
                { name: 'b', type: ColumnType.BOOLEAN },
                { name: 'd', type: ColumnType.DATE },
                { name: 't', type: ColumnType.DATETIME },
              ],
            },
          },
        },
        options: { make_table_type: { case: 'make_index_table', value: 'k' } },
      },
    },
  ],
  [
    'table: rows, limit',
    {
      case: 'MakeTable',
      value: {
        data: { data: { case: 'from_rows', value: '[{"a":1},{"a":2},{"a":3}]' } },
        options: { make_table_type: { case: 'make_limit_table', value: 2 } },
      },
    },
  ],
  [
    'table: every option',
    {
      case: 'MakeTable',
      value: {
        data: { data: { case: 'from_cols', value: '{"a":[1],"b":[[1,2]]}' } },
        options: {
          make_table_type: { case: 'make_index_table', value: 'a' },
          page_to_disk: false,
          list_flatten: ListFlatten.STRINGIFY,
        },
      },
    },
  ],
  ['delete: table with views', { case: 'TableDelete', value: { is_immediate: true } }],
  ['table.delete: lazy', { case: 'TableDelete', value: { is_immediate: false } }],
  ['table.on_delete', { case: 'TableOnDelete', value: {} }],
  ['table.remove_delete', { case: 'TableRemoveDelete', value: { id } }],
  ['notified of a removal', { case: 'TableRemove', value: { data: { data: { case: 'from_rows', value: '[7]' } } } }],
  ['replace', { case: 'TableReplace', value: { data: { data: { case: 'from_rows', value: '[{"k":10,"s":"z"}]' } } } }],
  [
    'update: csv',
    { case: 'TableUpdate', value: { data: { data: { case: 'from_csv', value: 'k,s\n4,c' } }, port_id: 0 } },
  ],
  [
    'update: ndjson',
    { case: 'TableUpdate', value: { data: { data: { case: 'from_ndjson', value: '{"k":5,"s":"c"}' } }, port_id: 0 } },
  ],
  [
    'update: arrow',
    {
      case: 'TableUpdate',
      value: { data: { data: { case: 'from_arrow', value: expect.any(Uint8Array) } }, port_id: 0 },
    },
  ],
  [
    'update: port',
    { case: 'TableUpdate', value: { data: { data: { case: 'from_rows', value: '[{"k":6,"s":"d"}]' } }, port_id: 1 } },
  ],
  ['view.on_delete', { case: 'ViewOnDelete', value: {} }],
  ['view.remove_delete', { case: 'ViewRemoveDelete', value: { id } }],
  [
    'join',
    {
      case: 'MakeJoinTable',
      value: {
        left_table_id: 'left',
        right_table_id: 'right',
        on_column: 'id',
        join_type: JoinType.LEFT,
        right_on_column: 'rid',
      },
    },
  ],
]

test.each(expectedRequests)('A2 the request of %s means what it says', (step, body) => {
  const read: Request['client_req'][] = requests
    .filter((each) => each.step === step)
    .map(({ bytes }) => decodeRequest(bytes).client_req)
  expect(read).toContainEqual(body)
})

const data = expect.any(Uint8Array)
const expectedResponses: [step: string, body: unknown][] = [
  ['table: schema, index', { case: 'MakeTable', value: {} }],
  ['table: columns', { case: 'TableSize', value: { size: 2 } }],
  [
    'table: columns',
    {
      case: 'TableSchema',
      value: {
        schema: {
          schema: [
            { name: 'a', type: ColumnType.INTEGER },
            { name: 'b', type: ColumnType.STRING },
          ],
        },
      },
    },
  ],
  ['table: taken name', { case: 'ServerError', value: { message: 'Table "t" already exists', status_code: 0 } }],
  ['make_port', { case: 'TableMakePort', value: { port_id: 1 } }],
  [
    'validate_expressions',
    {
      case: 'TableValidateExpr',
      value: {
        expression_schema: new Map([
          ['ok', ColumnType.FLOAT],
          ['text', ColumnType.STRING],
        ]),
        errors: new Map([['bad', { error_message: "Mismatched brackets: ')'", line: 0, column: 3 }]]),
        expression_alias: new Map([
          ['ok', '"k" + 1'],
          ['text', 'upper("s")'],
          ['bad', 'foo('],
        ]),
      },
    },
  ],
  ['view', { case: 'TableMakeView', value: { view_id } }],
  [
    'view: empty config',
    {
      case: 'ViewDimensions',
      value: { num_table_rows: 6, num_table_columns: 6, num_view_rows: 6, num_view_columns: 6 },
    },
  ],
  ['view: columns and nulls', { case: 'ViewColumnPaths', value: { paths: ['s', 'k'] } }],
  ['collapse', { case: 'ViewCollapse', value: { num_changed: 2 } }],
  [
    'get_min_max: s',
    {
      case: 'ViewGetMinMax',
      value: { min: { scalar: { case: 'string', value: 'a' } }, max: { scalar: { case: 'string', value: 'd' } } },
    },
  ],
  [
    'system_info',
    {
      case: 'ServerSystemInfo',
      value: { heap_size: id, used_size: id, cpu_time: id, cpu_time_epoch: id },
    },
  ],
  ['notified of an update', { case: 'ViewOnUpdate', value: { delta: data, port_id: 1 } }],
  ['notified of an update', { case: 'ViewOnUpdate', value: { port_id: 1 } }],
  ['notified of a removal', { case: 'ViewOnRemove', value: { indices: data, port_id: 0 } }],
]

test.each(expectedResponses)('A2 the response to %s means what it says', (step, body) => {
  const read: Response['client_resp'][] = responses
    .filter((each) => each.step === step)
    .map(({ bytes }) => decodeResponse(bytes).client_resp)
  expect(read).toContainEqual(body)
})
