import {
  EVERYTHING,
  loadZstd,
  type Slice,
  TablecastError,
  type TextOptions,
  toArrow,
  toCsv,
  toJsonColumns,
  toJsonRows,
  toNdjson,
  type Viewport,
} from '@tablecast/engine'
import type { RequestOf, ViewPortValue } from '../../protocol/messages.js'
import type { Call } from '../call.js'
import type { Handlers } from './index.js'

/** Requests for the cells of a view. Equal questions to equal views are answered once per table version. */
export const readHandlers: Handlers<
  'ViewToRowsString' | 'ViewToColumnsString' | 'ViewToNdjsonString' | 'ViewToCSV' | 'ViewToArrow'
> = {
  ViewToRowsString: (call) => ({ json_string: startsFarRight(call) ? '[]' : jsonText(call, 'rows', toJsonRows) }),

  ViewToColumnsString: (call) => ({ json_string: jsonText(call, 'columns', toJsonColumns) }),

  // The reference gives the whole view here, whatever was asked for.
  ViewToNdjsonString(call) {
    const view = call.currentView()
    return { ndjson_string: view.answer('ndjson', () => toNdjson(view.view.slice(EVERYTHING))) }
  },

  ViewToCSV(call) {
    const view = call.currentView()
    const port = viewport(call.body.viewport)
    return { csv: view.answer(`csv ${portKey(port)}`, () => toCsv(view.view.slice(port))) }
  },

  ViewToArrow(call) {
    call.view()
    const compression = arrowCompression(call.body.compression)
    const answer = () => ({ arrow: arrowBytes(call, compression) })
    return compression === 'zstd' ? loadZstd().then(answer) : answer()
  },
}

function arrowBytes(call: Call<'ViewToArrow'>, compression: 'lz4' | 'zstd' | null): Uint8Array {
  const view = call.currentView()
  const port = viewport(call.body.viewport)
  const legacyRowPathNames = call.body.viewport?.emit_legacy_row_path_names ?? true
  return view.answer(`arrow ${portKey(port)} ${compression} ${legacyRowPathNames}`, () =>
    toArrow(view.view.slice(port), { compression, legacyRowPathNames }),
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
  write: (slice: Slice, options: TextOptions) => string,
): string {
  const view = call.currentView()
  const { viewport: asked, id = false, index = false, formatted = false }: RequestOf<JsonRequest> = call.body
  const port = viewport(asked)
  return view.answer(`${layout} ${portKey(port)} ${id} ${index} ${formatted}`, () =>
    write(view.view.slice(port, id || index), { id, index, formatted }),
  )
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
