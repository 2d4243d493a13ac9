import type { RowKeys, RowPath, Slice } from '../query/slice.js'
import { type CellFormat, CellTexts, writeRows, writeTexts } from './cell-texts.js'
import { cellsToJson, FORMATTED_JSON_CELLS, JSON_CELLS, stringToJson } from './json-cells.js'
import { TextBuffer } from './text-buffer.js'
import type { TextOptions } from './write.js'

/** Rows rendered at a time, so that the texts of their cells are still near when they are put together. */
const CHUNK = 4096

/** Renders the texts of rows `from` to `to` of something that has one a row. */
type Render = (texts: CellTexts, from: number, to: number) => void

/** A slice as the text of a JSON array of row objects. */
export function toJsonRows(slice: Slice, options: TextOptions = {}): string {
  const out = new TextBuffer()
  out.text('[')
  rowObjects(slice, options, out, ',')
  out.text(']')
  return out.toString()
}

/** A slice as one JSON object a line. */
export function toNdjson(slice: Slice): string {
  const out = new TextBuffer()
  rowObjects(slice, {}, out, '\n')
  return out.toString()
}

/** A slice as the text of a JSON object of column arrays. */
export function toJsonColumns(slice: Slice, options: TextOptions = {}): string {
  const { rowPath, length } = slice
  const format = formatOf(options)
  const out = new TextBuffer()
  const texts = new CellTexts(',')
  out.text('{')
  const member = (name: string, render: Render) => {
    out.text(`${stringToJson(name)}:[`)
    for (let from = 0; from < length; from += CHUNK) {
      const to = Math.min(from + CHUNK, length)
      render(texts, from, to)
      writeTexts(out, texts, to - from)
    }
    if (length > 0) out.length--
    out.text('],')
  }
  if (rowPath !== null) {
    if (rowPath.names.length > 0) member('__ROW_PATH__', pathsOf(rowPath, format))
    if (options.id) member('__ID__', idsOf(slice, format))
  }
  slice.names.forEach((name, at) => {
    member(name, (into, from, to) => into.render(slice.columns[at]!, from, to, format))
  })
  if (options.index) member('__INDEX__', indexesOf(slice, format))
  if (rowPath === null && options.id) member('__ID__', idsOf(slice, format))
  if (out.length > 1) out.length--
  out.text('}')
  return out.toString()
}

function formatOf(options: TextOptions): CellFormat {
  return options.formatted ? FORMATTED_JSON_CELLS : JSON_CELLS
}

function rowObjects(slice: Slice, options: TextOptions, out: TextBuffer, separator: string): void {
  const members = rowMembers(slice, options)
  if (members.length === 0) {
    // As in the reference rows without cells are shown where rows have paths, also if those are not shown.
    if (slice.rowPath !== null) out.text(new Array<string>(slice.length).fill('{}').join(separator))
    return
  }
  const texts = members.map(() => new CellTexts())
  const names = members.map(({ name }, at) => `${at === 0 ? '{' : ','}${stringToJson(name)}:`)
  const heads = new CellTexts().hold([...names, `}${separator}`])
  for (let from = 0; from < slice.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, slice.length)
    members.forEach(({ render }, at) => {
      render(texts[at]!, from, to)
    })
    writeRows(out, heads, texts, to - from)
  }
  if (slice.length > 0) out.length--
}

function rowMembers(slice: Slice, options: TextOptions): { name: string; render: Render }[] {
  const format = formatOf(options)
  const members: { name: string; render: Render }[] = []
  if (showsPath(slice)) members.push({ name: '__ROW_PATH__', render: pathsOf(slice.rowPath!, format) })
  if (options.id) members.push({ name: '__ID__', render: idsOf(slice, format) })
  if (options.index) members.push({ name: '__INDEX__', render: indexesOf(slice, format) })
  slice.names.forEach((name, at) => {
    members.push({ name, render: (texts, from, to) => texts.render(slice.columns[at]!, from, to, format) })
  })
  return members
}

function showsPath(slice: Slice): boolean {
  return slice.rowPath !== null && !slice.rowPath.splitOnly
}

/** `__ROW_PATH__` per row. */
function pathsOf(rowPath: RowPath, format: CellFormat): Render {
  return (texts, from, to) => {
    const levels = rowPath.levels.map((level) => cellsToJson(level, from, to, format))
    const paths: string[] = []
    for (let i = from; i < to; i++) {
      const depth = rowPath.depth[i]!
      let text = '['
      for (let level = 0; level < depth; level++) text += (level === 0 ? '' : ',') + levels[level]![i - from]!
      paths.push(`${text}]`)
    }
    texts.hold(paths)
  }
}

/** `__ID__` per row: the path of a grouped row, else the key. */
function idsOf(slice: Slice, format: CellFormat): Render {
  return showsPath(slice) ? pathsOf(slice.rowPath!, format) : keysOf(slice.keys!, format)
}

/** `__INDEX__` per row; the reference leaves it empty in a view that is only split. */
function indexesOf(slice: Slice, format: CellFormat): Render {
  if (!slice.rowPath?.splitOnly) return keysOf(slice.keys!, format)
  return (texts, from, to) => texts.hold(new Array<string>(to - from).fill('[]'))
}

function keysOf({ keys, offsets }: RowKeys, format: CellFormat): Render {
  return (texts, from, to) => {
    const start = offsets[from]!
    const cells = cellsToJson(keys, start, offsets[to]!, format)
    const lists: string[] = []
    for (let i = from; i < to; i++) {
      lists.push(`[${cells.slice(offsets[i]! - start, offsets[i + 1]! - start).join(',')}]`)
    }
    texts.hold(lists)
  }
}
