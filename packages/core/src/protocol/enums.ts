/** The numbers behind the wire's enums, by Perspective's names: `Enum.StatusCode.VIEW_NOT_FOUND`. */
export const Enum = {
  StatusCode: { SERVER_ERROR: 0, VIEW_NOT_FOUND: 1, TRANSPORT_ERROR: 2 },
  ColumnType: {
    STRING: 0,
    DATE: 1,
    DATETIME: 2,
    INTEGER: 3,
    FLOAT: 4,
    BOOLEAN: 5,
  },
  SortOp: {
    NONE: 0,
    ASC: 1,
    DESC: 2,
    COL_ASC: 3,
    COL_DESC: 4,
    ASC_ABS: 5,
    DESC_ABS: 6,
    COL_ASC_ABS: 7,
    COL_DESC_ABS: 8,
  },
  GroupRollupMode: { ROLLUP: 0, FLAT: 1, TOTAL: 2 },
  SplitRollupMode: { FLAT: 0, ROLLUP: 1 },
  FilterReducer: { AND: 0, OR: 1 },
  JoinType: { INNER: 0, LEFT: 1, OUTER: 2 },
  ListFlatten: { ZIP: 0, CARTESIAN: 1, STRINGIFY: 2 },
  Mode: { ROW: 0 },
} as const
