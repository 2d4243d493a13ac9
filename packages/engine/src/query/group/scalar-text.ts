import type { Scalar, Storage } from '../../columns/storage.js'
import { columnType } from '../../columns/storage.js'
import { dateToText, datetimeToText } from '../../write/date-text.js'

/** A value as the reference writes it in the name of a split column and in `join`. */
export function scalarText(storage: Storage, value: Scalar): string {
  if (value === null) return 'null'
  if (typeof value !== 'number') return String(value)
  const type = columnType(storage)
  if (type === 'date') return dateToText(value)
  if (type === 'datetime') return datetimeToText(value)
  return type === 'float' ? shortFloat(value) : String(value)
}

/** A float in C's `%g`: six significant digits, an exponent of at least two. */
function shortFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa, exponentText] = value.toExponential(5).split('e') as [string, string]
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 6) {
    const size = String(Math.abs(exponent)).padStart(2, '0')
    return `${trimZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${size}`
  }
  return trimZeros(value.toFixed(5 - exponent))
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
