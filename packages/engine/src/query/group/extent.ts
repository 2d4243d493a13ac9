import type { Column } from '../../columns/column.js'
import type { Scalar } from '../../columns/storage.js'
import { compareText } from '../../columns/text-order.js'
import { ValueOrder } from '../aggregate/value-order.js'

/** Smallest and largest valid value over several columns of one storage, or null when there is none. */
export function extentOf(columns: readonly Column[]): readonly [Scalar, Scalar] | null {
  let min: Scalar = null
  let max: Scalar = null
  for (const column of columns) {
    const order = new ValueOrder(column)
    let low = -1
    let high = -1
    for (let row = 0; row < column.length; row++) {
      if (order.isNull(row) || Number.isNaN(column.data[row]!)) continue
      if (low < 0 || order.compare(row, low) < 0) low = row
      if (high < 0 || order.compare(row, high) > 0) high = row
    }
    if (low < 0) continue
    if (min === null || isBelow(column.get(low)!, min)) min = column.get(low)
    if (max === null || isBelow(max, column.get(high)!)) max = column.get(high)
  }
  return min === null ? null : [min, max]
}

function isBelow(a: Exclude<Scalar, null>, b: Exclude<Scalar, null>): boolean {
  return typeof a === 'string' && typeof b === 'string' ? compareText(a, b) < 0 : a < b
}
