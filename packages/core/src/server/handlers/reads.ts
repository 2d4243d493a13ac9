import {
  arrowPieces,
  csvPieces,
  EVERYTHING,
  finish,
  jsonColumnsPieces,
  jsonRowsPieces,
  loadZstd,
  ndjsonPieces,
  type Pieces,
  type Slice,
  TablecastError,
  type TextOptions,
  type Utf8Text,
  type View,
  type Viewport,
} from '@tablecast/engine'
import type { RequestCase, RequestOf, ViewPortValue } from '../../protocol/messages.js'
import type { Answer } from '../answer-cache.js'
import type { Call } from '../call.js'
import { TURN_CELLS } from '../long-work.js'
import type { Handlers } from './index.js'

/** Requests for the cells of a view. Equal questions to equal views are answered once per table version. */
export const readHandlers: Handlers<
  'ViewToRowsString' | 'ViewToColumnsString' | 'ViewToNdjsonString' | 'ViewToCSV' | 'ViewToArrow'
> = {
  ViewToRowsString(call) {
    if (startsFarRight(call)) return { json_string: '[]' }
    return mapped(jsonText(call, 'rows', jsonRowsPieces), (json_string) => ({ json_string }))
  },

  ViewToColumnsString(call) {
    return mapped(jsonText(call, 'columns', jsonColumnsPieces), (json_string) => ({ json_string }))
  },

  // The reference gives the whole view here, whatever was asked for.
  ViewToNdjsonString(call) {
    const answer = answered(call, 'ndjson', EVERYTHING, (view) => ndjsonPieces(view.slice(EVERYTHING)))
    return mapped(answer, (ndjson_string) => ({ ndjson_string }))
  },

  ViewToCSV(call) {
    const port = viewport(call.body.viewport)
    const answer = answered(call, `csv ${portKey(port)}`, port, (view) => csvPieces(view.slice(port)))
    return mapped(answer, (csv) => ({ csv }))
  },

  ViewToArrow(call) {
    call.view()
    const compression = arrowCompression(call.body.compression)
    const answer = () => mapped(arrowBytes(call, compression), (arrow) => ({ arrow }))
    return compression === 'zstd' ? loadZstd().then(answer) : answer()
  },
}

function arrowBytes(call: Call<'ViewToArrow'>, compression: 'lz4' | 'zstd' | null): Uint8Array | Promise<Uint8Array> {
  const port = viewport(call.body.viewport)
  const legacyRowPathNames = call.body.viewport?.emit_legacy_row_path_names ?? true
  return answered(call, `arrow ${portKey(port)} ${compression} ${legacyRowPathNames}`, port, (view) =>
    arrowPieces(view.slice(port), { compression, legacyRowPathNames }),
  )
}

/** As in the reference, a flat view has no rows for a viewport that starts too far beyond its last column. */
function startsFarRight(call: Call<'ViewToRowsString'>): boolean {
  const { start_col, end_col } = viewport(call.body.viewport)
  if (start_col === 0) return false
  const { view } = call.currentView()
  const { group_by, split_by } = view.config
  if (group_by.length + split_by.length > 0) return false
  const extras = Number(call.body.id ?? false) + Number(call.body.index ?? false)
  return start_col > Math.min(end_col, view.columnPaths().length) + extras
}

type JsonRequest = 'ViewToRowsString' | 'ViewToColumnsString'

function jsonText(
  call: Call<JsonRequest>,
  layout: string,
  write: (slice: Slice, options: TextOptions) => Pieces<Utf8Text>,
): Utf8Text | Promise<Utf8Text> {
  const { viewport: asked, id = false, index = false, formatted = false }: RequestOf<JsonRequest> = call.body
  const port = viewport(asked)
  return answered(call, `${layout} ${portKey(port)} ${id} ${index} ${formatted}`, port, (view) =>
    write(view.slice(port, id || index), { id, index, formatted }),
  )
}

/** What answers a question to a view: at once, or by turns where there is much of it. */
function answered<C extends RequestCase, T extends Answer>(
  call: Call<C>,
  question: string,
  port: Viewport,
  write: (view: View) => Pieces<T>,
): T | Promise<T> {
  const hosted = call.currentView()
  const known = hosted.known<T>(question)
  if (known !== undefined) return known
  if (cellsIn(hosted.view, port) <= TURN_CELLS) return hosted.answer(question, () => finish(write(hosted.view)))
  return call.byTurns(() => {
    const { view } = call.currentView()
    return hosted.answerInPieces(question, () => write(view))
  })
}

/** About how many cells a viewport has. */
function cellsIn(view: View, { start_row, end_row, start_col, end_col }: Viewport): number {
  const { num_view_rows, num_view_columns } = view.dimensions()
  return (Math.min(end_row, num_view_rows) - start_row) * (Math.min(end_col, num_view_columns) - start_col)
}

function mapped<T, R>(answer: T | Promise<T>, map: (answer: T) => R): R | Promise<R> {
  return answer instanceof Promise ? answer.then(map) : map(answer)
}

function viewport(asked: ViewPortValue | undefined): Viewport {
  return {
    start_row: asked?.start_row ?? 0,
    end_row: asked?.end_row ?? Infinity,
    start_col: asked?.start_col ?? 0,
    end_col: asked?.end_col ?? Infinity,
  }
}

function portKey({ start_row, end_row, start_col, end_col }: Viewport): string {
  return `${start_row}:${end_row}:${start_col}:${end_col}`
}

function arrowCompression(asked: string | undefined): 'lz4' | 'zstd' | null {
  if (asked === undefined) return null
  if (asked === 'lz4' || asked === 'zstd') return asked
  throw new TablecastError('invalid-argument', `Unknown \`compression\` "${asked}", expected "lz4" or "zstd"`)
}
