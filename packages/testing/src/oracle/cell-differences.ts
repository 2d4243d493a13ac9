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
  /** Columns that are called otherwise. */
  readonly names: { readonly real: string; readonly ours: string }[]
  /** Columns that only the first server shows. */
  readonly extras: string[]
  /** Arrow columns of another type. */
  readonly types: { readonly column: string; readonly real: string; readonly ours: string }[]
  /** Whether rows or columns are the same, but in another order. */
  readonly orders: ('rows' | 'columns')[]
}

/** The sign of a zero. */
export const minusOfZero = /(?<![\d.])-(?=0(?:\.0)?(?![\d.]))/g

/** True for what the real engine has for nothing: 0, false, the empty text, the date of the year 0. */
export const isNothing = (text: string) =>
  /^(-?0(\.0+)?|false|""|-62167305600000|-719529|-0001-12-31|"?-?0+1?-\d\d-\d\d"?|"?1970-01-01 00:00:00\.000"?)$/.test(
    text,
  )

/** True for the columns that hold the paths of rows. */
export const isPath = (name: string) => /^__ROW_PATH(_\d+)?__$| \(Group by \d+\)$/.test(name)

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
function isSame(a: string, b: string, tolerance: number, type: string): boolean {
  if (a === b) return true
  const [x, y] = [Number(a), Number(b)]
  // Arrow writes a whole float without a point; a time is no larger than 2 ** 53, and exact.
  const isLargeFloat = type.startsWith('Float') && Math.abs(x) > 2 ** 53
  if (!/[.e]/.test(a + b) && !isLargeFloat) return false
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y)) && Object.is(Math.sign(x), Math.sign(y))
}

/**
 * Where rows stand in `ours`, told by their path, or by all of their cells when they have none. `columns` says where each
 * column is there.
 */
function rowPlaces(real: AnswerCells, ours: AnswerCells, columns: readonly number[]): number[] | null {
  const isPathless = !real.names.some(isPath)
  // Of a column that is shown twice the first has other cells.
  const told = ours.names.map((name, at) => (isPathless ? !ours.names.includes(name, at + 1) : isPath(name)))
  const key = (cells: readonly string[]) =>
    cells
      .filter((_, at) => told[at])
      .map((cell) => (isPathless && isNothing(cell) ? 'null' : cell.replaceAll(minusOfZero, '')))
      .join('/')
  const moved = (cells: readonly string[]) => {
    const out: string[] = []
    for (const [at, cell] of cells.entries()) out[columns[at]!] = cell
    return out
  }
  const found = places(
    numbered(real.rows.map((cells) => key(moved(cells)))),
    numbered(ours.rows.map((cells) => key(cells))),
  )
  // Rows that differ are taken to be those in the same places.
  return found ?? (isPathless && real.rows.length === ours.rows.length ? [...real.rows.keys()] : null)
}

/** How two reads part; null when they are not the same rows and columns. */
export function readDifference(given: AnswerCells, ours: AnswerCells, tolerance: number): ReadDifference | null {
  const bare = (name: string) => name.replaceAll(minusOfZero, '')
  const known = new Set(ours.names.map(bare))
  const isKnown = given.names.map((name) => known.has(bare(name)))
  const real = isKnown.includes(false) ? pickColumns(given, isKnown) : given
  const columns = places(numbered(real.names.map(bare)), numbered(ours.names.map(bare)))
  if (columns === null) return null
  const rows = rowPlaces(real, ours, columns)
  if (rows === null) return null
  const extras = given.names.filter((_, at) => !isKnown[at])
  const found: ReadDifference = { cells: [], names: [], extras, types: [], orders: [] }
  if (!isAscending(columns)) found.orders.push('columns')
  if (!isAscending(rows)) found.orders.push('rows')
  real.names.forEach((column, place) => {
    const at = columns[place]!
    if (column !== ours.names[at]) found.names.push({ real: column, ours: ours.names[at]! })
    const [type = '', ourType = ''] = [real.types[place], ours.types[at]]
    if (type !== ourType) found.types.push({ column, real: type, ours: ourType })
    real.rows.forEach((cells, realRow) => {
      const row = rows[realRow]!
      const [cell = '', ourCell = ''] = [cells[place], ours.rows[row]![at]]
      if (!isSame(cell, ourCell, tolerance, type)) found.cells.push({ column, at, row, real: cell, ours: ourCell })
    })
  })
  return found
}

function pickColumns({ names, types, rows }: AnswerCells, picked: readonly boolean[]): AnswerCells {
  const pick = (cells: readonly string[]) => cells.filter((_, at) => picked[at])
  return { names: pick(names), types: pick(types), rows: rows.map(pick) }
}
