import type { Scalar, Storage } from '../../columns/storage.js'
import { type Cell, CLEAR, INVALID, NONE, STRING, typeCode, VALID } from '../value/cell.js'
import { type FunctionDef, ofCells } from './function.js'

/** Functions that reach into the table. */
export const ROWS: readonly FunctionDef[] = [
  {
    name: 'index',
    params: 'Z',
    pure: false,
    make: (_args, { rows, validating }) => {
      const storage = rows.keyStorage()
      return (out) => load(validating ? null : rows.key(), storage, out)
    },
  },
  {
    ...ofCells('col', 'T', ([name], out, { rows, validating }) => {
      const storage = name!.type === STRING && name!.status === VALID ? rows.storageOf(name!.text) : null
      if (storage === null) out.clear(NONE, CLEAR)
      else load(validating ? null : rows.cell(name!.text), storage, out)
    }),
    pure: false,
  },
  {
    ...ofCells('vlookup', 'TT', (cells, out, { rows, validating }) => {
      const [name, key] = cells as [Cell, Cell]
      if (name.type !== STRING || key.type !== typeCode(rows.keyStorage())) {
        out.clear(NONE, CLEAR)
        return
      }
      out.clear(NONE)
      if (name.status !== VALID) return
      const storage = rows.storageOf(name.text)
      if (storage === null) out.status = CLEAR
      else load(validating || key.status !== VALID ? null : rows.lookup(name.text, scalarOf(key)), storage, out)
      if (validating && storage !== null) out.status = VALID
    }),
    pure: false,
  },
]

function scalarOf(cell: Cell): Scalar {
  return cell.type === STRING ? cell.text : cell.value
}

/** A scalar of a column of `storage`, typed even when it is null. */
function load(value: Scalar, storage: Storage, out: Cell): void {
  out.clear(typeCode(storage), INVALID)
  if (value === null) return
  out.status = VALID
  if (typeof value === 'string') out.text = value
  else out.value = Number(value)
}
