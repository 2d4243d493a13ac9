import type { Scalar } from '../../columns/storage.js'
import { type Cell, VALID } from './cell.js'

/** Puts a scalar into a cell whose type is set already; null leaves it as it is. */
export function setScalar(value: Scalar, out: Cell): void {
  if (value === null) return
  out.status = VALID
  if (typeof value === 'string') out.text = value
  else out.value = Number(value)
}
