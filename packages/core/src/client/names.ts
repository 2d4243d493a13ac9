import { Enum as E } from '../protocol/enums.js'
import type {
  ColumnType,
  FilterReducer,
  GroupRollupMode,
  JoinType,
  ListFlatten,
  SortDir,
  SplitRollupMode,
} from './types.js'

/* The API's names for the wire's enums. The order is that in which error messages list them. */

export const COLUMN_TYPES: Readonly<Record<ColumnType, number>> = {
  string: E.ColumnType.STRING,
  date: E.ColumnType.DATE,
  datetime: E.ColumnType.DATETIME,
  integer: E.ColumnType.INTEGER,
  float: E.ColumnType.FLOAT,
  boolean: E.ColumnType.BOOLEAN,
}

export const SORT_DIRS: Readonly<Record<SortDir, number>> = {
  none: E.SortOp.NONE,
  desc: E.SortOp.DESC,
  asc: E.SortOp.ASC,
  'col desc': E.SortOp.COL_DESC,
  'col asc': E.SortOp.COL_ASC,
  'desc abs': E.SortOp.DESC_ABS,
  'asc abs': E.SortOp.ASC_ABS,
  'col desc abs': E.SortOp.COL_DESC_ABS,
  'col asc abs': E.SortOp.COL_ASC_ABS,
}

export const FILTER_REDUCERS: Readonly<Record<FilterReducer, number>> = {
  and: E.FilterReducer.AND,
  or: E.FilterReducer.OR,
}

export const GROUP_ROLLUPS: Readonly<Record<GroupRollupMode, number>> = {
  rollup: E.GroupRollupMode.ROLLUP,
  flat: E.GroupRollupMode.FLAT,
  total: E.GroupRollupMode.TOTAL,
}

export const SPLIT_ROLLUPS: Readonly<Record<SplitRollupMode, number>> = {
  flat: E.SplitRollupMode.FLAT,
  rollup: E.SplitRollupMode.ROLLUP,
}

export const JOIN_TYPES: Readonly<Record<JoinType, number>> = {
  inner: E.JoinType.INNER,
  left: E.JoinType.LEFT,
  outer: E.JoinType.OUTER,
}

export const LIST_FLATTENS: Readonly<Record<ListFlatten, number>> = {
  zip: E.ListFlatten.ZIP,
  cartesian: E.ListFlatten.CARTESIAN,
  stringify: E.ListFlatten.STRINGIFY,
}

export const UPDATE_MODES: Readonly<Record<'row', number>> = { row: E.Mode.ROW }
