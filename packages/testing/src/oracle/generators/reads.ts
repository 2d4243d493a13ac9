import type { Json, ReadFormat, Step } from '../case.js'
import type { Random } from '../random.js'

type Window = { [key: string]: Json }

/** A viewport, mostly inside a small table, sometimes past its end or upside down. */
export function randomWindow(random: Random, format: ReadFormat): Window {
  const window: Window = {}
  const bound = (high: number) => (random.chance(0.05) ? random.int(0, high) + 0.5 : random.int(0, high))
  if (random.chance(0.5)) window['start_row'] = bound(6)
  if (random.chance(0.5)) window['end_row'] = bound(14)
  if (random.chance(0.3)) window['start_col'] = bound(3)
  if (random.chance(0.3)) window['end_col'] = bound(6)
  if (format === 'arrow' || format === 'typed') {
    if (format === 'arrow' && random.chance(0.15)) window['compression'] = random.pick(['lz4', 'zstd'])
    if (random.chance(0.2)) window['emit_legacy_row_path_names'] = random.chance(0.5)
    return window
  }
  if (random.chance(0.3)) window['id'] = true
  if (random.chance(0.2)) window['index'] = true
  if (random.chance(0.3)) window['formatted'] = true
  return window
}

export function read(random: Random, view: string, as: ReadFormat): Step {
  return { do: 'read', view, as, ...(random.roll('window') && { window: randomWindow(random, as) }) }
}

const formats: Record<ReadFormat, number> = { json: 6, columns: 3, arrow: 4, csv: 2, ndjson: 1, typed: 1 }

/** One read in a random format, of some rows or of all. */
export function someRead(random: Random, view: string, windows = true): Step {
  const as = random.weighted({ ...formats, typed: windows ? formats.typed : 0 })
  return windows ? read(random, view, as) : { do: 'read', view, as }
}

/** One question about a view that is not a read of its data, about some of its columns only with `windows`. */
export function someQuestion(random: Random, view: string, columns: readonly string[], windows = true): Step {
  const what = random.weighted({
    dimensions: 3,
    view_schema: 3,
    config: 3,
    column_paths: 2,
    expression_schema: 1,
    min_max: columns.length ? 3 : 0,
  })
  if (what === 'min_max') return { do: what, view, column: random.roll('mistake') ? 'nowhere' : random.pick(columns) }
  // The real engine never answers when start_col is beyond end_col or the last column.
  if (what === 'column_paths' && random.chance(0.3) && windows)
    return { do: what, view, window: { start_col: random.int(0, 1), end_col: random.int(1, 6) } }
  return { do: what, view }
}
