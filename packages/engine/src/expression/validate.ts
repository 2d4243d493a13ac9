import { type ColumnType, columnType } from '../columns/storage.js'
import type { Table } from '../table/table.js'
import { DEFAULT_LIMITS, type ExpressionLimits } from './budget.js'
import type { ExpressionError } from './failure.js'
import { compileProgram, isError } from './program.js'

export interface ExpressionValidation {
  /** Types of the expressions that are right. */
  readonly expression_schema: Record<string, ColumnType>
  /** What is wrong with the others. */
  readonly errors: Record<string, ExpressionError>
  /** Every expression that was given. */
  readonly expression_alias: Record<string, string>
}

/**
 * Checks each expression, by name, for itself: its type, or the reference's error with 0-based line and column, counted
 * after each quoted column was replaced by `COLUMN<n>` and each text literal by `intern('…')`.
 */
export function validateExpressions(
  table: Table,
  expressions: Readonly<Record<string, string>>,
  limits: ExpressionLimits = DEFAULT_LIMITS,
): ExpressionValidation {
  // Without a prototype, so that any name is a key like others, `__proto__` too.
  const expression_schema: Record<string, ColumnType> = Object.create(null)
  const errors: Record<string, ExpressionError> = Object.create(null)
  const context = { schema: table.schema, index: table.index, limits }
  for (const [name, text] of Object.entries(expressions)) {
    if (table.position(name) >= 0) {
      const error_message = `Value Error - expression "${name}" cannot overwrite an existing column.`
      errors[name] = { error_message, line: 0, column: 0 }
      continue
    }
    const result = compileProgram(context, text)
    if (isError(result)) errors[name] = result
    else expression_schema[name] = columnType(result.storage)
  }
  return { expression_schema, errors, expression_alias: { ...expressions } }
}
