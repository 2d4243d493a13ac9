import { Enum } from './enums.js'
import { enumeration, map, message, one, oneof, optional, repeated, type ValueOf } from './schema.js'

/*
 * Every message of Perspective 5.5. `fingerprint.test.ts` holds a hash of this file's content: a change here is a
 * change of the wire.
 */

const Empty = message('Empty', {})

const StatusCode = enumeration('StatusCode', Enum.StatusCode)
const ColumnType = enumeration('ColumnType', Enum.ColumnType)
const SortOp = enumeration('SortOp', Enum.SortOp)
const GroupRollupMode = enumeration('GroupRollupMode', Enum.GroupRollupMode)
const SplitRollupMode = enumeration('SplitRollupMode', Enum.SplitRollupMode)
const FilterReducer = enumeration('FilterReducer', Enum.FilterReducer)
const JoinType = enumeration('JoinType', Enum.JoinType)
const ListFlatten = enumeration('ListFlatten', Enum.ListFlatten)
const Mode = enumeration('Mode', Enum.Mode)

// Values and configuration

/** An enum of the one value 0: stands for null in a `Scalar`, and for a bare choice in a oneof. */
const NullValue = enumeration('NullValue', { NULL_VALUE: 0 })

const Scalar = message('Scalar', {
  scalar: oneof({ bool: one(1, 'bool'), float: one(4, 'double'), string: one(6, 'string'), null: one(7, NullValue) }),
})

const Schema = message('Schema', {
  schema: repeated(1, message('KeyTypePair', { name: one(1, 'string'), type: one(2, ColumnType) })),
})

const Sort = message('Sort', { column: one(1, 'string'), op: one(2, SortOp) })

const Filter = message('Filter', { column: one(1, 'string'), op: one(2, 'string'), value: repeated(3, Scalar) })

const WindowSpec = message('WindowSpec', {
  source: one(2, 'string'),
  op: one(3, 'string'),
  partition_by: repeated(4, 'string'),
  order_by: one(5, message('Order', { column: one(1, 'string'), desc: one(2, 'bool') })),
  frame: oneof({ rows: one(6, 'uint32'), range: one(7, 'double'), cumulative: one(8, NullValue) }),
  offset: optional(9, 'uint32'),
  alpha: optional(10, 'double'),
})

const ViewConfig = message('ViewConfig', {
  group_by: repeated(1, 'string'),
  split_by: repeated(2, 'string'),
  columns: one(
    3,
    message('ColumnsUpdate', {
      columns: oneof({
        default_columns: one(1, NullValue),
        columns: one(2, message('Columns', { columns: repeated(1, 'string') })),
      }),
    }),
  ),
  filter: repeated(4, Filter),
  sort: repeated(5, Sort),
  expressions: map(6, 'string', 'string'),
  aggregates: map(7, 'string', message('AggList', { aggregations: repeated(1, 'string') })),
  filter_op: one(8, FilterReducer),
  group_by_depth: optional(9, 'uint32'),
  group_rollup_mode: optional(10, GroupRollupMode),
  windows: map(11, 'string', WindowSpec),
  split_rollup_mode: optional(12, SplitRollupMode),
})

const ViewPort = message('ViewPort', {
  start_row: optional(1, 'uint32'),
  start_col: optional(2, 'uint32'),
  end_row: optional(3, 'uint32'),
  end_col: optional(4, 'uint32'),
  emit_legacy_row_path_names: optional(5, 'bool'),
})

const MakeTableData = message('MakeTableData', {
  data: oneof({
    from_schema: one(1, Schema),
    from_csv: one(2, 'string'),
    from_arrow: one(3, 'bytes'),
    from_rows: one(4, 'string'),
    from_cols: one(5, 'string'),
    from_view: one(6, 'string'),
    from_ndjson: one(7, 'string'),
  }),
})

