import type { ViewConfigUpdate } from '@tablecast/core/client'
import { tableFromIPC } from 'apache-arrow'
import { type PairRow, type PeerView, sameCalls } from '../row.js'
import { loadMarket } from './market.js'

type Read = (view: PeerView) => Promise<unknown>

const first100: Read = (view) => view.to_columns({ start_row: 0, end_row: 100 })
const allRows: Read = (view) => view.to_columns()
const allArrow: Read = (view) => view.to_arrow()

/** Makes the view, asks its dimensions, reads, lets it go. */
function viewRow(name: string, floor: number, config: ViewConfigUpdate, read: Read): PairRow {
  return sameCalls(name, floor, async (client) => {
    const table = await loadMarket(client)
    return {
      async run() {
        const view = await table.view(config)
        const dimensions = await view.dimensions()
        const result = await read(view)
        await view.delete()
        return { dimensions, result }
      },
      answer(done) {
        const { dimensions, result } = done as { dimensions: unknown; result: unknown }
        return JSON.stringify([
          dimensions,
          result instanceof ArrayBuffer || result instanceof Uint8Array ? digest(result) : result,
        ])
      },
    }
  })
}

/** Enough of an Arrow answer to tell two apart: its columns, rows and sums. */
function digest(bytes: ArrayBuffer | Uint8Array): unknown {
  const table = tableFromIPC(new Uint8Array(bytes))
  return table.schema.fields.map((field) => {
    const column = table.getChild(field.name)!
    const ends = [0, 1, 12345, column.length - 1].map((row) => String(column.get(row)))
    return [field.name, String(field.type), column.length, ends]
  })
}

const symbols = { group_by: ['symbol'], columns: ['price', 'quantity'] }

export const viewRows: readonly PairRow[] = [
  viewRow('flat: dimensions + first 100 rows', 50, {}, first100),
  viewRow('flat: all rows to Arrow', 5, {}, allArrow),
  viewRow('filter price > 50: dimensions + first 100', 20, { filter: [['price', '>', 50]] }, first100),
  viewRow('sort by price: dimensions + first 100', 20, { sort: [['price', 'desc']] }, first100),
  viewRow('sort by price: all rows to Arrow', 3, { sort: [['price', 'desc']] }, allArrow),
  viewRow('group by symbol: all rows', 40, symbols, allRows),
  viewRow('group by symbol, side: all rows', 40, { ...symbols, group_by: ['symbol', 'side'] }, allRows),
  viewRow('group by symbol, split by side: all rows', 30, { ...symbols, split_by: ['side'] }, allRows),
  // Of integers: between two floats the reference's median is off (docs/differences.md).
  viewRow(
    'group by symbol: median',
    15,
    { ...symbols, columns: ['id', 'quantity'], aggregates: { id: 'median', quantity: 'median' } },
    allRows,
  ),
  viewRow(
    'group by symbol: distinct count',
    15,
    { ...symbols, aggregates: { price: 'distinct count', quantity: 'distinct count' } },
    allRows,
  ),
  viewRow(
    'expression price * quantity: flat first 100',
    10,
    { expressions: { notional: '"price" * "quantity"' }, columns: ['notional'] },
    first100,
  ),
  viewRow(
    'expression price * quantity: by symbol',
    30,
    { ...symbols, expressions: { notional: '"price" * "quantity"' }, columns: ['notional'] },
    allRows,
  ),
  viewRow(
    'window sum of 10 rows by symbol: first 100',
    3,
    { windows: { w: { column: 'price', aggregate: 'sum', partition_by: ['symbol'], rows: 10 } }, columns: ['w'] },
    first100,
  ),
]
