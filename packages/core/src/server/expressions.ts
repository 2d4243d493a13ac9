import { ColumnBindings, columnType, type Table, TablecastError } from '@tablecast/engine'
import { COLUMN_TYPES } from '../client/names.js'
import type { ResponseOf } from '../protocol/messages.js'

type Validation = ResponseOf<'TableValidateExpr'>

/** Checks each expression on its own: its type, or its error and where that is. Never throws for what is in them. */
export function validateExpressions(table: Table, expressions: ReadonlyMap<string, string>): Validation {
  const expression_schema: Validation['expression_schema'] = new Map()
  const errors: Validation['errors'] = new Map()
  for (const [name, text] of expressions) {
    try {
      const bindings = new ColumnBindings(table, { expressions: { [name]: text }, windows: {} })
      expression_schema.set(name, COLUMN_TYPES[columnType(bindings.find(name)!.storage)])
      bindings.release()
    } catch (error) {
      if (!(error instanceof TablecastError)) throw error
      errors.set(name, { error_message: error.message, line: 0, column: 0 })
    }
  }
  return { expression_schema, errors, expression_alias: new Map(expressions) }
}
