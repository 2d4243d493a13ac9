import { byteLength, sliceBytes } from '../text/utf8.js'
import { type Cell, CLEAR, FLOAT, INVALID, STRING, VALID } from '../value/cell.js'
import { toInt64 } from '../value/unary.js'
import { type Environment, type FunctionDef, ofCells, scalarOf, textOf } from './function.js'

/** Functions of strings. Lengths and places count UTF-8 bytes, as the reference does. */
export const STRINGS: readonly FunctionDef[] = [
  ofCells('concat', '', concat),
  ofCells('upper', 'T', ([text], out, environment) => changeCase(text!, out, environment, upper)),
  ofCells('lower', 'T', ([text], out, environment) => changeCase(text!, out, environment, lower)),
  ofCells('length', 'T', ([text], out) => {
    out.clear(FLOAT, isString(text!) ? INVALID : CLEAR)
    if (isString(text!) && text!.status === VALID) out.setFloat(byteLength(text!.text))
  }),
  ofCells('order', '', order),
  ofCells('substring', '', substring),
  {
    name: 'intern',
    params: 'S',
    pure: true,
    make: ([text]) => {
      const run = textOf(text!)
      return (out) => out.setString(run())
    },
  },
  {
    name: 'contains',
    params: 'TS',
    pure: true,
    make: ([text, needle]) => {
      const run = scalarOf(text!)
      const find = textOf(needle!)
      return (out) => {
        const cell = run()
        out.clear(11, isString(cell) ? INVALID : CLEAR)
        if (isString(cell) && cell.status === VALID) out.setBoolean(cell.text.includes(find()))
      }
    },
  },
]

/** A string, null or not, as functions check it before anything else. */
export function isString(cell: Cell): boolean {
  return cell.type === STRING && cell.status !== CLEAR
}

/** A string, or null when it is empty: many functions of the reference give null for nothing. */
export function setNonEmpty(text: string, out: Cell, environment: Environment): void {
  environment.budget.text(text.length)
  if (text === '') out.clear(STRING)
  else out.setString(text)
}

function concat(cells: readonly Cell[], out: Cell, environment: Environment): void {
  out.clear(STRING)
  let text = ''
  for (const cell of cells) {
    if (!isString(cell)) {
      out.status = CLEAR
      return
    }
    if (environment.validating) continue
    if (cell.status !== VALID) return
    text += cell.text
  }
  setNonEmpty(text, out, environment)
}

function changeCase(cell: Cell, out: Cell, environment: Environment, change: (text: string) => string): void {
  out.clear(STRING, isString(cell) ? INVALID : CLEAR)
  if (isString(cell) && cell.status === VALID && !environment.validating)
    setNonEmpty(change(cell.text), out, environment)
}

/** Only ASCII letters change. */
function upper(text: string): string {
  return text.replace(/[a-z]+/g, (run) => run.toUpperCase())
}

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (run) => run.toLowerCase())
}

/** The place of the first argument among the others, the last equal one; their count when it is none of them. */
function order(cells: readonly Cell[], out: Cell, environment: Environment): void {
  out.clear(FLOAT)
  if (cells.length <= 1 || !cells.every(isString)) {
    out.status = CLEAR
    return
  }
  if (environment.validating || cells.some((cell) => cell.status !== VALID)) return
  const [first, ...rest] = cells as [Cell, ...Cell[]]
  let place = rest.length
  for (let i = 0; i < rest.length; i++) if (rest[i]!.text === first.text) place = i
  out.setFloat(place)
}

/** `substring(text, start)` or `substring(text, start, length)`; null when the range is not wholly inside the text. */
function substring(cells: readonly Cell[], out: Cell, environment: Environment): void {
  out.clear(STRING)
  if (cells.length !== 2 && cells.length !== 3) {
    out.status = CLEAR
    return
  }
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!
    if (i === 0 ? !isString(cell) : !cell.isNumeric || cell.status === CLEAR) {
      out.status = CLEAR
      return
    }
    // The reference looks no further than the first argument while it finds out the type.
    if (environment.validating || cell.status !== VALID) return
  }
  const { text } = cells[0]!
  const start = toInt64(cells[1]!.value)
  const bytes = byteLength(text)
  const length = cells.length === 3 ? toInt64(cells[2]!.value) : bytes - start
  if (bytes === 0 || !(start >= 0) || !(length >= 0) || start >= bytes || start + length > bytes) return
  const part = sliceBytes(text, start, start + length)
  environment.budget.text(part.length)
  out.setString(part)
}
