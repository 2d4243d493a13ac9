import { columnType, type Scalar, type Storage } from '../../columns/storage.js'
import type { AggregateName } from './names.js'

/**
 * What an aggregate shows of a total without rows, as the reference does where that is a value of the column's type: a
 * date of the year 0 is none. `hadRows` tells that the total once had some; `undefined` stands for what is left of them.
 */
export function emptyTotal(name: AggregateName, source: Storage, hadRows: boolean): Scalar | undefined {
  switch (name) {
    case 'pct sum parent':
      return 100
    case 'count':
    case 'distinct count':
    case 'abs sum':
    case 'sum abs':
    case 'sum not null':
    case 'gmv':
      return 0
    case 'sum':
      return hadRows ? 0 : null
    case 'high water mark':
    case 'low water mark':
      return hadRows ? undefined : null
    case 'join':
      return ''
    case 'and':
      return true
    case 'any':
    case 'or':
    case 'first':
    case 'last value':
    case 'last by index':
    case 'dominant':
    case 'unique':
    case 'min':
    case 'max':
    case 'min by':
    case 'max by':
      return zero(source)
    default:
      return null
  }
}

function zero(source: Storage): Scalar {
  const type = columnType(source)
  if (type === 'string') return ''
  if (type === 'boolean') return false
  return type === 'date' ? null : 0
}
