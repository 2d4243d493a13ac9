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

/**
 * Where each of `keys` is in `others`; of several places one whose cells fit, the first if all others find theirs as well. Null
 * when they are not the same keys.
 */
function fitting(
  keys: readonly string[],
  cells: readonly (readonly string[])[],
  others: readonly string[],
  otherCells: readonly (readonly string[])[],
  fits: (cell: string, other: string) => boolean,
): number[] | null {
  if (keys.length !== others.length) return null
  const places = new Map<string, number[]>()
  for (const [at, key] of others.entries()) places.set(key, [...(places.get(key) ?? []), at])
  const fitsAt = (item: number, at: number) => cells[item]!.every((cell, i) => fits(cell, otherCells[at]![i] ?? ''))
  const found: number[] = Array.from(keys, () => -1)
  const holders = new Map<number, number>()
  const take = (item: number, at: number): true => {
    holders.set(at, item)
    found[item] = at
    return true
  }
  const seek = (item: number, tried: Set<number>): boolean => {
    const fit = (places.get(keys[item]!) ?? []).filter((at) => !tried.has(at) && fitsAt(item, at))
    const free = fit.find((at) => !holders.has(at))
    if (free !== undefined) return take(item, free)
    return fit.some((at) => !tried.has(at) && seek(holders.get(at)!, tried.add(at)) && take(item, at))
  }
  for (const item of keys.keys()) seek(item, new Set())
  for (const [item, key] of keys.entries()) {
    if (found[item]! >= 0) continue
    const left = places.get(key)?.find((at) => !holders.has(at))
    if (left === undefined) return null
    holders.set(left, item)
    found[item] = left
  }
  return found
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
  const isLast = ours.names.map((name, at) => !ours.names.includes(name, at + 1))
  const told = ours.names.map((name, at) => (isPathless ? isLast[at]! : isPath(name)))
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
  const [keys, others] = [real.rows.map((cells) => key(moved(cells))), ours.rows.map((cells) => key(cells))]
  // A group and its group of null have paths that look alike: the same cells tell them apart.
  const fits = (cell: string, other: string) => cell === other || (isPathless && other === 'null' && isNothing(cell))
  const shown = (cells: readonly string[]) => cells.filter((_, at) => isLast[at])
  const found = fitting(keys, real.rows.map(moved).map(shown), others, ours.rows.map(shown), fits)
  // Rows that differ are taken to be those in the same places.
  return found ?? (isPathless && real.rows.length === ours.rows.length ? [...real.rows.keys()] : null)
}

/** The cells of each column, in the order of the paths of their rows, or in an order of their own where rows have no path. */
function columnsOf({ names, rows }: AnswerCells): string[][] {
  const paths = [...names.keys()].filter((at) => isPath(names[at]!))
  const path = (cells: readonly string[]) => paths.map((at) => cells[at]).join('/')
  const inOrder = [...rows].sort((a, b) => (path(a) < path(b) ? -1 : 1))
  return names.map((_, at) => {
    const cells = inOrder.map((row) => row[at] ?? '')
    return paths.length > 0 ? cells : cells.sort()
  })
}

/** How two reads part; null when they are not the same rows and columns. */
export function readDifference(given: AnswerCells, ours: AnswerCells, tolerance: number): ReadDifference | null {
  const bare = (name: string) => name.replaceAll(minusOfZero, '')
  const known = new Set(ours.names.map(bare))
  const isKnown = given.names.map((name) => known.has(bare(name)))
  const real = isKnown.includes(false) ? pickColumns(given, isKnown) : given
  // Of a column that is shown twice the first may be empty.
  const fits = (cell: string, other: string) => cell === other || cell === 'null'
  const columns = fitting(real.names.map(bare), columnsOf(real), ours.names.map(bare), columnsOf(ours), fits)
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
