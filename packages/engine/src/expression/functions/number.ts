import { BOOLEAN, Cell, CLEAR, FLOAT, INVALID, NONE, VALID } from '../value/cell.js'
import { compare } from '../value/operators.js'
import { type Environment, type FunctionDef, ofCells } from './function.js'

/** Functions of numbers, and those that take anything. */
export const NUMBERS: readonly FunctionDef[] = [
  ofCells('inrange', 'TTT', inRange),
  { ...ofCells('min', '', (cells, out) => extreme(cells, out, (a, b) => a < b)), loop: () => minLoop },
  { ...ofCells('max', '', (cells, out) => extreme(cells, out, (a, b) => a > b)), loop: () => maxLoop },
  ofCells('coalesce', '', coalesce),
  ofCells('percent_of', 'TT', percentOf),
  ofCells('is_null', 'T', ([value], out) => out.setBoolean(isNull(value!))),
  ofCells('is_not_null', 'T', ([value], out) => out.setBoolean(!isNull(value!))),
  {
    name: 'random',
    params: 'Z',
    pure: false,
    make: () => (out) => out.setFloat(Math.random()),
  },
]

function isNull(value: Cell): boolean {
  return value.type === 0 || value.status !== VALID
}

const low = new Cell()
const high = new Cell()

/** `inrange(low, value, high)`, both ends included. */
function inRange(cells: readonly Cell[], out: Cell, environment: Environment): void {
  const [from, value, to] = cells as [Cell, Cell, Cell]
  compare('<=', from, value, low, environment.onTypeError)
  compare('<=', value, to, high, environment.onTypeError)
  if (low.status === CLEAR || high.status === CLEAR) out.clear(BOOLEAN, CLEAR)
  else if (isNull(from) || isNull(value) || isNull(to)) out.clear(BOOLEAN)
  else out.setBoolean(low.value === 1 && high.value === 1)
}

function extreme(cells: readonly Cell[], out: Cell, better: (a: number, b: number) => boolean): void {
  out.clear(FLOAT)
  if (!cells.every((cell) => cell.isNumeric)) {
    out.status = CLEAR
    return
  }
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!
    if (cell.status !== VALID) {
      // What the cells before this one gave stays, as in the reference.
      return
    }
    if (i === 0 || better(cell.value, out.value)) out.setFloat(cell.value)
  }
}

function minLoop(args: readonly Float64Array[], out: Float64Array, count: number): void {
  out.set(args[0]!.subarray(0, count))
  for (let at = 1; at < args.length; at++) {
    const values = args[at]!
    for (let i = 0; i < count; i++) if (values[i]! < out[i]!) out[i] = values[i]!
  }
}

function maxLoop(args: readonly Float64Array[], out: Float64Array, count: number): void {
  out.set(args[0]!.subarray(0, count))
  for (let at = 1; at < args.length; at++) {
    const values = args[at]!
    for (let i = 0; i < count; i++) if (values[i]! > out[i]!) out[i] = values[i]!
  }
}

/** The first value that is not null; numbers of any kind become floats, others must be of one type. */
function coalesce(cells: readonly Cell[], out: Cell): void {
  const first = cells[0]
  if (first === undefined) {
    out.clear(NONE, CLEAR)
    return
  }
  const numeric = first.isNumeric
  for (const cell of cells) {
    if (numeric ? cell.isNumeric : cell.type === first.type) continue
    out.clear(NONE, CLEAR)
    return
  }
  out.clear(numeric ? FLOAT : first.type, INVALID)
  for (const cell of cells) {
    if (isNull(cell)) continue
    if (numeric) out.setFloat(cell.value)
    else out.copy(cell)
    return
  }
}

function percentOf(cells: readonly Cell[], out: Cell): void {
  const [x, y] = cells as [Cell, Cell]
  out.clear(FLOAT, x.isNumeric && y.isNumeric ? INVALID : CLEAR)
  if (x.status !== VALID || y.status !== VALID) return
  const whole = y.toNumber()
  if (whole !== 0) out.setFloat((x.toNumber() / whole) * 100)
}
