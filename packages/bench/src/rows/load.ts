import { toArrow, toCsv, toRows, trades } from '../data.js'
import { type PairRow, type PeerTable, sameCalls } from '../row.js'
import { buffer } from './market.js'

/** Loads a table from data made once; the answer is its size and schema. */
function loadRow<T>(
  name: string,
  floor: number,
  make: () => T,
  copy: (data: T) => string | ArrayBuffer | Record<string, unknown>[],
): PairRow {
  return sameCalls(name, floor, async (client) => {
    const data = make()
    let fresh = copy(data)
    let table: PeerTable | null = null
    return {
      async before() {
        await table?.delete()
        fresh = copy(data)
      },
      async run() {
        table = await client.table(fresh)
        return table.size()
      },
      async answer(size) {
        return JSON.stringify([size, Object.entries(await table!.schema()).sort()])
      },
    }
  })
}

export const loadRows: readonly PairRow[] = [
  loadRow('load Arrow 1M', 5, () => toArrow(trades(1_000_000)), buffer),
  loadRow(
    'load CSV 1M',
    1.5,
    () => toCsv(trades(1_000_000)),
    (text) => text,
  ),
  loadRow(
    'load row JSON 100k',
    1.5,
    () => toRows(trades(100_000)),
    (rows) => rows,
  ),
]
