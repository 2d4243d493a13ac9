import { type Scalar, TablecastError } from '@tablecast/engine'
import type { ScalarValue } from '../protocol/messages.js'

/** A scalar of the wire as the engine's. */
export function engineScalar({ scalar }: ScalarValue): Scalar {
  if (scalar === undefined) throw new TablecastError('invalid-argument', 'Filter scalar type not implemented: 0')
  return scalar.case === 'null' ? null : scalar.value
}

/** A scalar on its way out; all numbers are doubles there. */
export function wireScalar(value: Scalar): ScalarValue {
  if (value === null) return { scalar: { case: 'null', value: 0 } }
  if (typeof value === 'boolean') return { scalar: { case: 'bool', value } }
  if (typeof value === 'string') return { scalar: { case: 'string', value } }
  return { scalar: { case: 'float', value: Number(value) } }
}

/** An extent on its way out. A date goes as the reference packs it: year, month from 0, day, in 16, 8 and 8 bits. */
export function minMaxScalar(value: Scalar, isDate: boolean): ScalarValue {
  if (!isDate || typeof value !== 'number') return wireScalar(value)
  const date = new Date(value * 86_400_000)
  return wireScalar(date.getUTCFullYear() * 0x10000 + date.getUTCMonth() * 0x100 + date.getUTCDate())
}
