import type { Scalar, Storage } from '../columns/storage.js'
import { dateToText } from '../write/date-text.js'
import type { ColumnBindings } from './bindings.js'
import type { Filter } from './config.js'
import { coerceTerm, filterOp } from './filter-terms.js'

const SPELLING: Readonly<Record<string, string>> = {
  'begins with': 'startswith',
  'not begins with': 'not startswith',
  'ends with': 'endswith',
  'not ends with': 'not endswith',
}

/** Filters as `view.get_config` gives them back: operators in the reference's own spelling, terms coerced. */
export function readbackFilters(bindings: ColumnBindings, filters: readonly Filter[]): Filter[] {
  return filters.map(({ column, op, terms }) => {
    const known = filterOp(op)
    const { storage } = bindings.find(column)!
    const spellTerm = (term: Scalar) => spell(coerceTerm(storage, term), storage, term)
    // A boolean term comes back as it was sent, whatever it is compared with.
    const coerced = terms.map((term) => (typeof term === 'boolean' ? term : spellTerm(term)))
    const many = known === 'in' || known === 'not in'
    return { column, op: SPELLING[known] ?? known, terms: many ? coerced : [coerced[0] ?? null] }
  })
}

function spell(coerced: Scalar, storage: Storage, given: Scalar): Scalar {
  if (typeof coerced !== 'number') return coerced
  switch (storage) {
    case 'date':
      return dateToText(coerced)
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
      return Math.min(Math.max(coerced, -(2 ** 31)), 2 ** 31 - 1)
    case 'int64':
    case 'uint64':
    case 'uint32':
      return typeof given === 'number' ? given : coerced
    default:
      return coerced
  }
}
