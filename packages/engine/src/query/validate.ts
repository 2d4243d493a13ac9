import { TablecastError } from '../error.js'
import type { Binding, ColumnBindings } from './bindings.js'
import type { ViewConfig } from './config.js'
import { coerceTerm } from './filter-terms.js'

/**
 * Checks that every column a config names exists and that filter terms fit theirs, in the order and with the texts of
 * the reference. Aggregates and filter operators are checked by those who compile them.
 */
export function validateColumns(bindings: ColumnBindings, config: ViewConfig): void {
  for (const { column, terms } of config.filter) {
    const binding = bindings.find(column)
    for (const term of terms) {
      if (binding === null && typeof term === 'string') fail(`Filter column not in schema: ${column}`)
      if (binding === null && typeof term === 'number') {
        fail(`Could not get dtype for column \`${column}\` as it does not exist in the schema.\n`)
      }
      if (binding !== null) coerceTerm(binding.storage, term)
    }
  }
  for (const column of config.columns ?? []) known(bindings, column, 'columns')
}

/** The checks that come after those of the aggregates. */
export function validatePivots(bindings: ColumnBindings, config: ViewConfig): void {
  for (const column of config.group_by) known(bindings, column, 'group_by')
  for (const column of config.split_by) known(bindings, column, 'split_by')
  for (const { column } of config.filter) known(bindings, column, 'filters')
  for (const { column } of config.sort) known(bindings, column, 'sorts')
}

function known(bindings: ColumnBindings, column: string, part: string): Binding {
  return bindings.find(column) ?? fail(`Invalid column '${column}' found in View ${part}.\n`)
}

function fail(message: string): never {
  throw new TablecastError('invalid-argument', message)
}
