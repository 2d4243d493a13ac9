import { TablecastError } from '../error.js'
import { aggregateName, isUnimplemented, takesArgument } from './aggregate/names.js'
import type { Binding, ColumnBindings } from './bindings.js'
import type { Aggregate, ViewConfig } from './config.js'
import { coerceTerm } from './filter-terms.js'

/**
 * Checks that every column a config names exists, that filter terms fit theirs and that there are such aggregates, in the
 * order and with the texts of the reference, which checks aggregates that a view does not use too. Whether they fit their
 * columns, and filter operators, is checked by those who compile them.
 */
export function validateConfig(bindings: ColumnBindings, config: ViewConfig): void {
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
  for (const [column, aggregate] of Object.entries(config.aggregates)) validateAggregate(bindings, column, aggregate)
  for (const column of config.group_by) known(bindings, column, 'group_by')
  for (const column of config.split_by) known(bindings, column, 'split_by')
  for (const { column } of config.filter) known(bindings, column, 'filters')
  for (const { column } of config.sort) known(bindings, column, 'sorts')
}

function validateAggregate(bindings: ColumnBindings, column: string, aggregate: Aggregate): void {
  known(bindings, column, 'aggregates')
  const [spelled, argument] = aggregate
  if (spelled === undefined) fail(`Missing aggregate for column '${column}' found in View aggregates.\n`)
  const name = aggregateName(spelled)
  if (name === null && isUnimplemented(spelled)) {
    fail(`Unimplemented aggregate '${spelled}' for column '${column}' found in View aggregates.\n`)
  }
  if (name === null) fail(`Invalid aggregate '${spelled}' for column '${column}' found in View aggregates.\n`)
  if (!takesArgument(name)) return
  if (argument === undefined) fail(`Aggregate '${spelled}' for column '${column}' requires a column argument.\n`)
  if (bindings.find(argument) === null) {
    fail(`Invalid column '${argument}' found in the '${spelled}' aggregate for column '${column}'.\n`)
  }
}

function known(bindings: ColumnBindings, column: string, part: string): Binding {
  return bindings.find(column) ?? fail(`Invalid column '${column}' found in View ${part}.\n`)
}

function fail(message: string): never {
  throw new TablecastError('invalid-argument', message)
}
