import type { RowKeys, RowPath, Slice } from '../query/slice.js'
import { cellsToJson, stringToJson } from './json-cells.js'
import type { TextOptions } from './write.js'

/** Rows rendered at a time, so that the texts of their cells are still young when they are joined. */
const CHUNK = 4096

/** A slice as the text of a JSON array of row objects. */
export function toJsonRows(slice: Slice, options: TextOptions = {}): string {
  return `[${rowObjects(slice, options).join(',')}]`
}

/** A slice as one JSON object a line. */
export function toNdjson(slice: Slice): string {
  return rowObjects(slice, {}).join('\n')
}

/** A slice as the text of a JSON object of column arrays. */
export function toJsonColumns(slice: Slice, options: TextOptions = {}): string {
  const { rowPath, length } = slice
  const formatted = options.formatted ?? false
  const members: string[] = []
  const id = options.id ? member('__ID__', ids(slice, 0, length, formatted)) : null
  if (rowPath !== null) {
    if (rowPath.names.length > 0) members.push(member('__ROW_PATH__', paths(rowPath, 0, length, formatted)))
    if (id !== null) members.push(id)
  }
  for (let at = 0; at < slice.names.length; at++) {
    members.push(member(slice.names[at]!, cellsToJson(slice.columns[at]!, 0, length, formatted)))
  }
  if (options.index) members.push(member('__INDEX__', indexes(slice, 0, length, formatted)))
  if (rowPath === null && id !== null) members.push(id)
  return `{${members.join(',')}}`
}

function member(name: string, cells: readonly string[]): string {
  return `${stringToJson(name)}:[${cells.join(',')}]`
}

function rowObjects(slice: Slice, options: TextOptions): string[] {
  const heads = rowNames(slice, options).map((name, at) => `${at === 0 ? '{' : ','}${stringToJson(name)}:`)
  const rows: string[] = []
  // As in the reference rows without cells are shown where rows have paths, also if those are not shown.
  if (heads.length === 0) return slice.rowPath === null ? rows : new Array<string>(slice.length).fill('{}')
  for (let from = 0; from < slice.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, slice.length)
    const cells = rowCells(slice, options, from, to)
    for (let i = 0; i < to - from; i++) {
      let row = ''
      for (let at = 0; at < heads.length; at++) row += heads[at]! + cells[at]![i]!
      rows.push(`${row}}`)
    }
  }
  return rows
}

function rowNames(slice: Slice, options: TextOptions): string[] {
  const names: string[] = []
  if (showsPath(slice)) names.push('__ROW_PATH__')
  if (options.id) names.push('__ID__')
  if (options.index) names.push('__INDEX__')
  names.push(...slice.names)
  return names
}

function rowCells(slice: Slice, options: TextOptions, from: number, to: number): string[][] {
  const formatted = options.formatted ?? false
  const cells: string[][] = []
  if (showsPath(slice)) cells.push(paths(slice.rowPath!, from, to, formatted))
  if (options.id) cells.push(ids(slice, from, to, formatted))
  if (options.index) cells.push(indexes(slice, from, to, formatted))
  for (const column of slice.columns) cells.push(cellsToJson(column, from, to, formatted))
  return cells
}

function showsPath(slice: Slice): boolean {
  return slice.rowPath !== null && !slice.rowPath.splitOnly
}

/** `__ROW_PATH__` per row. */
function paths(rowPath: RowPath, from: number, to: number, formatted: boolean): string[] {
  const levels = rowPath.levels.map((level) => cellsToJson(level, from, to, formatted))
  const texts: string[] = []
  for (let i = from; i < to; i++) {
    const depth = rowPath.depth[i]!
    let text = '['
    for (let level = 0; level < depth; level++) text += (level === 0 ? '' : ',') + levels[level]![i - from]!
    texts.push(`${text}]`)
  }
  return texts
}

/** `__ID__` per row: the path of a grouped row, else the key. */
function ids(slice: Slice, from: number, to: number, formatted: boolean): string[] {
  return showsPath(slice) ? paths(slice.rowPath!, from, to, formatted) : keys(slice.keys!, from, to, formatted)
}

/** `__INDEX__` per row; the reference leaves it empty in a view that is only split. */
function indexes(slice: Slice, from: number, to: number, formatted: boolean): string[] {
  if (slice.rowPath?.splitOnly) return new Array<string>(to - from).fill('[]')
  return keys(slice.keys!, from, to, formatted)
}

function keys({ keys, offsets }: RowKeys, from: number, to: number, formatted: boolean): string[] {
  const start = offsets[from]!
  const cells = cellsToJson(keys, start, offsets[to]!, formatted)
  const texts: string[] = []
  for (let i = from; i < to; i++) texts.push(`[${cells.slice(offsets[i]! - start, offsets[i + 1]! - start).join(',')}]`)
  return texts
}
