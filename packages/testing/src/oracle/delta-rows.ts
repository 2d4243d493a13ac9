import type { AnswerCells } from './answer-cells.js'
import { isNothing, isPath } from './cell-differences.js'

/** A row that a read shows, as a delta has it, and what it has of another read before. */
export interface Row {
  /** Its path, with a count of how often it came before. */
  readonly path: string
  readonly cells: readonly string[]
  /** The columns whose cells are others than before; null for a row that was not there. */
  readonly changed: readonly { readonly column: string; readonly cell: string }[] | null
}

/** Texts with a count of how often they came before, so that all are different. */
function numbered(texts: readonly string[]): string[] {
  const met = new Map<string, number>()
  return texts.map((text) => {
    const times = met.get(text) ?? 0
    met.set(text, times + 1)
    return `${text} #${times}`
  })
}

/** The cells of a row by the names of their columns, without nulls: null and the text "null" split into columns of one name. */
function byName({ names }: AnswerCells, cells: readonly string[]): Map<string, string> {
  const found = new Map<string, string[]>()
  names.forEach((name, at) => {
    if (!isPath(name) && cells[at] !== 'null') found.set(name, [...(found.get(name) ?? []), cells[at]!])
  })
  return new Map([...found].map(([name, list]) => [name, list.sort().join(' ')]))
}

/** The rows of a whole read of a grouped view, and how they differ from an earlier one; a column that is not there has nulls. */
export function changedRows(before: AnswerCells, after: AnswerCells): Row[] {
  // The total and the groups of null have paths that look alike, but those above come first.
  const paths = ({ names, rows }: AnswerCells) =>
    numbered(rows.map((cells) => cells.filter((_, at) => isPath(names[at]!)).join('/')))
  const known = new Map(paths(before).map((path, row) => [path, byName(before, before.rows[row]!)]))
  return paths(after).map((path, row): Row => {
    const cells = after.rows[row]!
    const [old, now] = [known.get(path), byName(after, cells)]
    const changed = [...new Set(after.names)].flatMap((column) => {
      const cell = now.get(column) ?? 'null'
      return isPath(column) || (old?.get(column) ?? 'null') === cell ? [] : [{ column, cell }]
    })
    return {
      path,
      cells: cells.filter((_, at) => !isPath(after.names[at]!)),
      changed: old === undefined ? null : changed,
    }
  })
}

/** What a delta tells of though it did not change, and what it leaves out. */
export interface Alignment {
  readonly extras: readonly Row[]
  readonly misses: readonly Row[]
}

/**
 * Finds the rows of a delta, in their order, among those of a read; null when they are not there. Of several ways it takes
 * that in which the rows left out weigh least; rows of no weight did not change.
 */
export function align(delta: AnswerCells, rows: readonly Row[], weight: (row: Row) => number): Alignment | null {
  const isRow = (cells: readonly string[], row: Row) => cells.every((cell, at) => row.cells[at] === cell)
  const width = rows.length + 1
  // By how many rows of the delta and of the read are passed, the weight of those left out.
  const least = new Float64Array((delta.rows.length + 1) * width).fill(Number.POSITIVE_INFINITY)
  least[0] = 0
  for (let told = 0; told <= delta.rows.length; told++) {
    for (let at = 1; at < width; at++) {
      const row = rows[at - 1]!
      const passes = least[told * width + at - 1]! + weight(row)
      const isTold = told > 0 && isRow(delta.rows[told - 1]!, row)
      least[told * width + at] = isTold ? Math.min(passes, least[(told - 1) * width + at - 1]!) : passes
    }
  }
  if (least.at(-1) === Number.POSITIVE_INFINITY) return null
  const extras: Row[] = []
  const misses: Row[] = []
  for (let told = delta.rows.length, at = rows.length; at > 0; at--) {
    const row = rows[at - 1]!
    const isPassed = least[told * width + at] === least[told * width + at - 1]! + weight(row)
    if (!isPassed) told--
    if (isPassed && weight(row) > 0) misses.push(row)
    if (!isPassed && weight(row) === 0) extras.push(row)
  }
  return { extras, misses }
}

/** The columns of a delta in the order of another's; null when they are not the same. */
function arranged(delta: AnswerCells, names: readonly string[]): AnswerCells | null {
  const known = numbered(delta.names)
  const places = numbered(names).map((name) => known.indexOf(name))
  if (places.includes(-1) || known.length !== places.length) return null
  return { ...delta, names, rows: delta.rows.map((cells) => places.map((at) => cells[at]!)) }
}

/** Whether two rows are the same, but that the real engine has something for nothing in some cells. */
const isSameRow = (real: readonly string[], ours: readonly string[]) =>
  ours.every((cell, at) => cell === real[at] || (cell === 'null' && isNothing(real[at]!)))

const nulls = (cells: readonly string[]) => cells.filter((cell) => cell === 'null').length

/** What some rows leave of others in which they are, cell by cell and in their order; null when they are not. */
function restOf(rows: AnswerCells['rows'], taken: AnswerCells['rows']): (readonly string[])[] | null {
  const rest: (readonly string[])[] = []
  let next = 0
  for (const row of rows) {
    const wanted = taken[next]
    if (wanted?.every((cell, at) => cell === row[at])) next++
    else rest.push(row)
  }
  return next === taken.length ? rest : null
}

/**
 * The rows that only the first of two deltas has, when it has all of the other's in their order, or with `isTied` in any;
 * null when it does not. Where the real engine has something for nothing, the cells are the same.
 */
export function moreRows(given: AnswerCells, ours: AnswerCells, isTied: boolean): (readonly string[])[] | null {
  const real = arranged(given, ours.names)
  if (real === null) return null
  const same = isTied ? null : restOf(real.rows, ours.rows)
  if (same !== null) return same
  const left = [...real.rows]
  // In any order, rows with few nulls come first: a row of nulls is the same as many.
  const others = isTied ? [...ours.rows].sort((a, b) => nulls(a) - nulls(b)) : ours.rows
  let from = 0
  for (const row of others) {
    const exact = isTied ? left.findIndex((other) => other.every((cell, at) => cell === row[at])) : -1
    const at = exact >= 0 ? exact : left.findIndex((other, place) => place >= from && isSameRow(other, row))
    if (at < 0) return null
    left.splice(at, 1)
    if (!isTied) from = at
  }
  return left
}

/** Whether a read has a row with these cells, by the names of the columns. */
export function hasRow(read: AnswerCells, names: readonly string[], cells: readonly string[]): boolean {
  const known = numbered(read.names)
  const places = numbered(names).map((name) => known.indexOf(name))
  return read.rows.some((row) => places.every((place, at) => row[place] === cells[at]))
}
