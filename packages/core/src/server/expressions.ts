import { type Table, validateExpressions as validate } from '@tablecast/engine'
import { COLUMN_TYPES } from '../client/names.js'
import type { ResponseOf } from '../protocol/messages.js'

type Validation = ResponseOf<'TableValidateExpr'>

/** Checks each expression on its own: its type, or its error and where that is. Never throws for what is in them. */
export function validateExpressions(table: Table, expressions: ReadonlyMap<string, string>): Validation {
  const checked = validate(table, Object.fromEntries(expressions))
  return {
    expression_schema: new Map(
      Object.entries(checked.expression_schema).map(([name, type]) => [name, COLUMN_TYPES[type]]),
    ),
    errors: new Map(Object.entries(checked.errors)),
    expression_alias: new Map(expressions),
  }
}
