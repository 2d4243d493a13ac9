import type { AnswerCells } from './answer-cells.js'

/** A cell that two reads of a view show differently. */
export interface CellDifference {
  readonly column: string
  /** Its place in the other server's answer. */
  readonly at: number
  readonly row: number
  readonly real: string
  readonly ours: string
}

/** Every way in which two reads part. */
export interface ReadDifference {
  readonly cells: CellDifference[]
  /** Arrow columns of another type. */
  readonly types: { readonly column: string; readonly real: string; readonly ours: string }[]
  /** Whether rows or columns are the same, but in another order. */
  readonly orders: ('rows' | 'columns')[]
}

const isPath = (name: string) => /^__ROW_PATH(_\d+)?__$| \(Group by \d+\)$/.test(name)

/** Texts with a count of how often they came before, so that all are different. */
function numbered(texts: readonly string[]): string[] {
  const met = new Map<string, number>()
  return texts.map((text) => {
    const times = met.get(text) ?? 0
    met.set(text, times + 1)
    return `${text} #${times}`
  })
}

/** Where each of `names` is in `others`; null when they are not the same names. */
function places(names: readonly string[], others: readonly string[]): number[] | null {
  if (names.length !== others.length) return null
  const known = new Map(others.map((name, at) => [name, at]))
  const found = names.map((name) => known.get(name) ?? -1)
  return found.includes(-1) ? null : found
}

const isAscending = (order: readonly number[]) => order.every((place, at) => place === at)

/** Equal cells: -0 is not 0, but floats may differ in how they were summed. */
function isSame(a: string, b: string, tolerance: number): boolean {
  if (a === b) return true
  if (!/[.e]/.test(a + b)) return false
  const [x, y] = [Number(a), Number(b)]
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y)) && Object.is(Math.sign(x), Math.sign(y))
}

/** How two reads part; null when they are not the same rows and columns. Rows are told by their path. */
export function readDifference(real: AnswerCells, ours: AnswerCells, tolerance: number): ReadDifference | null {
  const columns = places(numbered(real.names), numbered(ours.names))
  if (columns === null) return null
  const paths = ({ names, rows }: AnswerCells) =>
    numbered(rows.map((row) => row.filter((_, at) => isPath(names[at] ?? '')).join('/')))
  const rows = places(paths(real), paths(ours))
  if (rows === null) return null
  const found: ReadDifference = { cells: [], types: [], orders: [] }
  if (!isAscending(columns)) found.orders.push('columns')
  if (!isAscending(rows)) found.orders.push('rows')
  real.names.forEach((column, place) => {
    const at = columns[place]!
    const [type = '', ourType = ''] = [real.types[place], ours.types[at]]
    if (type !== ourType) found.types.push({ column, real: type, ours: ourType })
    real.rows.forEach((cells, realRow) => {
      const row = rows[realRow]!
      const [cell = '', ourCell = ''] = [cells[place], ours.rows[row]![at]]
      if (!isSame(cell, ourCell, tolerance)) found.cells.push({ column, at, row, real: cell, ours: ourCell })
    })
  })
  return found
}
