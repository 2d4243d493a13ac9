import type { Scalar, Storage } from '../../columns/storage.js'
import { columnType } from '../../columns/storage.js'
import { dateToText, datetimeToText } from '../../write/date-text.js'
import { shortNumber } from '../../write/short-number.js'

/** A value as the reference writes it in the name of a split column and in `join`. */
export function scalarText(storage: Storage, value: Scalar): string {
  if (value === null) return 'null'
  if (typeof value !== 'number') return String(value)
  const type = columnType(storage)
  if (type === 'date') return dateToText(value, 1)
  if (type === 'datetime') return datetimeToText(value)
  return type === 'float' ? shortNumber(value) : String(value)
}
