import type { Row } from '../row.js'
import { deliveryRow } from './delivery.js'
import { duckDbRow } from './duckdb.js'
import { joinRow } from './join.js'
import { loadRows } from './load.js'
import { outputRows } from './output.js'
import { processRows } from './process.js'
import { updateRows } from './updates.js'
import { viewRows } from './views.js'

/** Every row, in the order they are printed. */
export const rows: readonly Row[] = [
  ...loadRows,
  ...processRows,
  ...viewRows,
  duckDbRow,
  ...updateRows,
  joinRow,
  ...outputRows,
  deliveryRow,
]