const WindowAggregateArgs = message('WindowAggregateArgs', {
  name: one(1, 'string'),
  frames: repeated(2, 'string'),
  offset: one(3, 'bool'),
  alpha: one(4, 'bool'),
  result_type: optional(5, ColumnType),
})

const AggregateArgs = message('AggregateArgs', { name: one(1, 'string'), args: repeated(2, ColumnType) })

const HostedTable = message('HostedTable', {
  entity_id: one(1, 'string'),
  index: optional(2, 'string'),
  limit: optional(3, 'uint32'),
})

const ServerError = message('ServerError', { message: one(1, 'string'), status_code: one(2, StatusCode) })

// Requests and responses

const SubscriptionId = (name: string) => message(name, { id: one(1, 'uint32') })
const RowIndex = (name: string) => message(name, { row_index: one(1, 'uint32') })
const NumChanged = (name: string) => message(name, { num_changed: one(1, 'uint32') })
const SchemaMap = (name: string) => message(name, { schema: map(1, 'string', ColumnType) })
const Read = (name: string) =>
  message(name, {
    viewport: one(1, ViewPort),
    id: optional(2, 'bool'),
    index: optional(3, 'bool'),
    formatted: optional(4, 'bool'),
  })

/** Requests by base name. The number of each is its tag in `Request`; the response has the same tag. */
const requests = {
  GetFeatures: one(3, Empty),
  GetHostedTables: one(4, message('GetHostedTablesReq', { subscribe: one(1, 'bool') })),
  TableMakePort: one(5, Empty),
  TableMakeView: one(6, message('TableMakeViewReq', { view_id: one(1, 'string'), config: one(2, ViewConfig) })),
  TableSchema: one(7, Empty),
  TableSize: one(8, Empty),
  TableValidateExpr: one(9, message('TableValidateExprReq', { column_to_expr: map(1, 'string', 'string') })),
  ViewColumnPaths: one(
    10,
    message('ViewColumnPathsReq', { start_col: optional(1, 'uint32'), end_col: optional(2, 'uint32') }),
  ),
  ViewDelete: one(11, Empty),
  ViewDimensions: one(12, Empty),
  ViewExpressionSchema: one(13, Empty),
  ViewGetConfig: one(14, Empty),
  ViewSchema: one(15, Empty),
  ViewToArrow: one(16, message('ViewToArrowReq', { viewport: one(1, ViewPort), compression: optional(2, 'string') })),
  ServerSystemInfo: one(17, Empty),
  ViewCollapse: one(18, RowIndex('ViewCollapseReq')),
  ViewExpand: one(19, RowIndex('ViewExpandReq')),
  ViewGetMinMax: one(20, message('ViewGetMinMaxReq', { column_name: one(1, 'string') })),
  ViewOnUpdate: one(21, message('ViewOnUpdateReq', { mode: optional(1, Mode) })),
  ViewRemoveOnUpdate: one(22, SubscriptionId('ViewRemoveOnUpdateReq')),
  ViewSetDepth: one(23, message('ViewSetDepthReq', { depth: one(1, 'uint32') })),
  ViewToColumnsString: one(24, Read('ViewToColumnsStringReq')),
  ViewToCSV: one(25, message('ViewToCSVReq', { viewport: one(1, ViewPort) })),
  ViewToRowsString: one(26, Read('ViewToRowsStringReq')),
  MakeTable: one(
    27,
    message('MakeTableReq', {
      data: one(1, MakeTableData),
      options: one(
        2,
        message('MakeTableOptions', {
          make_table_type: oneof({ make_index_table: one(1, 'string'), make_limit_table: one(2, 'uint32') }),
          page_to_disk: optional(3, 'bool'),
          list_flatten: optional(4, ListFlatten),
        }),
      ),
    }),
  ),
  TableDelete: one(28, message('TableDeleteReq', { is_immediate: one(1, 'bool') })),
  TableOnDelete: one(29, Empty),
  TableRemoveDelete: one(30, SubscriptionId('TableRemoveDeleteReq')),
  TableRemove: one(31, message('TableRemoveReq', { data: one(1, MakeTableData) })),
  TableReplace: one(32, message('TableReplaceReq', { data: one(1, MakeTableData) })),
  TableUpdate: one(33, message('TableUpdateReq', { data: one(1, MakeTableData), port_id: one(2, 'uint32') })),
  ViewOnDelete: one(34, Empty),
  ViewRemoveDelete: one(35, SubscriptionId('ViewRemoveDeleteReq')),
  ViewToNdjsonString: one(36, Read('ViewToNdjsonStringReq')),
  RemoveHostedTablesUpdate: one(37, SubscriptionId('RemoveHostedTablesUpdateReq')),
  MakeJoinTable: one(
    38,
    message('MakeJoinTableReq', {
      left_table_id: one(1, 'string'),
      right_table_id: one(2, 'string'),
      on_column: one(3, 'string'),
      join_type: one(4, JoinType),
      right_on_column: one(5, 'string'),
    }),
  ),
  ViewOnRemove: one(39, Empty),
  ViewRemoveOnRemove: one(40, SubscriptionId('ViewRemoveOnRemoveReq')),
} as const

