import { columnType, isNumeric, type Storage } from '../columns/storage.js'
import { TablecastError } from '../error.js'
import type { ColumnBindings } from '../query/bindings.js'
import type { WindowConfig } from '../query/config.js'
import type { Derivation } from '../table/derived.js'
import { WindowDerivation } from './derivation.js'
import { isWindowOp, type WindowOp, type WindowSpec } from './spec.js'

/**
 * Compiles a window into a column to be derived; `bindings` finds the columns it names (table columns and expressions).
 * Throws `invalid-argument` with the reference's text.
 */
export function compileWindow(bindings: ColumnBindings, name: string, config: WindowConfig): Derivation {
  const spec = validate(bindings, name, config)
  return new WindowDerivation(spec, JSON.stringify(['window', spec]))
}

function validate(bindings: ColumnBindings, name: string, config: WindowConfig): WindowSpec {
  if (name === '') fail('Window `name` must not be empty')
  if (bindings.find(name) !== null) fail(`Window \`name\` collides with an existing column: ${name}`)
  const source = bindings.find(config.source) ?? fail(`Window \`source\` column not found: ${config.source}`)
  const { table } = bindings
  const order = config.order_by === null ? -1 : table.position(config.order_by.column)
  if (config.order_by !== null && order < 0) {
    fail(`Window \`order_by\` must be a \`Table\` column: ${config.order_by.column}`)
  }
  const partition = config.partition_by.map((column) => {
    const position = table.position(column)
    return position < 0 ? fail(`Window \`partition_by\` must be a \`Table\` column: ${column}`) : position
  })
  if (!isWindowOp(config.op)) fail(`Window \`op\` not implemented in this build: ${config.op}`)
  const { op } = config
  checkRange(config, order < 0 ? null : table.schema[order]!.storage)
  checkFrame(op, config)
  if (op === 'first' || op === 'last') fail('Window op/frame combination not implemented')
  const storage = resultStorage(op, source.storage)
  if (storage === null) fail(`Window op requires a numeric \`source\` column: ${config.source}`)
  return {
    // An expression's place on the table is its own as long as this window is held: both are held together.
    source: source.position,
    storage,
    op,
    partition,
    order,
    descending: config.order_by?.desc ?? false,
    frame: config.frame ?? 'cumulative',
    offset: config.offset ?? 1,
    alpha: config.alpha ?? 0,
  }
}

function checkRange(config: WindowConfig, order: Storage | null): void {
  const { frame } = config
  if (frame === null || frame === 'cumulative' || !('range' in frame)) return
  if (!(frame.range > 0)) fail('Window `range` must be a positive interval')
  if (order === null) fail('Window `range` frames require an explicit `order_by`')
  const type = columnType(order)
  if (!isNumeric(order) && type !== 'date' && type !== 'datetime') {
    fail(`Window \`range\` frames require a numeric or temporal \`order_by\` column: ${config.order_by!.column}`)
  }
}

function checkFrame(op: WindowOp, { frame, alpha }: WindowConfig): void {
  if ((op === 'lag' || op === 'lead' || op === 'diff') && frame !== null) {
    fail('Window `frame` is not applicable to `lag`/`lead`/`diff` (use `offset`)')
  }
  const isRange = frame !== null && frame !== 'cumulative' && 'range' in frame
  if (op === 'rate' && !isRange) fail('Window `rate` requires a `range` frame')
  if (op === 'ema') {
    if (frame !== null && frame !== 'cumulative') {
      fail('Window `ema` is cumulative; it does not accept a `rows` or `range` frame')
    }
    if (alpha === null || !(alpha > 0) || alpha > 1) fail('Window `ema` requires `alpha` in (0, 1]')
  }
}

/** The storage of an op's result over a source, or null when the source does not suit it. */
function resultStorage(op: WindowOp, source: Storage): Storage | null {
  switch (op) {
    case 'count':
      return 'int64'
    case 'min':
    case 'max':
    case 'lag':
    case 'lead':
      return source
    default:
      return isNumeric(source) ? 'float64' : null
  }
}

function fail(message: string): never {
  throw new TablecastError('invalid-argument', message)
}
