import { columnType, type Scalar } from '../columns/storage.js'
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
    // A boolean term comes back as it was sent, whatever it is compared with.
    const coerced = terms.map((term) =>
      typeof term === 'boolean' ? term : spell(coerceTerm(storage, term), columnType(storage) === 'date'),
    )
    const many = known === 'in' || known === 'not in'
    return { column, op: SPELLING[known] ?? known, terms: many ? coerced : [coerced[0] ?? null] }
  })
}

function spell(term: Scalar, isDate: boolean): Scalar {
  return isDate && typeof term === 'number' ? new Date(term * 86_400_000).toISOString().slice(0, 10) : term
}
