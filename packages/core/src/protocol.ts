export { type ErrorCode, TablecastError } from '@tablecast/engine/error'
export { Enum } from './protocol/enums.js'
export {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  encodeResponseParts,
  FrameError,
  type FrameParts,
} from './protocol/frames.js'
export type {
  FilterValue,
  HostedTableValue,
  MakeTableDataValue,
  Request,
  RequestCase,
  RequestOf,
  Response,
  ResponseCase,
  ResponseOf,
  ScalarValue,
  SchemaValue,
  SortValue,
  ViewConfigValue,
  ViewPortValue,
  WindowSpecValue,
} from './protocol/messages.js'
