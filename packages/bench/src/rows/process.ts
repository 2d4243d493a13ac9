import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toArrow, trades } from '../data.js'
import { probeRow } from '../probe.js'
import type { OwnRow } from '../row.js'

function arrowFile() {
  const folder = mkdtempSync(join(tmpdir(), 'tablecast-bench-'))
  const file = join(folder, 'trades.arrow')
  writeFileSync(file, toArrow(trades(1_000_000)))
  return { args: [file], dispose: () => rmSync(folder, { recursive: true }) }
}

/** Rows about a whole process. */
export const processRows: readonly OwnRow[] = [
  probeRow({ name: 'import and first table', floor: 3, unit: 'ms' }, './probes/first-table.js'),
  probeRow({ name: 'memory after load Arrow 1M', floor: 2.5, unit: 'MB' }, './probes/memory.js', arrowFile),
]
