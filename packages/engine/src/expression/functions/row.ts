import type { Scalar, Storage } from '../../columns/storage.js'
import { type Cell, CLEAR, INVALID, STRING, typeCode, VALID } from '../value/cell.js'
import { setScalar } from '../value/load.js'
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
      if (storage === null) out.clear(0, CLEAR)
      else load(validating ? null : rows.cell(name!.text), storage, out)
    }),
    pure: false,
  },
  {
    ...ofCells('vlookup', 'TT', (cells, out, { rows, validating }) => {
      const [name, key] = cells as [Cell, Cell]
      if (name.type !== STRING || key.type !== typeCode(rows.keyStorage())) {
        out.clear(0, CLEAR)
        return
      }
      out.clear(0)
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

function load(value: Scalar, storage: Storage, out: Cell): void {
  out.clear(typeCode(storage), INVALID)
  setScalar(value, out)
}
