import type { Pieces } from '../pieces.js'
import type { RowKeys, RowPath, Slice } from '../query/slice.js'
import type { CellFormat, TextColumn } from './cell-texts.js'
import { cellsToJson, FORMATTED_JSON_CELLS, JSON_CELLS, stringToJson } from './json-cells.js'
import { RowTexts } from './row-texts.js'
import { TextBuffer } from './text-buffer.js'
import type { Utf8Text } from './utf8-text.js'
import type { TextOptions } from './write.js'

type Source = TextColumn['source']

/** A slice as the text of a JSON array of row objects. */
export function* jsonRowsPieces(slice: Slice, options: TextOptions = {}): Pieces<Utf8Text> {
  const out = new TextBuffer()
  out.text('[')
  yield* rowObjects(slice, options, out, ',')
  out.text(']')
  return out.finish()
}

/** A slice as one JSON object a line. */
export function* ndjsonPieces(slice: Slice): Pieces<Utf8Text> {
  const out = new TextBuffer()
  yield* rowObjects(slice, {}, out, '\n')
  return out.finish()
}

/** A slice as the text of a JSON object of column arrays. */
export function* jsonColumnsPieces(slice: Slice, options: TextOptions = {}): Pieces<Utf8Text> {
  const { rowPath, length } = slice
  const format = formatOf(options)
  const members: [name: string, source: Source][] = []
  if (rowPath !== null) {
    if (rowPath.names.length > 0) members.push(['__ROW_PATH__', pathsOf(rowPath, format)])
    if (options.id) members.push(['__ID__', idsOf(slice, format)])
  }
  slice.names.forEach((name, at) => {
    members.push([name, slice.columns[at]!])
  })
  if (options.index) members.push(['__INDEX__', indexesOf(slice, format)])
  if (rowPath === null && options.id) members.push(['__ID__', idsOf(slice, format)])
  const out = new TextBuffer()
  out.text('{')
  for (const [i, [name, source]] of members.entries()) {
    out.text(`${i === 0 ? '' : ','}${stringToJson(name)}:[`)
    yield* new RowTexts([{ source, before: '', after: ',' }], format, length).write(out)
    if (length > 0) out.length--
    out.text(']')
  }
  out.text('}')
  return out.finish()
}

function formatOf(options: TextOptions): CellFormat {
  return options.formatted ? FORMATTED_JSON_CELLS : JSON_CELLS
}

function* rowObjects(slice: Slice, options: TextOptions, out: TextBuffer, separator: string): Pieces<void> {
  const members = rowMembers(slice, options)
  if (members.length === 0) {
    // As in the reference rows without cells are shown where rows have paths, also if those are not shown.
    if (slice.rowPath !== null) out.text(new Array<string>(slice.length).fill('{}').join(separator))
    return
  }
  const columns = members.map(([name, source], at) => ({
    source,
    before: `${at === 0 ? '{' : ','}${stringToJson(name)}:`,
    after: at < members.length - 1 ? '' : `}${separator}`,
  }))
  yield* new RowTexts(columns, formatOf(options), slice.length).write(out)
  if (slice.length > 0) out.length--
}

function rowMembers(slice: Slice, options: TextOptions): [name: string, source: Source][] {
  const format = formatOf(options)
  const members: [name: string, source: Source][] = []
  if (showsPath(slice)) members.push(['__ROW_PATH__', pathsOf(slice.rowPath!, format)])
  if (options.id) members.push(['__ID__', idsOf(slice, format)])
  if (options.index) members.push(['__INDEX__', indexesOf(slice, format)])
  slice.names.forEach((name, at) => {
    members.push([name, slice.columns[at]!])
  })
  return members
}

function showsPath(slice: Slice): boolean {
  return slice.rowPath !== null && !slice.rowPath.splitOnly
}

/** `__ROW_PATH__` per row. */
function pathsOf(rowPath: RowPath, format: CellFormat): Source {
  return (from, to) => {
    const levels = rowPath.levels.map((level) => cellsToJson(level, from, to, format))
    const paths: string[] = []
    for (let i = from; i < to; i++) {
      const depth = rowPath.depth[i]!
      let text = '['
      for (let level = 0; level < depth; level++) text += (level === 0 ? '' : ',') + levels[level]![i - from]!
      paths.push(`${text}]`)
    }
    return paths
  }
}

/** `__ID__` per row: the path of a grouped row, else the key. */
function idsOf(slice: Slice, format: CellFormat): Source {
  return showsPath(slice) ? pathsOf(slice.rowPath!, format) : keysOf(slice.keys!, format)
}

/** `__INDEX__` per row; the reference leaves it empty in a view that is only split. */
function indexesOf(slice: Slice, format: CellFormat): Source {
  if (!slice.rowPath?.splitOnly) return keysOf(slice.keys!, format)
  return (from, to) => new Array<string>(to - from).fill('[]')
}

function keysOf({ keys, offsets }: RowKeys, format: CellFormat): Source {
  return (from, to) => {
    const start = offsets[from]!
    const cells = cellsToJson(keys, start, offsets[to]!, format)
    const lists: string[] = []
    for (let i = from; i < to; i++) {
      lists.push(`[${cells.slice(offsets[i]! - start, offsets[i + 1]! - start).join(',')}]`)
    }
    return lists
  }
}
