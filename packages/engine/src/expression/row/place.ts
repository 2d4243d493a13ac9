import { type Cell, VALID } from '../value/cell.js'

/** The place in a vector or text that a value names: cut to a whole number; anything but a number is 0. */
export function placeOf(cell: Cell): number {
  return cell.isNumeric && cell.status === VALID ? Math.trunc(cell.value) : 0
}
