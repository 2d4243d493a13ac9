import type { AggregateName } from '../aggregate/names.js'
import type { Binding } from '../bindings.js'

/** An aggregated column of a grouped query. */
export interface Measure {
  readonly name: string
  readonly aggregate: AggregateName
  /** The aggregated column, then the argument's. */
  readonly inputs: readonly Binding[]
  /** True when it is only there to be sorted by. */
  readonly hidden: boolean
}