/** Responses by base name, and the one response that answers any request. */
const responses = {
  GetFeatures: one(
    3,
    message('GetFeaturesResp', {
      group_by: one(1, 'bool'),
      split_by: one(2, 'bool'),
      expressions: one(3, 'bool'),
      on_update: one(4, 'bool'),
      sort: one(5, 'bool'),
      filter_ops: map(6, 'uint32', message('ColumnTypeOptions', { options: repeated(1, 'string') })),
      aggregates: map(7, 'uint32', message('AggregateOptions', { aggregates: repeated(1, AggregateArgs) })),
      group_rollup_mode: repeated(8, GroupRollupMode),
      window_aggregates: map(
        9,
        'uint32',
        message('WindowAggregateOptions', { options: repeated(1, WindowAggregateArgs) }),
      ),
      unordered: one(10, 'bool'),
      split_rollup_mode: repeated(11, SplitRollupMode),
    }),
  ),
  GetHostedTables: one(4, message('GetHostedTablesResp', { table_infos: repeated(1, HostedTable) })),
  TableMakePort: one(5, message('TableMakePortResp', { port_id: one(1, 'uint32') })),
  TableMakeView: one(6, message('TableMakeViewResp', { view_id: one(1, 'string') })),
  TableSchema: one(7, message('TableSchemaResp', { schema: one(1, Schema) })),
  TableSize: one(8, message('TableSizeResp', { size: one(2, 'uint32') })),
  TableValidateExpr: one(
    9,
    message('TableValidateExprResp', {
      expression_schema: map(1, 'string', ColumnType),
      errors: map(
        2,
        'string',
        message('ExprValidationError', {
          error_message: one(1, 'string'),
          line: one(2, 'uint32'),
          column: one(3, 'uint32'),
        }),
      ),
      expression_alias: map(3, 'string', 'string'),
    }),
  ),
  ViewColumnPaths: one(10, message('ViewColumnPathsResp', { paths: repeated(1, 'string') })),
  ViewDelete: one(11, Empty),
  ViewDimensions: one(
    12,
    message('ViewDimensionsResp', {
      num_table_rows: one(1, 'uint32'),
      num_table_columns: one(2, 'uint32'),
      num_view_rows: one(3, 'uint32'),
      num_view_columns: one(4, 'uint32'),
    }),
  ),
  ViewExpressionSchema: one(13, SchemaMap('ViewExpressionSchemaResp')),
  ViewGetConfig: one(14, message('ViewGetConfigResp', { config: one(1, ViewConfig) })),
  ViewSchema: one(15, SchemaMap('ViewSchemaResp')),
  ViewToArrow: one(16, message('ViewToArrowResp', { arrow: one(1, 'bytes') })),
  ServerSystemInfo: one(
    17,
    message('ServerSystemInfoResp', {
      heap_size: one(1, 'uint64'),
      used_size: one(2, 'uint64'),
      cpu_time: one(3, 'uint32'),
      cpu_time_epoch: one(4, 'uint32'),
    }),
  ),
  ViewCollapse: one(18, NumChanged('ViewCollapseResp')),
  ViewExpand: one(19, NumChanged('ViewExpandResp')),
  ViewGetMinMax: one(20, message('ViewGetMinMaxResp', { min: one(1, Scalar), max: one(2, Scalar) })),
  ViewOnUpdate: one(21, message('ViewOnUpdateResp', { delta: optional(1, 'bytes'), port_id: one(2, 'uint32') })),
  ViewRemoveOnUpdate: one(22, Empty),
  ViewSetDepth: one(23, Empty),
  ViewToColumnsString: one(24, message('ViewToColumnsStringResp', { json_string: one(1, 'string') })),
  ViewToCSV: one(25, message('ViewToCSVResp', { csv: one(1, 'string') })),
  ViewToRowsString: one(26, message('ViewToRowsStringResp', { json_string: one(1, 'string') })),
  MakeTable: one(27, Empty),
  TableDelete: one(28, Empty),
  TableOnDelete: one(29, Empty),
  TableRemoveDelete: one(30, Empty),
  TableRemove: one(31, Empty),
  TableReplace: one(32, Empty),
  TableUpdate: one(33, Empty),
  ViewOnDelete: one(34, Empty),
  ViewRemoveDelete: one(35, Empty),
  ViewToNdjsonString: one(36, message('ViewToNdjsonStringResp', { ndjson_string: one(1, 'string') })),
  RemoveHostedTablesUpdate: one(37, Empty),
  MakeJoinTable: one(38, Empty),
  ViewOnRemove: one(39, message('ViewOnRemoveResp', { indices: optional(1, 'bytes'), port_id: one(2, 'uint32') })),
  ViewRemoveOnRemove: one(40, Empty),
  ServerError: one(50, ServerError),
} as const

