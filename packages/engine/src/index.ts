export { type Batch, createBatch } from './batch.js'
export type { Before, Change } from './change.js'
export { loadZstd } from './codec/zstd.js'
export { Column } from './columns/column.js'
export { Dictionary } from './columns/dictionary.js'
export type { Disk, DiskPage } from './columns/disk.js'
export { Pager } from './columns/pager.js'
export {
  type ColumnType,
  columnType,
  type DataArray,
  defaultStorage,
  type Field,
  type Scalar,
  type Schema,
  type Storage,
} from './columns/storage.js'
export { type ErrorCode, TablecastError } from './error.js'
export { DEFAULT_LIMITS, type ExpressionLimits } from './expression/budget.js'
export { compileExpression, type ExpressionOptions } from './expression/compile.js'
export type { ExpressionError } from './expression/failure.js'
export { type ExpressionValidation, validateExpressions } from './expression/validate.js'
export { Join, type JoinOptions, type JoinType } from './join/join.js'
export type { Clear, Mutation, Remove, Replace, Update } from './mutation.js'
export { finish, type Pieces } from './pieces.js'
export { AGGREGATE_OPTIONS, type AggregateOption } from './query/aggregate/features.js'
export { type Binding, ColumnBindings } from './query/bindings.js'
export {
  type Aggregate,
  EMPTY_CONFIG,
  type Filter,
  type FilterOp,
  type SortDir,
  type ViewConfig,
  type WindowConfig,
} from './query/config.js'
export type { Query, TreeState } from './query/query.js'
export {
  type Dimensions,
  EVERYTHING,
  type RowKeys,
  type RowPath,
  type Slice,
  type TypedSchema,
  type Viewport,
} from './query/slice.js'
export { View } from './query/view.js'
export { type ListFlatten, type ReadOptions, readKeys, readNew, readUpdate, type TableData } from './read/read.js'
export type { Derivation } from './table/derived.js'
export { NetChange } from './table/net-change.js'
export { Table, type TableOptions } from './table/table.js'
export {
  type ArrowOptions,
  arrowPieces,
  csvPieces,
  jsonColumnsPieces,
  jsonRowsPieces,
  ndjsonPieces,
  type TextOptions,
  toArrow,
  toCsv,
  toJsonColumns,
  toJsonRows,
  toNdjson,
  Utf8Text,
} from './write/write.js'