export const RequestMessage = message('Request', {
  msg_id: one(1, 'uint32'),
  entity_id: one(2, 'string'),
  client_req: oneof(requests),
})

export const ResponseMessage = message('Response', {
  msg_id: one(1, 'uint32'),
  entity_id: one(2, 'string'),
  client_resp: oneof(responses),
})

/** A client's message. `client_req` is absent when none, or one we do not know, was set. */
export interface Request extends ValueOf<typeof RequestMessage> {}
/** A server's message, answering or notifying under the `msg_id` of a request. */
export interface Response extends ValueOf<typeof ResponseMessage> {}

/** The base names of the requests, e.g. `'TableSize'`. */
export type RequestCase = keyof typeof requests
/** The base names of the responses: those of the requests, and `'ServerError'`. */
export type ResponseCase = keyof typeof responses
/** What a response carries beside its envelope. */
export type ResponseBody = NonNullable<Response['client_resp']>
/** The body of the request with this base name. */
export type RequestOf<C extends RequestCase> = ValueOf<(typeof requests)[C]['type']>
/** The body of the response with this base name. */
export type ResponseOf<C extends ResponseCase> = ValueOf<(typeof responses)[C]['type']>

export type ScalarValue = ValueOf<typeof Scalar>
export type SchemaValue = ValueOf<typeof Schema>
export type SortValue = ValueOf<typeof Sort>
export type FilterValue = ValueOf<typeof Filter>
export type WindowSpecValue = ValueOf<typeof WindowSpec>
export type ViewConfigValue = ValueOf<typeof ViewConfig>
export type ViewPortValue = ValueOf<typeof ViewPort>
export type MakeTableDataValue = ValueOf<typeof MakeTableData>
export type HostedTableValue = ValueOf<typeof HostedTable>
